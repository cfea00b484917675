import Physics

/// Makes the environment of that name (`Hopper-v4`, `walker2d-medium-expert-v2`), at the start of
/// its episode of seed 0.
///
/// - Parameters:
///   - id: one of `EnvironmentID.all`.
///   - physics: nil for the physics that the published results of this id were made with:
///     `mujoco2.1` for D4RL and Gym v2 and v3, `mujoco4` for v4 and v5.
/// - Throws: `EnvironmentError.unknownID`.
public func makeEnvironment(id: String, physics: PhysicsProfile? = nil) throws -> any Environment {
  try makeEnvironment(EnvironmentID(id), physics: physics)
}

/// Makes the environment of that id, at the start of its episode of seed 0.
public func makeEnvironment(
  _ id: EnvironmentID, physics: PhysicsProfile? = nil
) throws -> any Environment {
  try PlanarRunner(id: id, physics: physics ?? id.defaultPhysics)
}

extension EnvironmentID {
  /// The physics that the published results of this id were made with.
  public var defaultPhysics: PhysicsProfile { rulesVersion < 4 ? .mujoco2_1 : .mujoco4 }
}
