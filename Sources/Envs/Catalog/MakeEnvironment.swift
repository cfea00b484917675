import IDQLPhysics

/// Makes the environment of that name (`Hopper-v4`, `antmaze-large-play-v2`), at the start of its
/// episode of seed 0.
///
/// - Parameters:
///   - id: one of `EnvironmentID.all`.
///   - physics: nil for the physics that the published results of this id were made with:
///     `mujoco2.1` for D4RL and Gym v2 and v3, `mujoco3` for OGBench, `mujoco4` for Gym v4 and v5 and
///     Gymnasium-Robotics.
/// - Throws: `EnvironmentError.unknownID`, `EnvironmentError.noSuccessTiming`.
public func makeEnvironment(
  id: String, physics: PhysicsProfile? = nil, options: EnvironmentOptions = EnvironmentOptions()
) throws -> any Environment {
  try makeEnvironment(EnvironmentID(id), physics: physics, options: options)
}

/// Makes the environment of that id, at the start of its episode of seed 0.
public func makeEnvironment(
  _ id: EnvironmentID, physics: PhysicsProfile? = nil,
  options: EnvironmentOptions = EnvironmentOptions()
) throws -> any Environment {
  try makeDividedEnvironment(id, physics: physics, options: options)
}

func makeDividedEnvironment(
  _ id: EnvironmentID, physics: PhysicsProfile?, options: EnvironmentOptions
) throws -> any DividedEnvironment {
  let physics = physics ?? id.defaultPhysics
  switch id.kind {
  case .maze(let task):
    return try MazeRunner(task, physics: physics, options: options)
  case .locomotion(let id):
    if options.successTiming != nil {
      throw EnvironmentError.noSuccessTiming(id: id.description)
    }
    return try LocomotionRunner(id: id, physics: physics)
  }
}
