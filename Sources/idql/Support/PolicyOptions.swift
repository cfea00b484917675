import ArgumentParser
import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLRuns
import IDQLSpelling
import IDQLTraining

extension SelectionRule: ExpressibleByArgument {}
extension NoiseSchedule.Kind: ExpressibleByArgument {}
extension LearnerFamily: ExpressibleByArgument {}
extension LearnerPrecision: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// What is said of a policy where its file does not.
package struct StatedOptions: ParsableArguments {
  @Option(
    help: "Diffusion steps of an IDQL agent whose file does not say them (T); required then.",
    within: 1...1000)
  package var diffusionSteps: Int?

  @Option(help: "Noise schedule of an IDQL agent whose file does not say it; required then.")
  package var schedule: NoiseSchedule.Kind?

  @Option(
    help: "Variant of an IDQL agent whose file leaves it open: simple (swish) or full (mish).")
  package var family: LearnerFamily?

  @Option(
    help:
      "Statistics of observations that a Stable-Baselines3 policy learnt with (vec_normalize.pkl).",
    completion: .file())
  package var normalization: String?

  @Option(help: "Critic of CleanDiffuser's IDQL agent (iql_ckpt_….pt).", completion: .file())
  package var critic: String?

  @Option(
    help: """
      Data set that CleanDiffuser's IDQL agent was trained on, for mean and deviation of its \
      observations.
      """, completion: .file())
  package var statisticsFrom: String?

  package init() {}

  /// The options that were given, as they are spelt.
  package var given: [String] {
    [
      diffusionSteps.map { _ in "--diffusion-steps" }, schedule.map { _ in "--schedule" },
      family.map { _ in "--family" }, normalization.map { _ in "--normalization" },
      critic.map { _ in "--critic" }, statisticsFrom.map { _ in "--statistics-from" },
    ].compactMap { $0 }
  }

  /// - Parameter environment: where the policy acts: what the statistics' data set is of unless its
  ///   name says.
  package func settings(in environment: EnvironmentID? = nil) throws -> StatedSettings {
    var settings = StatedSettings()
    settings.diffusionSteps = diffusionSteps
    settings.schedule = schedule
    settings.family = family
    settings.normalization = try normalization.map(CompanionFile.init(contentsOf:))
    settings.critic = try critic.map(CompanionFile.init(contentsOf:))
    settings.statistics = try statisticsFrom.map { try statistics($0, environment) }
    return settings
  }

  /// Of the observations that D4RL's loader begins transitions with.
  private func statistics(
    _ path: String, _ environment: EnvironmentID?
  ) throws -> ObservationStatistics {
    let source = try DatasetSource(path)
    let inspection = try DatasetInspection(
      [source], id: KnownDefects.id(ofFile: path) == nil ? environment : nil, columns: [])
    let moments = inspection.transitions.observationMoments
    return ObservationStatistics(
      mean: moments.mean, deviation: moments.deviation, path: path,
      sha256: try source.sha256.get(), task: inspection.id?.description)
  }

  /// Reads the policy of a file or of a run's folder.
  ///
  /// - Parameters:
  ///   - environment: where it acts.
  ///   - assumingTheRest: to look at it, not to act by it.
  package func load(
    _ path: String, in environment: EnvironmentID? = nil, assumingTheRest: Bool = false
  ) throws -> LoadedPolicy {
    var settings = try settings(in: environment)
    settings.assumesTheRest = assumingTheRest
    return try loadPolicy(contentsOf: policyPath(path), stated: settings)
  }
}

/// How an IDQL agent chooses; what is left out is as the checkpoint says.
package struct ChoiceOptions: ParsableArguments {
  @Option(
    name: [.long, .customShort("N")],
    help: "Candidate actions drawn per observation (N); the checkpoint's own value if left out.",
    within: 1...65536)
  package var candidates: Int?

  @Option(help: "How one of the candidates is chosen; argmax if left out.")
  package var rule: SelectionRule?

  @Option(
    help: "Factor on the noise of every diffusion step; the checkpoint's own if left out.",
    within: Bounds(0, 1e30))
  package var temperature: Float?

  @Option(help: "Scale of Q - V in the rule softmax; 1 if left out.", within: Bounds(0, 1e300))
  package var softmaxScale: Double?

  @Option(
    help: """
      In which numbers the actor multiplies, float32 if left out; bf16 (8 bits) is less exact, and only for \
      processors that multiply it faster.
      """)
  package var precision: Precision?

  package init() {}

  /// The options that were given, as they are spelt.
  fileprivate var given: [String] {
    [
      candidates.map { _ in "--candidates" }, rule.map { _ in "--rule" },
      temperature.map { _ in "--temperature" }, softmaxScale.map { _ in "--softmax-scale" },
      precision.map { _ in "--precision" },
    ].compactMap { $0 }
  }
}

/// How a policy acts, and what its file does not say of it.
package struct SelectionOptions: ParsableArguments {
  @OptionGroup(title: "How a policy chooses") package var choice: ChoiceOptions
  @OptionGroup(title: "What a policy's file does not say") package var stated: StatedOptions

  package init() {}

  /// Reads the policy of a file or of a run's folder; it chooses by these options.
  ///
  /// - Parameter environment: where it acts.
  package func load(_ path: String, in environment: EnvironmentID? = nil) throws -> LoadedPolicy {
    try applied(to: stated.load(path, in: environment))
  }

  /// The options that were given, as they are spelt.
  package var given: [String] { choice.given + stated.given }

  /// - Throws: `Failure` if the policy is not one that chooses, `IDQLOptionsError` for a value out of
  ///   range.
  private func applied(to policy: LoadedPolicy) throws -> LoadedPolicy {
    guard let first = choice.given.first else { return policy }
    guard var options = policy.deciding?.options else {
      throw Failure(
        .usage,
        "\(first) acts on IDQL agents only; \(policy.source.name) holds a "
          + "\(policy.description.kind.title).")
    }
    if let candidates = choice.candidates { options.candidateCount = candidates }
    if let rule = choice.rule { options.rule = rule }
    if let temperature = choice.temperature { options.temperature = temperature }
    if let softmaxScale = choice.softmaxScale { options.softmaxScale = softmaxScale }
    if let precision = choice.precision { options.precision = precision }
    return try policy.with(options)
  }
}
