import IDQLTensors

/// A file beside a policy's, which it needs to act: statistics of observations, a critic.
public struct CompanionFile: Sendable {
  /// Its name and digest.
  public let source: PolicySource
  let storage: ByteStorage

  /// - Throws: `FileError`.
  public init(contentsOf path: String) throws {
    let contents = try PolicyContents(contentsOf: path)
    source = contents.source
    storage = contents.storage
  }
}

/// Settings of a policy that its file does not contain, stated by the caller. A setting that the
/// file contradicts, or that the policy does not use, is refused.
public struct StatedSettings: Sendable {
  /// T of an IDQL agent.
  public var diffusionSteps: Int?
  /// Noise schedule of an IDQL agent.
  public var schedule: NoiseSchedule.Kind?
  /// Which of the published variants an IDQL agent is.
  public var family: LearnerFamily?
  /// Statistics of observations that a Stable-Baselines3 policy learnt with: a pickled
  /// `VecNormalize`.
  public var normalization: CompanionFile?
  /// The critic of CleanDiffuser's agents, which have it in a file of its own: `iql_ckpt_….pt`.
  public var critic: CompanionFile?
  /// Statistics of the observations that CleanDiffuser's agents learnt from.
  public var statistics: ObservationStatistics?
  /// Whether what changes every action and nobody says may be assumed, to look at a file rather
  /// than act by it.
  public var assumesTheRest = false

  /// Nothing stated.
  public init() {}

  /// What was stated of a policy with these settings, but for second files; for a report that is
  /// read again.
  package init(restoring settings: [PolicyDescription.Setting]) {
    for setting in settings where setting.origin == .stated {
      switch setting.name {
      case "diffusion steps (T)": diffusionSteps = Int(setting.value)
      case "noise schedule": schedule = NoiseSchedule.Kind(rawValue: setting.value)
      case "family": family = LearnerFamily(rawValue: setting.value)
      default: break
      }
    }
  }

  /// Names of the statements that were made, as messages have them.
  var given: [String] {
    [
      diffusionSteps.map { _ in "--diffusion-steps" }, schedule.map { _ in "--schedule" },
      family.map { _ in "--family" }, normalization.map { _ in "--normalization" },
      critic.map { _ in "--critic" }, statistics.map { _ in "--statistics-from" },
    ].compactMap(\.self)
  }

  /// Refuses statements other than those that a kind of policy has a use for.
  func requireOnly(_ known: Set<String>, of kind: String, file: String) throws(CheckpointError) {
    for name in given where !known.contains(name) {
      throw CheckpointError(
        file: file,
        .setting(name, found: "stated", expected: "nothing: \(kind) has no such setting"))
    }
  }
}
