import Foundation

/// Everything that a result depends on, or that its timing does.
public struct Provenance: Codable, Equatable, Sendable {
  public var version = packageVersion
  /// Commit of the sources, with `-dirty` if they were changed; `unknown` outside a checkout.
  public var gitRevision: String
  public var environment: String
  /// Name of the physics profile.
  public var physics: String
  /// When OGBench's success was tested, `pre` or `post` the action; `nil` where there is no choice.
  public var successTiming: String?
  public var policy: PolicyRecord
  public var episodes: Int
  public var seed: UInt64
  public var workers: Int
  public var batch: Int
  public var machine: Machine
  /// Of the report, ISO 8601, UTC.
  public var date: String
  public var timing: Timing

  enum CodingKeys: String, CodingKey {
    case version, environment, physics, policy, episodes, seed, workers, batch, machine, date
    case timing
    case gitRevision = "git_revision"
    case successTiming = "success_timing"
  }

  public struct Machine: Codable, Equatable, Sendable {
    public var processor: String
    public var cores: Int
    public var system: String

    public static var current: Machine {
      Machine(
        processor: processorName(), cores: ProcessInfo.processInfo.activeProcessorCount,
        system: ProcessInfo.processInfo.operatingSystemVersionString)
    }
  }

  public struct Timing: Codable, Equatable, Sendable {
    public var wallSeconds: Double
    public var environmentSteps: Int
    /// Over all threads, everything included.
    public var environmentStepsPerSecond: Double
    /// Of one thread, counting only the time spent in the policy.
    public var actionsPerSecondPerThread: Double

    enum CodingKeys: String, CodingKey {
      case wallSeconds = "wall_seconds"
      case environmentSteps = "environment_steps"
      case environmentStepsPerSecond = "environment_steps_per_second"
      case actionsPerSecondPerThread = "actions_per_second_per_thread"
    }

    public init(_ evaluation: Evaluation) {
      let steps = Double(evaluation.environmentSteps)
      wallSeconds = evaluation.wallSeconds
      environmentSteps = evaluation.environmentSteps
      environmentStepsPerSecond = steps == 0 ? 0 : steps / evaluation.wallSeconds
      actionsPerSecondPerThread = steps == 0 ? 0 : steps / evaluation.policySeconds
    }
  }

  public init(
    policy: PolicyRecord, plan: EvaluationPlan, evaluation: Evaluation, date: Date = .now
  ) {
    gitRevision = ProgramIdentity.current.sourceRevision
    environment = evaluation.environment.id
    physics = evaluation.environment.physics.name
    successTiming = evaluation.environment.successTiming?.rawValue
    self.policy = policy
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
