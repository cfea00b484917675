import IDQLEnvs

/// Sizes and starts of episodes, and that seed and actions determine them.
extension EnvironmentCheck {
  func checkSpaces() {
    let spec = first.spec
    expect(.spaces, second.spec == spec, "two environments made alike have different specs")
    expect(.spaces, spec.observationCount > 0, "spec names no observation; one is the least")
    expect(.spaces, spec.substeps > 0, "spec.substeps is \(spec.substeps); it must be positive")
    expect(.spaces, spec.stepLimit > 0, "spec.stepLimit is \(spec.stepLimit); it must be positive")
    expect(
      .spaces, spec.timestep > 0 && spec.timestep.isFinite,
      "spec.timestep is \(spec.timestep) s; it must be positive")
    let goalCount = first.goal?.count
    for seed in plan.seeds {
      first.reset(seed: seed)
      checkSizes("at the start of seed \(seed)", goalCount)
      for (step, action) in actions(seed: seed).enumerated() {
        let isBroken = first.step(action).isBroken
        if isBroken { break }
        checkSizes("after step \(step + 1) of seed \(seed)", goalCount)
      }
    }
  }

  private func checkSizes(_ moment: String, _ goalCount: Int?) {
    let (observation, count) = (first.observation, first.spec.observationCount)
    expect(
      .spaces, observation.count == count,
      "the observation has \(observation.count) numbers, spec names \(count)")
    if let index = observation.firstIndex(where: { !$0.isFinite }) {
      expect(
        .spaces, false, "number \(index) of the observation is \(observation[index]) \(moment)")
    }
    expect(
      .spaces, first.goal?.count == goalCount,
      "the goal's size is \(size(first.goal?.count)) \(moment), it was \(size(goalCount)) before")
    expect(.spaces, first.goal?.allSatisfy(\.isFinite) ?? true, "the goal is not finite \(moment)")
  }

  private func size(_ count: Int?) -> String { count.map { "\($0)" } ?? "nil" }

  func checkStarts() {
    var starts: [(seed: UInt64, moment: Moment)] = []
    for seed in plan.seeds {
      first.reset(seed: seed)
      let start = Moment(first)
      expect(
        .reset, first.stepCount == 0, "stepCount is \(first.stepCount) after reset, it must be 0")
      checkBounds(seed)

      // after other episodes, and in an environment that had none
      _ = episode(of: first, seed: seed &+ 1)
      first.reset(seed: seed)
      expect(.reset, Moment(first) == start, "reset(seed: \(seed)) twice gives two starts")
      second.reset(seed: seed)
      expect(
        .reset, Moment(second) == start,
        "reset(seed: \(seed)) gives another start in another environment")
      if let same = starts.first(where: { $0.moment == start }) {
        expect(.reset, false, "seeds \(same.seed) and \(seed) give the same start")
      }
      starts.append((seed, start))

      first.reset()
      expect(.reset, Moment(first) != start, "reset() after reset(seed:) repeats its start")
      expect(.reset, first.stepCount == 0, "stepCount is \(first.stepCount) after reset()")
      second.reset()
      expect(
        .reset, Moment(first) == Moment(second),
        "reset() after equal seeds gives different starts")
    }
  }

  private func checkBounds(_ seed: UInt64) {
    guard let bounds = plan.startBounds else { return }
    let observation = first.observation
    expect(
      .reset, bounds.count == observation.count,
      "\(bounds.count) bounds were given for \(observation.count) numbers of the observation")
    for (index, (value, bound)) in zip(observation, bounds).enumerated() {
      expect(
        .reset, bound.contains(value),
        "number \(index) of the start of seed \(seed) is \(value), outside of \(bound)")
    }
  }

  func checkDeterminism() {
    for seed in plan.seeds {
      let moments = episode(of: first, seed: seed)
      if let step = difference(moments, episode(of: second, seed: seed)) {
        expect(.determinism, false, "equal actions after equal resets differ \(step)")
      }
      if let step = difference(moments, episode(of: first, seed: seed)) {
        expect(.determinism, false, "a second episode of the same seed differs \(step)")
      }
      // state that this shares with the first would show now
      third.reset(seed: seed &+ 1)
      let disturbed = episode(of: first, seed: seed) {
        _ = third.step(Array(repeating: 0, count: third.spec.actionCount))
        third.reset()
      }
      if let step = difference(moments, disturbed) {
        expect(.determinism, false, "another environment of the program disturbs it \(step)")
      }
      expect(
        .determinism, first.observation == first.observation,
        "the observation changes by being read")
    }
  }
}
