import Foundation
import IDQLAgent

/// A policy file and how actions are chosen with it, for a report.
public struct PolicyRecord: Codable, Equatable, Sendable {
  /// Last component of the path; of a policy that was made in memory its kind.
  public var file: String
  /// Of the file; nil if there is none.
  public var sha256: String?
  public var kind: PolicyDescription.Kind
  /// Nil for a policy that does not choose among candidates.
  public var selection: Selection?

  /// Every effective option of a policy that chooses; what the rule does not use is left out.
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

  public init(file: String, sha256: String?, kind: PolicyDescription.Kind, selection: Selection?) {
    self.file = file
    self.sha256 = sha256
    self.kind = kind
    self.selection = selection
  }

  public init(_ policy: any Policy) {
    let description = policy.description
    self.init(
      file: description.source.map { URL(fileURLWithPath: $0.name).lastPathComponent }
        ?? description.kind.title,
      sha256: description.source?.sha256, kind: description.kind,
      selection: policy.deciding.map(Selection.init))
  }

  /// One line for a table.
  var line: String {
    guard let selection else { return "\(file), \(kind.title)" }
    return "\(file), \(kind == .idql ? "IDQL" : kind.title), "
      + "\(selection.rule.rawValue) of \(selection.candidates) candidates, "
      + "\(selection.diffusionSteps) diffusion steps, temperature \(selection.temperature)"
      + (selection.precision == .bfloat16 ? ", in bfloat16" : "")
  }
}

extension PolicyRecord.Selection {
  init(_ policy: any DecidingPolicy) {
    let options = policy.options
    rule = options.rule
    candidates = options.candidateCount
    diffusionSteps = policy.diffusionStepCount
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
