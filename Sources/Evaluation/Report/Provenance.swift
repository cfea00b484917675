import Foundation
import IDQLAgent

/// Everything that a result and its timing depend on.
public struct Provenance: Codable, Equatable, Sendable {
  /// Version of this package.
  public var version = packageVersion
  /// Commit of the sources, with `-dirty` if they were changed; `unknown` outside a checkout.
  public var gitRevision: String
  /// Id of the environment.
  public var environment: String
  /// Name of the physics profile.
  public var physics: String
  /// When OGBench's success was tested, `pre` or `post` the action; `nil` where there is no choice.
  public var successTiming: String?
  /// The policy and its options.
  public var policy: PolicyRecord
  /// What computed the policy's networks; nil in reports of earlier versions.
  public var kernels: NetworkKernels?
  /// Number of episodes that were asked for.
  public var episodes: Int
  /// Seed of the first episode's reset; see ``EvaluationPlan/seed``.
  public var seed: UInt64
  /// Threads.
  public var workers: Int
  /// Episodes that a thread ran in lockstep.
  public var batch: Int
  /// The computer that ran it.
  public var machine: Machine
  /// When the report was made: ISO 8601, UTC.
  public var date: String
  /// How long it took.
  public var timing: Timing

  enum CodingKeys: String, CodingKey {
    case version, environment, physics, policy, kernels, episodes, seed, workers, batch, machine
    case date, timing
    case gitRevision = "git_revision"
    case successTiming = "success_timing"
  }

  /// The computer that an evaluation ran on.
  public struct Machine: Codable, Equatable, Sendable {
    /// Model name of the processor.
    public var processor: String
    /// Number of processor cores that the process may use.
    public var cores: Int
    /// Name and version of the operating system.
    public var system: String

    package static var current: Machine {
      Machine(
        processor: processorName(), cores: ProcessInfo.processInfo.activeProcessorCount,
        system: ProcessInfo.processInfo.operatingSystemVersionString)
    }
  }

  /// Time and throughput of an evaluation.
  public struct Timing: Codable, Equatable, Sendable {
    /// Wall time of all episodes.
    public var wallSeconds: Double
    /// Steps of all episodes together.
    public var environmentSteps: Int
    /// Of all threads together: physics, policy and everything else.
    public var environmentStepsPerSecond: Double
    /// Of one thread, counting only the time spent in the policy.
    public var actionsPerSecondPerThread: Double

    enum CodingKeys: String, CodingKey {
      case wallSeconds = "wall_seconds"
      case environmentSteps = "environment_steps"
      case environmentStepsPerSecond = "environment_steps_per_second"
      case actionsPerSecondPerThread = "actions_per_second_per_thread"
    }

    package init(_ evaluation: Evaluation) {
      let steps = Double(evaluation.environmentSteps)
      wallSeconds = evaluation.wallSeconds
      environmentSteps = evaluation.environmentSteps
      environmentStepsPerSecond = steps == 0 ? 0 : steps / evaluation.wallSeconds
      actionsPerSecondPerThread = steps == 0 ? 0 : steps / evaluation.policySeconds
    }
  }

  package init(
    policy: PolicyRecord, plan: EvaluationPlan, evaluation: Evaluation, date: Date = .now
  ) {
    gitRevision = ProgramIdentity.current.sourceRevision
    environment = evaluation.environment.id
    physics = evaluation.environment.physics.name
    successTiming = evaluation.environment.successTiming?.rawValue
    self.policy = policy
    kernels = .current
    episodes = plan.episodes
    seed = plan.seed
    workers = plan.workers
    batch = plan.batch
    machine = .current
    self.date = date.ISO8601Format()
    timing = Timing(evaluation)
  }
}

private func processorName() -> String {
  let unknown = "unknown"
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
    return unknown
  }
  let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
  guard let value = line?.split(separator: ":", maxSplits: 1).last else { return unknown }
  return value.trimmingCharacters(in: .whitespaces)
}
