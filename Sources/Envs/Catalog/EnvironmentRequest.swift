import IDQLPhysics
import Synchronization

/// Parameters of an environment to be made: the name that it is registered under, its physics and
/// its options.
public struct EnvironmentRequest: Sendable {
  /// For `spec.id` of the environment.
  public let name: String
  /// For `spec.physics` of the environment.
  public let physics: PhysicsProfile
  /// What else was chosen; an environment without a choice ignores it.
  public let options: EnvironmentOptions
  /// The value of `physics` unless another profile is requested.
  package let defaultPhysics: PhysicsProfile
  private let lastModel = LastModel()

  /// A request as the catalog makes it, for an environment that is not in one.
  ///
  /// - Parameters: as the properties.
  public init(
    _ name: String, physics: PhysicsProfile = .mujoco4,
    options: EnvironmentOptions = EnvironmentOptions()
  ) {
    self.init(name, physics: physics, options: options, defaultPhysics: physics)
  }

  init(
    _ name: String, physics: PhysicsProfile, options: EnvironmentOptions,
    defaultPhysics: PhysicsProfile
  ) {
    self.name = name
    self.physics = physics
    self.options = options
    self.defaultPhysics = defaultPhysics
  }

  /// Compiles a document under `physics`. Environments that are made for the same request, as in a
  /// `VectorEnvironment`, share the model if their documents are equal.
  ///
  /// - Parameters:
  ///   - document: the robot and its surroundings.
  ///   - file: name of the document in errors; that of the environment with `.xml` if left out.
  /// - Throws: `MJCFError`.
  public func model(mjcf document: String, named file: String? = nil) throws -> Model {
    try lastModel.held.withLock { held in
      if let held, held.document == document { return held.model }
      let model = try Model(mjcf: document, named: file ?? "\(name).xml", profile: physics)
      held = (document, model)
      return model
    }
  }
}

/// What the copies of a request share.
private final class LastModel: Sendable {
  let held = Mutex<(document: String, model: Model)?>(nil)
}
