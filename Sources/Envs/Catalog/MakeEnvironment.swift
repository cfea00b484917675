import IDQLPhysics

/// Makes the environment of that name (`Hopper-v4`, `antmaze-large-play-v2`), at the start of its
/// episode of seed 0.
///
/// - Parameters:
///   - id: one of the names in `environments`.
///   - physics: nil for the physics that the published results of this id were made with:
///     `mujoco2.1` for D4RL and Gym v2 and v3, `mujoco3` for OGBench, `mujoco4` for Gym v4 and v5
///     and Gymnasium-Robotics.
///   - options: what else can be chosen.
/// - Throws: `EnvironmentError.unknownID`, `EnvironmentError.noSuccessTiming`,
///   `EnvironmentError.otherPhysics`, `EnvironmentError.misnamed`; and what the registered closure
///   throws.
public func makeEnvironment(
  id: String, physics: PhysicsProfile? = nil, options: EnvironmentOptions = EnvironmentOptions()
) throws -> any Environment {
  try makeEnvironment(EnvironmentID(id), physics: physics, options: options)
}

/// Makes the environment of that id, at the start of its episode of seed 0.
///
/// - Throws: as `makeEnvironment(id:physics:options:)`, but for an unknown name.
public func makeEnvironment(
  _ id: EnvironmentID, physics: PhysicsProfile? = nil,
  options: EnvironmentOptions = EnvironmentOptions()
) throws -> any Environment {
  try id.entry.make(id.entry.request(physics: physics, options: options))
}
