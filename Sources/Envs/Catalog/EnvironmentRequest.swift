import IDQLPhysics
import Synchronization

/// What somebody asks of an environment: the name that it was registered under, its physics, its
/// options.
public struct EnvironmentRequest: Sendable {
  /// For `spec.id` of the environment.
  public let name: String
  /// For `spec.physics` of the environment.
  public let physics: PhysicsProfile
  /// What else was chosen; an environment without a choice ignores it.
  public let options: EnvironmentOptions
  /// What `physics` is when nobody asks for another profile.
  public let defaultPhysics: PhysicsProfile
  private let lastModel = LastModel()

  /// A request as the catalog makes it, for an environment that is not in one.
  ///
  /// - Parameter defaultPhysics: nil for `physics`.
  public init(
    _ name: String, physics: PhysicsProfile = .mujoco4,
    options: EnvironmentOptions = EnvironmentOptions(), defaultPhysics: PhysicsProfile? = nil
  ) {
    self.name = name
    self.physics = physics
    self.options = options
    self.defaultPhysics = defaultPhysics ?? physics
  }

  /// Compiles a document under `physics`. Environments that are made for one request, as those of a
  /// `VectorEnvironment`, share the model as long as their documents are equal.
  ///
  /// - Parameter file: what errors call the document; the name with `.xml` if left out.
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
