import Foundation
import IDQLAgent

/// Everything that a result and its timing depend on.
public struct Provenance: Codable, Equatable, Sendable {
  /// Version of this package.
  public var version = packageVersion
  /// Commit of the sources, with `-dirty` if they were changed; `unknown` outside a checkout.
  public var gitRevision: String
  /// SHA-256 of the program that ran; nil in reports of versions that did not have it.
  public var programSHA256: String?
  /// How the networks' products were rounded, `fused` or `separate`, and in bfloat16 by what instructions: other
  /// bits, and so other scores. Nil in reports of versions that did not have it.
  public var arithmetic: String?
  /// Id of the environment.
  public var environment: String
  /// Name of the physics profile.
  public var physics: String
  /// When OGBench's success was tested, `pre` or `post` the action; `nil` where there is no choice.
  public var successTiming: String?
  /// The policy and its options.
  public var policy: PolicyRecord
  /// What computed the policy's networks; nil in reports of studies and of earlier versions.
  public var kernels: NetworkKernels?
  /// How the policy was named to the command, such as `runs/a:best`; nil if it was not.
  public var policyName: String?
  /// Step of the run that trained the policy, if it is a policy of a run.
  public var policyStep: Int?
  /// Number of episodes that were asked for.
  public var episodes: Int
  /// Seed of the first episode's reset; see ``EvaluationPlan/seed``.
  public var seed: UInt64
  /// Threads. Nil, as the following, in the report of a study, whose parts any machines may have played.
  public var workers: Int?
  /// Episodes that a thread ran in lockstep.
  public var batch: Int?
  /// The computer that ran it.
  public var machine: Machine?
  /// When the report was made: ISO 8601, UTC.
  public var date: String?
  /// How long it took.
  public var timing: Timing?

  enum CodingKeys: String, CodingKey {
    case version, environment, physics, policy, kernels, episodes, seed, workers, batch, machine
    case date, timing, arithmetic
    case policyName = "policy_name"
    case policyStep = "policy_step"
    case programSHA256 = "program_sha256"
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
    /// The sizes of block, rows x panels of 16 columns, in which the networks' layers were multiplied: the fastest in a
    /// trial. They change no bit. Nil in reports of versions that had one.
    public var blocks: String?

    enum CodingKeys: String, CodingKey {
      case blocks
      case wallSeconds = "seconds"
      case environmentSteps = "environment_steps"
      case environmentStepsPerSecond = "environment_steps_per_second"
      case actionsPerSecondPerThread = "actions_per_second_per_worker"
    }

    /// Also reads the keys of versions before schemas had one.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      let old = try decoder.container(keyedBy: OldKeys.self)
      wallSeconds =
        try values.decodeIfPresent(Double.self, forKey: .wallSeconds)
        ?? old.decode(Double.self, forKey: .wallSeconds)
      environmentSteps = try values.decode(Int.self, forKey: .environmentSteps)
      environmentStepsPerSecond = try values.decode(
        Double.self, forKey: .environmentStepsPerSecond)
      blocks = try values.decodeIfPresent(String.self, forKey: .blocks)
      actionsPerSecondPerThread =
        try values.decodeIfPresent(Double.self, forKey: .actionsPerSecondPerThread)
        ?? old.decode(Double.self, forKey: .actionsPerSecondPerThread)
    }

    private enum OldKeys: String, CodingKey {
      case wallSeconds = "wall_seconds"
      case actionsPerSecondPerThread = "actions_per_second_per_thread"
    }

    package init(_ evaluation: Evaluation) {
      let steps = Double(evaluation.environmentSteps)
      wallSeconds = evaluation.wallSeconds
      environmentSteps = evaluation.environmentSteps
      environmentStepsPerSecond = steps == 0 ? 0 : steps / evaluation.wallSeconds
      actionsPerSecondPerThread = steps == 0 ? 0 : steps / evaluation.policySeconds
      blocks = BlockChoice.acting.text
    }
  }

  package init(
    policy: PolicyRecord, plan: EvaluationPlan, evaluation: Evaluation, date: Date = .now
  ) {
    gitRevision = ProgramIdentity.current.sourceRevision
    programSHA256 = ProgramIdentity.executableSHA256
    arithmetic = Arithmetic.current(for: policy.selection?.precision).rawValue
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

  /// The step that a run's folder names a policy's file by, as in `step-250000.safetensors`; nil for
  /// another name.
  package static func policyStep(ofFile path: String) -> Int? {
    let name = path.split(separator: "/").last ?? ""
    guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
    return Int(name.dropFirst(5).dropLast(12))
  }

  /// Of one cell of a study: what decides its outcome, and nothing of the machines.
  package init(
    cell: StudyPlan.Cell, of plan: StudyPlan, policyName: String?, policyStep: Int? = nil,
    arithmetic: Arithmetic?
  ) {
    let environment = plan.environments[cell.environment]
    version = plan.program.version
    gitRevision = plan.program.sourceRevision
    programSHA256 = plan.programSHA256
    self.arithmetic = arithmetic?.rawValue
    self.environment = environment.id
    physics = environment.physics
    successTiming = environment.successTiming
    policy = plan.policies[cell.policy]
    self.policyName = policyName
    self.policyStep = policyStep
    episodes = cell.episodes
    seed = cell.seed
  }
}

private func processorName() -> String {
  let unknown = "unknown"
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
    return unknown
  }
  let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
  guard let value = line?.split(separator: ":", maxSplits: 1).last else { return unknown }
  let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
  return String(value.drop(while: blank).reversed().drop(while: blank).reversed())
}
