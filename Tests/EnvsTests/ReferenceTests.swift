import Foundation
import Physics
import TestSupport
import Testing

@testable import Envs

/// Against MuJoCo, Gymnasium and Gymnasium-Robotics.
@Suite struct ReferenceTests {
  @Test(arguments: WorkedExamples.shared.examples)
  func followsTheWorkedExample(_ example: WorkedExamples.Example) throws {
    let environment = try makeEnvironment(
      id: example.id, physics: PhysicsProfile(named: example.physics))
    if let goal = example.goal {
      var snapshot = environment.snapshot
      snapshot.memory[0].replaceSubrange(0..<2, with: goal)
      try environment.restore(snapshot)
    }
    environment.simulation.reset(position: example.position, velocity: example.velocity)
    var taken = 0
    for golden in example.steps {
      var last: Transition?
      while taken < golden.count {
        last = environment.step(example.action)
        taken += 1
      }
      let transition = try #require(last)
      // contact amplifies the rounding of the first step by about ten per step
      let tolerance = golden.count == 1 ? 1e-10 : 1e-7
      let state = environment.simulation.state
      expectClose(state.position, golden.position, within: tolerance, "position \(taken)")
      expectClose(state.velocity, golden.velocity, within: tolerance, "velocity \(taken)")
      expectClose(
        environment.observation, golden.observation, within: tolerance, "observation \(taken)")
      expectClose([transition.reward], [golden.reward], within: tolerance, "reward \(taken)")
      #expect(transition.terminated == golden.terminated)
    }
  }

  @Test(arguments: GymnasiumRecording.shared.environments)
  func startsAsGymnasiumDoes(_ golden: GymnasiumRecording.Environment) throws {
    let environment = try makeEnvironment(id: golden.id)
    func expectStart(_ start: GymnasiumRecording.Reset.Start, _ label: String) {
      let state = environment.simulation.state
      #expect(state.position == start.position, "\(label)")
      #expect(state.velocity == start.velocity, "\(label)")
      #expect(environment.observation == start.observation, "\(label)")
      #expect(environment.stepCount == 0)
    }
    for reset in golden.resets {
      environment.reset(seed: reset.seed)
      expectStart(reset.first, "seed \(reset.seed)")
      environment.reset()
      expectStart(reset.second, "after seed \(reset.seed)")
    }
  }

  @Test(arguments: GymnasiumRecording.shared.environments)
  func goesOnAsGymnasiumDoes(_ golden: GymnasiumRecording.Environment) throws {
    let environment = try makeEnvironment(id: golden.id)
    for episode in golden.episodes {
      environment.reset(seed: episode.seed)
      for (index, step) in episode.steps.enumerated() {
        let transition = environment.step(step.action)
        let label = "seed \(episode.seed), step \(index)"
        // MuJoCo's solver stops early: by the end of an episode of the cheetah it has left its own
        // fully converged self by 4e-10
        let tolerance = index < 10 ? 1e-11 : 1e-8
        expectClose(environment.observation, step.observation, within: tolerance, label)
        expectClose([transition.reward], [step.reward], within: tolerance, label)
        #expect(transition.terminated == step.terminated, "\(label)")
        #expect(transition.truncated == step.truncated, "\(label)")
        if !step.parts.isEmpty {
          let parts = transition.rewardParts
          expectClose(
            [parts.forward, parts.control, parts.healthy, parts.contact].prefix(step.parts.count)
              .map { $0 },
            step.parts, within: tolerance, label)
        }
      }
    }
  }

  @Test(arguments: RoboticsRecording.shared.environments)
  func startsAndGoesOnAsGymnasiumRoboticsDoes(
    _ golden: RoboticsRecording.Environment
  ) throws {
    let environment = try #require(try makeEnvironment(id: golden.id) as? MazeRunner)
    func expectStart(_ start: RoboticsRecording.Episode.Start, _ label: String) {
      #expect([environment.place.x, environment.place.y] == start.place, "\(label)")
      #expect(environment.goal == start.goal, "\(label)")
      #expect(environment.observation == start.observation, "\(label)")
    }
    for episode in golden.episodes {
      environment.reset(seed: episode.seed)
      expectStart(episode.first, "seed \(episode.seed)")
      environment.reset()
      expectStart(episode.second, "after seed \(episode.seed)")
      for (index, step) in episode.steps.enumerated() {
        let transition = environment.step(step.action)
        let label = "seed \(episode.seed), step \(index)"
        // forces of the legs' first touch amplify the rounding before it; places need no more
        expectClose(environment.observation, step.observation, within: 1e-8, label)
        expectClose([environment.place.x, environment.place.y], step.place, within: 1e-10, label)
        expectClose([transition.reward], [step.reward], within: 1e-10, label)
        #expect(transition.terminated == step.terminated, "\(label)")
        #expect(transition.truncated == step.truncated, "\(label)")
        #expect(transition.isSuccess == step.isSuccess, "\(label)")
      }
    }
  }

  /// Open loop: what a policy would make of a rounding does not come into it.
  @Test(arguments: AntReplays.shared.replays)
  func followsATrainedAnt(_ replay: AntReplays.Replay) throws {
    let environment = try makeEnvironment(id: AntReplays.shared.environment)
    environment.simulation.reset(position: replay.position, velocity: replay.velocity)
    for (index, action) in replay.actions.enumerated() {
      let transition = environment.step(action)
      let label = "\(replay.policy), step \(index)"
      let position = environment.simulation.state.position
      expectClose(position, replay.positions[index], within: 1e-8, label)
      expectClose([transition.reward], [replay.rewards[index]], within: 1e-7, label)
    }
  }

  /// Mean return of uniformly random actions and its standard error, measured with the reference
  /// implementation under MuJoCo 4.0.0, and under 2.1.0's inertia and margins.
  @Test(arguments: [
    ("Hopper-v4", 18.90, 0.45, 300), ("hopper-random-v2", 18.67, 0.43, 300),
    ("Walker2d-v4", 2.64, 0.14, 300), ("walker2d-random-v2", 2.01, 0.14, 300),
    ("HalfCheetah-v4", -289.3, 9.5, 8), ("halfcheetah-random-v2", -260.4, 10.9, 8),
    ("Ant-v4", -55.2, 5.2, 100), ("ant-random-v2", -54.2, 5.4, 100),
  ])
  func aRandomPolicyEarnsAsMuch(
    _ id: String, _ mean: Double, _ standardError: Double, _ episodes: Int
  ) throws {
    let environment = try makeEnvironment(id: id)
    var generator = ActionNoise(seed: 1)
    let returns = (0..<episodes).map { episode in
      environment.reset(seed: UInt64(episode))
      var sum = 0.0
      while true {
        let transition = environment.step(generator.next(environment.spec.actionCount))
        sum += transition.reward
        if transition.terminated || transition.truncated { return sum }
      }
    }
    let found = returns.reduce(0, +) / Double(episodes)
    let variance = returns.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(episodes - 1)
    let error = (variance / Double(episodes) + standardError * standardError).squareRoot()
    // a fixed seed: what is tested is that the physics has not moved to another mean
    #expect(abs(found - mean) < 3 * error, "\(found) instead of \(mean), standard error \(error)")
  }
}
