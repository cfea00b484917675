import Foundation
import IDQLAgent
import IDQLTensors

/// A policy file and how actions are chosen with it, for a report.
public struct PolicyRecord: Codable, Equatable, Sendable {
  /// Last component of the path.
  public var file: String
  public var sha256: String
  public var kind: PolicyDescription.Kind
  /// Nil for a plain actor, which has nothing to select from.
  public var selection: Selection?

  /// Every effective option of an IDQL agent; what the rule does not use is left out.
  public struct Selection: Codable, Equatable, Sendable {
    public var rule: SelectionRule
    public var candidates: Int
    public var diffusionSteps: Int
    public var temperature: Float
    public var clipsEveryStep: Bool
    public var extraFinalSteps: Int
    /// Nil in reports from before there was a choice: `float32`.
    public var precision: Precision?
    public var criticObjective: CriticObjective?
    public var criticParameter: Double?
    public var softmaxScale: Double?

    enum CodingKeys: String, CodingKey {
      case rule, candidates, temperature, precision
      case diffusionSteps = "diffusion_steps"
      case clipsEveryStep = "clips_every_step"
      case extraFinalSteps = "extra_final_steps"
      case criticObjective = "critic_objective"
      case criticParameter = "critic_parameter"
      case softmaxScale = "softmax_scale"
    }
  }

  public init(file: String, sha256: String, kind: PolicyDescription.Kind, selection: Selection?) {
    self.file = file
    self.sha256 = sha256
    self.kind = kind
    self.selection = selection
  }

  /// - Throws: `FileError` if the file cannot be read for its digest.
  public init(_ policy: LoadedPolicy, path: String) throws {
    let storage = try ByteStorage(mapping: path)
    self.init(
      file: URL(fileURLWithPath: path).lastPathComponent,
      sha256: withExtendedLifetime(storage) { SHA256.hexDigest(of: storage.bytes) },
      kind: policy.description.kind, selection: Selection(policy))
  }

  /// One line for a table.
  var line: String {
    guard let selection else { return "\(file), deterministic actor" }
    return "\(file), IDQL, \(selection.rule.rawValue) of \(selection.candidates) candidates, "
      + "\(selection.diffusionSteps) diffusion steps, temperature \(selection.temperature)"
      + (selection.precision == .bfloat16 ? ", in bfloat16" : "")
  }
}

extension PolicyRecord.Selection {
  init?(_ policy: LoadedPolicy) {
    guard case .idql(let agent) = policy else { return nil }
    let options = agent.options
    rule = options.rule
    candidates = options.candidateCount
    diffusionSteps = agent.diffusionStepCount
    temperature = options.temperature
    clipsEveryStep = options.clipsEveryStep
    extraFinalSteps = options.extraFinalSteps
    precision = options.precision
    if rule == .implicit {
      criticObjective = options.criticObjective
      criticParameter = options.criticParameter
    }
    if rule == .softmax { softmaxScale = options.softmaxScale }
  }
}
