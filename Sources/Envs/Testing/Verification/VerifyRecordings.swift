import IDQLEnvs
import IDQLPhysics
import IDQLTensors

extension EnvironmentID {
  /// The ids that have a recording under their own name, in the order of the catalog.
  package static func recorded() throws -> [EnvironmentID] {
    let names =
      try Recordings.workedExamples.get().examples.map(\.id)
      + Recordings.gymnasium.get().environments.map(\.id)
      + Recordings.robotics.get().environments.map(\.id)
      + Recordings.ogbench.get().environments.map(\.id)
    return all.filter { names.contains($0.description) }
  }
}

/// Replays every recording that is valid for an id, in its environment.
///
/// Tolerances: contact amplifies a rounding to 1e-10 in one environment step and to 1e-7 in ten,
/// and recordings of MuJoCo's default solver differ from its converged minimum by up to 4e-10. One
/// physics step from a given state, recorded from the converged solver, is compared to 1e-12
/// (position) and 1e-10 (velocity). Starts are compared to the bit.
///
/// - Returns: nil if there is no recording for that id and physics.
/// - Throws: `FileError` if the recordings are not in the program's folder.
package func verifyRecordings(
  of id: EnvironmentID, physics: PhysicsProfile
) throws -> Verification? {
  let environment = try makeEnvironment(id, physics: physics)
  let equivalence = id.entry.equivalence
  var result = Verification(environment: id.description, physics: physics)

  for (model, recorded) in stepRecordings
  where try EnvironmentID(recorded).entry.equivalence.mechanics == equivalence.mechanics {
    if let file = try Recordings.steps(of: model, physics: physics.name) {
      try result.replay(file, in: environment.simulation)
    }
  }
  for example in try Recordings.workedExamples.get().examples where example.physics == physics.name
  {
    let recorded = try EnvironmentID(example.id).entry.equivalence
    if recorded.mechanics == equivalence.mechanics {
      result.replay(example, in: environment, rulesApply: recorded.rules == equivalence.rules)
    }
  }
  // the following were recorded with MuJoCo 4.0.0 only
  guard physics == .mujoco4 else { return result.stepCount == 0 ? nil : result }
  let ogbench = try Recordings.ogbench.get()
  for recording in ogbench.environments {
    let recorded = try EnvironmentID(recording.id).entry.equivalence
    if recorded.mechanics == equivalence.mechanics {
      result.name(ogbench.reference)
      result.replay(recording, in: environment, rulesApply: recorded.rules == equivalence.rules)
    }
  }
  // and these start from a seed, which is specific to the id
  let gymnasium = try Recordings.gymnasium.get()
  for recording in gymnasium.environments where recording.id == id.description {
    result.name(gymnasium.reference)
    result.replay(recording, in: environment)
  }
  let robotics = try Recordings.robotics.get()
  if let maze = environment.maze {
    for recording in robotics.environments where recording.id == id.description {
      result.name(robotics.reference)
      result.replay(recording, in: maze)
    }
  }
  let ants = try Recordings.antReplays.get()
  if ants.environment == id.description {
    result.name(ants.reference)
    for replay in ants.replays { result.replay(replay, in: environment) }
  }
  return result.stepCount == 0 ? nil : result
}

/// Models of which single steps were recorded, each with an id that uses it.
private let stepRecordings = [
  ("hopper", "Hopper-v4"), ("walker2d", "Walker2d-v4"), ("walker2d_v5", "Walker2d-v5"),
  ("half_cheetah", "HalfCheetah-v4"), ("ant", "Ant-v4"), ("ant_umaze", "antmaze-umaze-v2"),
  ("ant_large", "antmaze-large-play-v2"),
]
