import Foundation
import IDQLEnvs
import IDQLSpelling

/// Snapshots, ends of episodes, and numbers that are not finite.
extension EnvironmentCheck {
  func checkRestoring() {
    for seed in plan.seeds {
      let actions = actions(seed: seed)
      let (before, after) = (actions.prefix(plan.steps / 2), Array(actions))
      first.reset(seed: seed)
      for action in before { _ = first.step(action) }

      let moment = Moment(first)
      let saved = first.snapshot
      expect(.restore, Moment(first) == moment, "taking a snapshot changes the environment")
      expect(
        .restore, saved.stepCount == first.stepCount,
        "the snapshot says \(saved.stepCount) steps, the environment \(first.stepCount)")
      let future = continuation(of: first, after)
      first.reset()
      let next = Moment(first)

      for (environment, place) in [(first, "here"), (second, "in another environment")] {
        guard restore(saved, environment, place) else { continue }
        expect(
          .restore, environment.snapshot == saved,
          "the snapshot of what was restored \(place) is another one")
        if let step = difference(future, continuation(of: environment, after)) {
          expect(.restore, false, "what was restored \(place) goes on differently \(step)")
        }
        environment.reset()
        expect(
          .restore, Moment(environment) == next,
          "after restoring \(place), reset() gives another start")
      }
      checkEncoding(saved, future, after)
    }
    checkForeignSnapshot()
  }

  private func restore(
    _ snapshot: EnvironmentSnapshot, _ environment: any Environment, _ place: String
  ) -> Bool {
    do {
      try environment.restore(snapshot)
      return true
    } catch {
      expect(.restore, false, "its own snapshot is refused \(place): \(error)")
      return false
    }
  }

  private func checkEncoding(
    _ saved: EnvironmentSnapshot, _ future: [Moment], _ actions: [[Double]]
  ) {
    do {
      let data = Data(try saved.jsonText().utf8)
      try second.restore(JSONDecoder().decode(EnvironmentSnapshot.self, from: data))
    } catch {
      expect(.restore, false, "a snapshot does not survive JSON: \(error)")
      return
    }
    if let step = difference(future, continuation(of: second, actions)) {
      expect(.restore, false, "what was restored from JSON goes on differently \(step)")
    }
  }

  private func checkForeignSnapshot() {
    var foreign = first.snapshot
    foreign.id += " of another kind"
    do {
      try first.restore(foreign)
      expect(.restore, false, "a snapshot of another id is accepted; it must be refused")
    } catch {}
  }

  func checkEndings() {
    let limit = first.spec.stepLimit
    for seed in plan.seeds {
      first.reset(seed: seed)
      var saved = first.snapshot
      for (index, action) in actions(seed: seed).enumerated() {
        // the state of this step, as if only one were left, or two
        let early = outcome(saved, stepCount: 0, action)
        let before = limit >= 2 ? outcome(saved, stepCount: limit - 2, action) : nil
        let last = outcome(saved, stepCount: limit - 1, action)
        expect(
          .ending, first.stepCount == limit,
          "a step from \(limit - 1) steps leads to \(first.stepCount)"
        )
        guard let early, let last else { return }
        expect(
          .ending, before?.truncated != true, "truncated is set at step \(limit - 1) of \(limit)")
        expect(.ending, limit == 1 || !early.truncated, "truncated is set at step 1 of \(limit)")
        expect(.ending, last.truncated, "truncated is not set at step \(limit), the last one")
        expect(
          .ending, early.terminated == last.terminated,
          "the time limit changes terminated; it may only set truncated")
        expect(
          .ending, early.reward == last.reward || early.reward.isNaN && last.reward.isNaN,
          "the time limit changes the reward, from \(early.reward) to \(last.reward)")
        expect(
          .ending, (early.isSuccess == nil) == (last.isSuccess == nil),
          "isSuccess is nil in some steps only")
        guard restore(saved, first, "here"), !first.step(action).terminated else { break }
        expect(
          .ending, first.stepCount == index + 1,
          "stepCount is \(first.stepCount) after \(index + 1) steps")
        saved = first.snapshot
      }
    }
  }

  /// What `action` gives in that state after so many steps.
  private func outcome(
    _ saved: EnvironmentSnapshot, stepCount: Int, _ action: [Double]
  ) -> Transition? {
    var saved = saved
    saved.stepCount = stepCount
    return restore(saved, first, "here") ? first.step(action) : nil
  }

  func checkRewards() {
    for seed in plan.seeds {
      first.reset(seed: seed)
      for (index, action) in actions(seed: seed).enumerated() {
        let transition = first.step(action)
        if transition.isBroken { break }
        expect(
          .reward, transition.reward.isFinite,
          "the reward of step \(index + 1) of seed \(seed) is \(transition.reward)")
      }
    }
    let zeros = Array(repeating: 0.0, count: first.spec.actionCount)
    for index in zeros.indices {
      for bad in [Double.nan, .infinity] {
        var action = zeros
        action[index] = bad
        first.reset(seed: plan.seeds[0])
        expectBroken(first.step(action), "by \(bad) as action \(index)")
        expectBroken(first.step(zeros), "still, one step after \(bad) as action \(index)")
        first.reset(seed: plan.seeds[0])
        expect(.reward, !first.step(zeros).isBroken, "reset does not mend a broken episode")
      }
    }
  }

  private func expectBroken(_ transition: Transition, _ cause: String) {
    expect(.reward, transition.isBroken, "isBroken must be set \(cause)")
    expect(.reward, transition.terminated, "terminated must be set \(cause)")
    expect(
      .reward, transition.reward.isNaN, "the reward must be NaN \(cause), not \(transition.reward)")
  }
}
