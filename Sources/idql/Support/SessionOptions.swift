import ArgumentParser
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRender
import IDQLRuns
import IDQLSpelling

/// What is shown: an environment with who acts in it, or a model alone. The episodes are those of 'idql eval'.
package struct SessionOptions: ParsableArguments {
  @Argument(help: "Any MJCF document, instead of --env.", completion: .file())
  package var model: String?
  @Option(
    help:
      """
      Environment; 'idql envs' lists them. Without --policy its bundled agent acts, if it has one, and without \
      either hopper-medium-expert-v2's.
      """,
    completion: .environments)
  package var env: String?
  @Option(
    help: "Policy: safetensors, flax msgpack, or the folder of a training run.", completion: .file()
  )
  package var policy: String?
  @Option(
    help: """
      Another policy, in the same episodes: both side by side, with the difference of their returns.
      """,
    completion: .file())
  package var against: String?
  @OptionGroup package var selection: SelectionOptions
  @Option(help: "Seed S of the evaluation.", within: .seeds) package var seed: UInt64 = 0
  @Option(help: "Which of its episodes; the first, if there are several.", within: 0...999_999)
  package var episode = 0
  @Option(help: "Physics profile; the environment's own, or mujoco4, if left out.")
  package var physics: PhysicsProfile?
  @OptionGroup package var timing: SuccessTimingOption
  @Flag(help: "Lead the ant of a maze along waypoints, as 'idql eval --waypoints' does.")
  package var waypoints = false

  package init() {}

  package mutating func validate() throws {
    if model != nil, env != nil {
      throw ValidationError("name either an MJCF document or, with --env, an environment.")
    }
    if model != nil, policy != nil || waypoints || timing.successTiming != nil {
      throw ValidationError("a model alone has no task; --env names one for the policy.")
    }
    if policy != nil, env == nil {
      throw ValidationError("--policy needs --env: the environment it acts in.")
    }
    if policy == nil, bundled == nil, let option = selection.given.first {
      throw ValidationError("\(option) needs --policy: it is how that chooses.")
    }
    if against != nil, isWithoutPolicy {
      throw ValidationError("--against needs --policy: what to show on the left.")
    }
    try validateSeeds(from: seed, episodes: episode + 1)
  }

  /// As 'idql eval' chooses it; nil if nobody acts, or another policy does.
  private var bundled: BundledPolicy? {
    if model != nil || policy != nil { return nil }
    return waypoints ? .antWalker : env.map(BundledPolicy.agent) ?? .usual
  }

  /// Whether nobody acts.
  var isWithoutPolicy: Bool { policy == nil && bundled == nil }

  private var path: String? {
    get throws {
      guard let bundled else { return try policy.map(policyPath) }
      guard let path = bundled.path else {
        throw Failure(
          .noInput, "the bundled policy is not beside the program; name one with --policy.")
      }
      return path
    }
  }

  /// The files that are read.
  var inputs: [String] {
    get throws {
      try (model.map { [$0] } ?? []) + (path.map(policyFiles) ?? [])
        + (against.map { policyFiles(of: try policyPath($0)) } ?? [])
    }
  }

  /// That of the other policy; nil without one.
  ///
  /// - Throws: as `session`.
  package func rival() throws -> Session? {
    let options = self
    return try against.map { path in
      try Session(from: { try options.session(policy: policyPath(path)) })
    }
  }

  /// The same environment or model without anybody who acts.
  ///
  /// - Throws: as `session`.
  func sessionOfNobody() throws -> Session {
    if model != nil { return try session() }
    return try session(of: EnvironmentID(env ?? (bundled ?? .usual).environment), policy: nil)
  }

  /// - Parameter other: a policy in place of the one that is named.
  /// - Throws: what reading the model or the policy throws, `EnvironmentError`, `Failure`.
  package func session(policy other: String? = nil) throws -> Session {
    if let model {
      return Session(model: try Model(contentsOf: model, profile: physics ?? .mujoco4))
    }
    let id = try EnvironmentID(env ?? (bundled ?? .usual).environment)
    return try session(of: id, policy: (other ?? path).map { try selection.load($0, in: id) })
  }

  private func session(of id: EnvironmentID, policy: LoadedPolicy?) throws -> Session {
    // as 'idql eval' makes it
    let options = EnvironmentOptions(successTiming: timing.successTiming, goalSeed: seed)
    let (physics, isLed) = (physics, waypoints)
    return Session(title: id.description, pilot: policy.map(Pilot.policy) ?? .none, seed: seed) {
      let environment = try makeEnvironment(id, physics: physics, options: options)
      return isLed ? try WaypointEnvironment(environment) : environment
    }
  }
}
