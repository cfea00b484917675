import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvs

/// Vector environments against single ones, to the bit.
@Suite struct VectorEnvironmentTests {
  /// Whole episodes with their ends and resets, whichever environments share a register.
  @Test(arguments: [
    "Hopper-v4", "Walker2d-v5", "HalfCheetah-v2", "halfcheetah-medium-v2", "Ant-v3", "Ant-v4",
    "Ant-v5", "Swimmer-v4", "Reacher-v2", "Pusher-v2", "Pusher-v5", "InvertedPendulum-v5",
    "InvertedDoublePendulum-v4",
    "Humanoid-v5", "HumanoidStandup-v4", "antmaze-umaze-v0", "antmaze-large-diverse-v2",
    "maze2d-open-dense-v0",
    "antmaze-giant-navigate-singletask-v0", "antmaze-teleport-explore-singletask-task3-v0",
    "pointmaze-teleport-navigate-v0", "antsoccer-arena-navigate-v0", "humanoidmaze-large-stitch-v0",
    "AntMaze_Large_Diverse_GR-v5", "PointMaze_Open_Diverse_G-v3",
  ])
  func everyEnvironmentStepsAsASingleOne(_ id: String) throws {
    try compare(id, count: 7, steps: 60) { generator, _ in generator.uniform(-1.2, 1.2) }
  }

  /// Long enough for every hopper to fall a few times, at different times.
  @Test func episodesEndAtDifferentTimes() throws {
    let ends = try compare("Hopper-v4", count: 13, steps: 150) { generator, _ in
      generator.uniform(-1, 1)
    }
    #expect(Set(ends.map(\.step)).count > 20)
  }

  /// Some stand still under a fixed action until the time limit.
  @Test func theTimeLimitEndsEpisodes() throws {
    let ends = try compare("HalfCheetah-v5", count: 5, steps: 1003) { _, index in
      0.1 * Double(index)
    }
    #expect(ends.map(\.step) == Array(repeating: 999, count: 5))
    #expect(ends.allSatisfy { $0.transition.truncated && !$0.transition.terminated })
  }

  /// An action that is not a number breaks its own episode only, and the next one begins.
  @Test func aBrokenEpisodeIsFollowedByTheNext() throws {
    let ends = try compare("Ant-v5", count: 6, steps: 40) { generator, index in
      let action = generator.uniform(-1, 1)
      return index == 3 && action > 0.995 ? .nan : action
    }
    let broken = ends.filter(\.transition.isBroken)
    #expect(!broken.isEmpty && broken.allSatisfy { $0.index == 3 })
  }

  /// - Returns: every end of an episode.
  @discardableResult
  private func compare(
    _ id: String, count: Int, steps: Int,
    action: (inout NumPyGenerator, _ index: Int) -> Double
  ) throws -> [(step: Int, index: Int, transition: Transition)] {
    let id = try EnvironmentID(id)
    let vectors = try WideStepper.supportedLaneCounts.map { lanes in
      try VectorEnvironment(id, count: count, laneCount: lanes, workers: 1 + lanes % 3)
    }
    let singles = try (0..<count).map { _ in try makeEnvironment(id) }
    for vector in vectors { vector.reset(seed: 40) }
    for (index, single) in singles.enumerated() { single.reset(seed: 40 + UInt64(index)) }
    var generator = NumPyGenerator(seed: 3)
    var hasEnded = Array(repeating: false, count: count)
    var ends: [(step: Int, index: Int, transition: Transition)] = []

    for step in 0..<steps {
      let width = singles[0].spec.actionCount
      let actions = (0..<count * width).map { action(&generator, $0 / width) }
      let expected = singles.enumerated().map { index, single in
        if hasEnded[index] {
          single.reset()
          return Transition(reward: 0, terminated: false, truncated: false)
        }
        return single.step(Array(actions[index * width..<(index + 1) * width]))
      }
      for index in 0..<count {
        hasEnded[index] = expected[index].terminated || expected[index].truncated
        if hasEnded[index] { ends.append((step, index, expected[index])) }
      }
      let observations = singles.flatMap(\.observation).map(\.bitPattern)
      for (lanes, vector) in zip(WideStepper.supportedLaneCounts, vectors) {
        let found = vector.step(actions)
        #expect(found.map(bits) == expected.map(bits), "\(lanes) lanes, step \(step)")
        #expect(
          vector.observations.map(\.bitPattern) == observations, "\(lanes) lanes, step \(step)")
      }
    }
    // and what is not observed
    for vector in vectors {
      for (index, single) in singles.enumerated() where !hasEnded[index] {
        #expect(vector[index].snapshot == single.snapshot)
        #expect(vector[index].stepCount == single.stepCount)
      }
    }
    return ends
  }

  private func bits(_ transition: Transition) -> [UInt64] {
    let parts = transition.rewardParts
    let flags = [
      transition.terminated, transition.truncated, transition.isBroken,
      transition.isSuccess == true, transition.isSuccess == nil,
    ]
    return [transition.reward, parts.forward, parts.healthy, parts.control, parts.contact]
      .map(\.bitPattern) + flags.map { $0 ? 1 : 0 }
  }

  /// An environment that only steps as a whole, or has another model, does not share a register.
  @Test(arguments: [(isDivided: false, isVaried: false), (true, false), (true, true)])
  func registeredEnvironmentsStepAsSingleOnes(_ kind: (isDivided: Bool, isVaried: Bool)) throws {
    func make(_ index: Int) throws -> any Environment {
      let model = try PendulumTask.model(mass: kind.isVaried ? 1 + Double(index) : 1)
      return kind.isDivided ? OwnDividedPendulum(model) : OwnPendulum(model)
    }
    #expect(try (make(0).divided != nil) == kind.isDivided)
    for lanes in WideStepper.supportedLaneCounts {
      let pendulums = try VectorEnvironment(count: 6, laneCount: lanes, workers: 2, make: make)
      let singles = try (0..<6).map(make)
      pendulums.reset(seed: 5)
      for (index, single) in singles.enumerated() { single.reset(seed: 5 + UInt64(index)) }
      var generator = NumPyGenerator(seed: 2)
      var ends = 0
      var hasEnded = Array(repeating: false, count: 6)
      for _ in 0..<60 {
        let actions = (0..<6).map { _ in generator.uniform(-1, 1) }
        let expected = singles.enumerated().map { index, single in
          if hasEnded[index] {
            single.reset()
            return Transition(reward: 0, terminated: false, truncated: false)
          }
          return single.step([actions[index]])
        }
        #expect(pendulums.step(actions).map(bits) == expected.map(bits))
        #expect(
          pendulums.observations.map(\.bitPattern)
            == singles.flatMap(\.observation).map(\.bitPattern))
        hasEnded = expected.map { $0.terminated || $0.truncated }
        ends += hasEnded.filter(\.self).count
      }
      #expect(ends >= 12)
    }
  }

  /// Two ants in one vector of lanes, the second at a wall and the first anywhere: walls are looked
  /// up for both at once.
  @Test func wallContactsAreThoseOfEachSimulationAlone() throws {
    let maze = try makeMaze("AntMaze_UMaze-v5")
    let model = maze.simulation.model
    let states = maze.layout.cells(.free).flatMap { cell in
      let center = maze.layout.center(of: cell)
      let steps = stride(from: -1.6, through: 1.6, by: 0.8)
      return steps.flatMap { x in steps.map { MazePoint(center.x + x, center.y + $0) } }
    }.map { place in
      let simulation = Simulation(model: model)
      simulation.reset(
        position: [place.x, place.y] + model.initialPosition.dropFirst(2),
        velocity: Array(repeating: 0, count: model.velocityCount))
      return simulation.state
    }
    let pair = [Simulation(model: model), Simulation(model: model)]
    let singles = states.map { state in
      pair[0].state = state
      pair[0].step()
      let touchesWall = pair[0].contacts.contains {
        model.geoms[model.pairs[$0.pair].second].shape == .box
      }
      return (state: pair[0].state, touchesWall: touchesWall)
    }

    let stepper = WideStepper(model: model, laneCount: 2)
    let atWalls = states.indices.filter { singles[$0].touchesWall }
    #expect(atWalls.count > 40 && atWalls.count < states.count / 2)
    for wall in atWalls {
      for other in states.indices {
        for (simulation, index) in zip(pair, [other, wall]) { simulation.state = states[index] }
        stepper.step(pair)
        #expect(pair.map(\.state) == [singles[other].state, singles[wall].state])
      }
    }
  }

  @Test func allMustHaveOneSpec() throws {
    expectMessage(
      "Environment 2 differs in its spec from the first one, Hopper-v4; those that step together must"
        + " agree."
    ) {
      _ = try VectorEnvironment(count: 3) {
        try makeEnvironment(id: $0 < 2 ? "Hopper-v4" : "Hopper-v5")
      }
    }
  }

  @Test func unseededResetsBeginTheNextEpisodes() throws {
    let vector = try VectorEnvironment(EnvironmentID("Walker2d-v4"), count: 3)
    vector.reset(seed: 8)
    let seeded = vector.observations
    vector.reset()
    for index in 0..<3 {
      let single = try makeEnvironment(id: "Walker2d-v4")
      single.reset(seed: 8 + UInt64(index))
      #expect(Array(seeded[index * 17..<(index + 1) * 17]) == single.observation)
      single.reset()
      #expect(vector[index].observation == single.observation)
    }
  }
}
