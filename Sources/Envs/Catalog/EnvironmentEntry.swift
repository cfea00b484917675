import IDQLPhysics

/// An entry of the catalog: how an environment is made, and what has been published on it.
public struct EnvironmentEntry: Sendable {
  /// The id: `hopper-medium-v2`, `Walker2d-v5`.
  public let name: String
  /// Who published it; nil if it is not a published one.
  public var suite: EnvironmentSuite?
  /// The physics that the published results were made with.
  public var defaultPhysics: PhysicsProfile
  /// The recorded transitions that the name also refers to; nil if it names none.
  public var dataset: PublishedDataset?
  /// How such transitions are preprocessed.
  public var conventions = DataConventions()
  /// Which other ids its recordings are valid for.
  package var equivalence: EnvironmentEquivalence

  private let maker: @Sendable (EnvironmentRequest) throws -> any Environment

  /// An entry without published data; set the properties to add some.
  ///
  /// - Parameters:
  ///   - name: letters, digits and `-_.:/`, at most 128 of them; registering tests it.
  ///   - defaultPhysics: what it runs on unless another profile is requested.
  ///   - make: called for every environment that is made, from any thread.
  public init(
    _ name: String, defaultPhysics: PhysicsProfile = .mujoco4,
    make: @escaping @Sendable (_ request: EnvironmentRequest) throws -> any Environment
  ) {
    self.name = name
    self.defaultPhysics = defaultPhysics
    equivalence = EnvironmentEquivalence(mechanics: name, rules: name)
    maker = make
  }

  /// Names occur in files, on command lines and in tables, and none may look like an option.
  var hasValidName: Bool {
    guard let first = name.first, first.isLetter || first.isNumber else { return false }
    return name.utf8.count <= 128
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:/".contains($0)) }
  }

  func request(
    physics: PhysicsProfile?, options: EnvironmentOptions
  ) -> EnvironmentRequest {
    EnvironmentRequest(
      name, physics: physics ?? defaultPhysics, options: options, defaultPhysics: defaultPhysics)
  }

  func make(_ request: EnvironmentRequest) throws -> any Environment {
    let environment = try maker(request)
    let spec = environment.spec
    if spec.id != name { throw EnvironmentError.misnamed(name, found: spec.id) }
    if spec.physics != request.physics {
      throw EnvironmentError.otherPhysics(
        id: name, asked: request.physics.name, found: spec.physics.name)
    }
    if request.options.successTiming != nil && spec.successTiming == nil {
      throw EnvironmentError.noSuccessTiming(id: name)
    }
    return environment
  }
}

/// Who published a set of environments. Others may be added:
/// `extension EnvironmentSuite { static let mine = EnvironmentSuite("Mine") }`.
public struct EnvironmentSuite: Hashable, Sendable {
  /// For a reader.
  public let name: String

  /// - Parameter name: for a reader; suites of one name are one suite.
  public init(_ name: String) { self.name = name }

  /// OpenAI's Gym, continued by Gymnasium.
  public static let gym = EnvironmentSuite("Gym")
  /// Data sets for offline learning, and the mazes that come with them (Fu et al. 2020).
  public static let d4rl = EnvironmentSuite("D4RL")
  /// Offline goal-conditioned learning (Park et al. 2025).
  public static let ogbench = EnvironmentSuite("OGBench")
  /// What this package adds itself.
  public static let own = EnvironmentSuite("swift-idql")
  /// The mazes of Farama's Gymnasium-Robotics.
  public static let gymnasiumRobotics = EnvironmentSuite("Gymnasium-Robotics")
}
