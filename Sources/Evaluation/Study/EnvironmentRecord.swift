import IDQLEnvs
import IDQLPhysics

/// An environment as results name it, all that is needed to make it again.
package struct EnvironmentRecord: Codable, Equatable, Sendable {
  /// Of its spec: the id of the catalogue, with a suffix where a maze is walked by waypoints.
  package var id: String
  /// Name of the physics profile.
  package var physics: String
  /// `pre` or `post`; nil where there is no choice.
  package var successTiming: String?
  /// How many numbered tasks it has; 0 for none.
  package var tasks: Int
  /// The catalogue's name for its observations, rewards and endings.
  package var rules: String
  /// Steps after which an episode is truncated.
  package var stepLimit: Int
  /// Returns of scores 0 and 100; nil without a reference.
  package var referenceReturns: Interval?

  enum CodingKeys: String, CodingKey {
    case id, physics, tasks, rules
    case successTiming = "success_timing"
    case stepLimit = "step_limit"
    case referenceReturns = "reference_returns"
  }

  /// - Throws: `EnvironmentError`.
  package init(_ environment: any Environment) throws {
    let spec = environment.spec
    id = spec.id
    physics = spec.physics.name
    successTiming = spec.successTiming?.rawValue
    tasks = environment.taskCount
    rules = try EnvironmentID(WaypointEnvironment.mazeID(of: spec.id) ?? spec.id).entry.equivalence
      .rules
    stepLimit = spec.stepLimit
    referenceReturns = spec.referenceScore.map {
      Interval(lower: $0.minimum, upper: $0.maximum)
    }
  }

  /// The scale of scores.
  package var reference: ReferenceScore? {
    referenceReturns.map {
      ReferenceScore(minimum: $0.lower, maximum: $0.upper, source: "the plan")
    }
  }

  /// What makes it.
  ///
  /// - Parameter seed: of the evaluation; a goal that lasts for all episodes is drawn from it.
  /// - Throws: `EnvironmentError.unknownID`, `StudyError.unknownPhysics`, `.unknownTiming`.
  package func maker(seed: UInt64) throws -> @Sendable () throws -> any Environment {
    try Self.maker(id: id, physics: physics, successTiming: successTiming, seed: seed)
  }

  /// As ``maker(seed:)``, of what a report says.
  package static func maker(
    id: String, physics: String, successTiming: String?, seed: UInt64
  ) throws -> @Sendable () throws -> any Environment {
    let maze = WaypointEnvironment.mazeID(of: id)
    let environmentID = try EnvironmentID(maze ?? id)
    guard let profile = PhysicsProfile(named: physics) else {
      throw StudyError.unknownPhysics(physics)
    }
    let timing = try successTiming.map { name throws(StudyError) in
      guard let timing = SuccessTiming(rawValue: name) else { throw .unknownTiming(name) }
      return timing
    }
    let options = EnvironmentOptions(successTiming: timing, goalSeed: seed)
    return {
      let environment = try makeEnvironment(environmentID, physics: profile, options: options)
      return maze != nil ? try WaypointEnvironment(environment) : environment
    }
  }
}
