import IDQLEnvs
import IDQLPhysics
import IDQLTensors

/// One method per kind of recording.
extension Verification {
  /// Single physics steps from given states.
  mutating func replay(_ file: TensorFile, in simulation: Simulation) throws {
    name(file.metadata["reference"] ?? "unnamed")
    func rows(_ key: String) throws -> [[Double]] {
      let tensor = try file.doubles("case/\(key)")
      let width = tensor.shape[1]
      return (0..<tensor.shape[0]).map { Array(tensor.values[$0 * width..<($0 + 1) * width]) }
    }
    let (positions, velocities, controls) = (try rows("qpos"), try rows("qvel"), try rows("ctrl"))
    let nextPositions = try rows("next_qpos_tight")
    let nextVelocities = try rows("next_qvel_tight")
    for index in positions.indices {
      simulation.reset(position: positions[index], velocity: velocities[index])
      simulation.control = controls[index]
      simulation.step()
      stepCount += 1
      let (state, moment) = (simulation.state, "physics step \(index)")
      compare("position", state.position, nextPositions[index], bar: 1e-12, at: moment)
      compare("velocity", state.velocity, nextVelocities[index], bar: 1e-10, at: moment)
    }
  }

  /// A constant action from a given state.
  ///
  /// - Parameter rulesApply: false if the example is of a task with other observations and rewards,
  ///   so that only the motion can be compared.
  mutating func replay(
    _ example: WorkedExamples.Example, in environment: any Environment, rulesApply: Bool
  ) {
    name(example.reference)
    start(
      environment, example.position, example.velocity, goal: rulesApply ? example.goal : nil)
    for recorded in example.steps {
      var last: Transition?
      while environment.stepCount < recorded.count {
        last = environment.step(example.action)
        stepCount += 1
      }
      guard let last else { continue }
      let moment = "\(example.name), step \(recorded.count)"
      let bar = recorded.count == 1 ? 1e-10 : 1e-7
      let state = environment.simulation.state
      compare("position", state.position, recorded.position, bar: bar, at: moment)
      compare("velocity", state.velocity, recorded.velocity, bar: bar, at: moment)
      guard rulesApply else { continue }
      compare("observation", environment.observation, recorded.observation, bar: bar, at: moment)
      compare("reward", [last.reward], [recorded.reward], bar: bar, at: moment)
      compare("terminated", last.terminated, recorded.terminated, at: moment)
    }
  }

  /// Sets the recorded state, and the goal of a maze if there is one.
  private func start(
    _ environment: any Environment, _ position: [Double], _ velocity: [Double], goal: [Double]?
  ) {
    environment.reset(seed: 0)
    if let goal, let maze = environment.maze { maze.target = MazePoint(goal[0], goal[1]) }
    environment.simulation.reset(position: position, velocity: velocity)
  }

  mutating func replay(
    _ recording: OGBenchRecording.Environment, in environment: any Environment, rulesApply: Bool
  ) {
    let simulation = environment.simulation
    for (index, one) in recording.cases.enumerated() {
      simulation.reset(position: one.position, velocity: one.velocity)
      simulation.control = one.action
      simulation.step()
      stepCount += 1
      let (state, moment) = (simulation.state, "\(recording.id), physics step \(index)")
      compare("position", state.position, one.next.position, bar: 1e-12, at: moment)
      compare("velocity", state.velocity, one.next.velocity, bar: 1e-10, at: moment)
    }
    for episode in recording.episodes where rulesApply {
      start(environment, episode.position, episode.velocity, goal: episode.goal)
      for (index, step) in episode.steps.enumerated() {
        let transition = environment.step(step.action)
        stepCount += 1
        let moment = "\(recording.id), step \(index + 1)"
        // MuJoCo's own humanoid, moved by 1e-15 at its start, is 1e-10 away after 50 steps
        compare("observation", environment.observation, step.observation, bar: 1e-9, at: moment)
        compare("reward", [transition.reward], [step.reward], bar: 0, at: moment)
        compare("terminated", transition.terminated, step.terminated, at: moment)
        compare("success", transition.isSuccess, step.isSuccess, at: moment)
      }
    }
  }

  mutating func replay(
    _ recording: GymnasiumRecording.Environment, in environment: any Environment
  ) {
    for reset in recording.resets {
      environment.reset(seed: reset.seed)
      compareStart(environment, reset.first, "reset, seed \(reset.seed)")
      environment.reset()
      compareStart(environment, reset.second, "reset after seed \(reset.seed)")
    }
    for episode in recording.episodes {
      environment.reset(seed: episode.seed)
      for (index, step) in episode.steps.enumerated() {
        let transition = environment.step(step.action)
        stepCount += 1
        let moment = "seed \(episode.seed), step \(index + 1)"
        let bar = index < 10 ? 1e-11 : 1e-8
        let parts = transition.rewardParts
        let found = [parts.forward, parts.control, parts.healthy, parts.contact]
        compare(
          "observation", environment.observation, step.observation,
          bar: bar * size(of: step.observation, in: environment), at: moment)
        compare("reward", [transition.reward], [step.reward], bar: bar, at: moment)
        compare(
          "reward parts", Array(found.prefix(step.parts.count)), step.parts, bar: bar, at: moment)
        compare("terminated", transition.terminated, step.terminated, at: moment)
        compare("truncated", transition.truncated, step.truncated, at: moment)
      }
    }
  }

  private mutating func compareStart(
    _ environment: any Environment, _ start: GymnasiumRecording.Reset.Start, _ moment: String
  ) {
    let state = environment.simulation.state
    compare("position", state.position, start.position, bar: 0, at: moment)
    compare("velocity", state.velocity, start.velocity, bar: 0, at: moment)
    let isDerived = (environment as? RobotEnvironment)?.observesDerivedQuantities == true
    let bar = isDerived ? 1e-13 * size(of: start.observation, in: environment) : 0
    compare("observation", environment.observation, start.observation, bar: bar, at: moment)
  }

  /// Contact forces and inertias of some observations have a scale of their own: bars are relative
  /// to the largest number; else 1.
  private func size(of observation: [Double], in environment: any Environment) -> Double {
    guard (environment as? RobotEnvironment)?.observesDerivedQuantities == true else { return 1 }
    return observation.reduce(1) { max($0, abs($1)) }
  }

  mutating func replay(_ recording: RoboticsRecording.Environment, in maze: any MazeEnvironment) {
    for episode in recording.episodes {
      maze.reset(seed: episode.seed)
      compareStart(maze, episode.first, "reset, seed \(episode.seed)")
      maze.reset()
      compareStart(maze, episode.second, "reset after seed \(episode.seed)")
      // the recorded episode is that of the second reset
      for (index, step) in episode.steps.enumerated() {
        let transition = maze.step(step.action)
        stepCount += 1
        let moment = "seed \(episode.seed), step \(index + 1)"
        // the legs' first contact amplifies roundings in the observation, but not in the position
        compare("observation", maze.observation, step.observation, bar: 1e-8, at: moment)
        compare("place", [maze.place.x, maze.place.y], step.place, bar: 1e-10, at: moment)
        compare("reward", [transition.reward], [step.reward], bar: 1e-10, at: moment)
        compare("terminated", transition.terminated, step.terminated, at: moment)
        compare("truncated", transition.truncated, step.truncated, at: moment)
        compare("success", transition.isSuccess, step.isSuccess, at: moment)
      }
    }
  }

  private mutating func compareStart(
    _ maze: any MazeEnvironment, _ start: RoboticsRecording.Episode.Start, _ moment: String
  ) {
    compare("place", [maze.place.x, maze.place.y], start.place, bar: 0, at: moment)
    compare("goal", maze.goal ?? [], start.goal, bar: 0, at: moment)
    compare("observation", maze.observation, start.observation, bar: 0, at: moment)
  }

  /// Open loop, so that no policy amplifies a rounding.
  mutating func replay(_ replay: AntReplays.Replay, in environment: any Environment) {
    environment.reset(seed: 0)
    environment.simulation.reset(position: replay.position, velocity: replay.velocity)
    for (index, action) in replay.actions.enumerated() {
      let transition = environment.step(action)
      stepCount += 1
      let moment = "\(replay.policy), step \(index + 1)"
      let position = environment.simulation.state.position
      compare("position", position, replay.positions[index], bar: 1e-8, at: moment)
      compare("reward", [transition.reward], [replay.rewards[index]], bar: 1e-7, at: moment)
    }
  }
}
