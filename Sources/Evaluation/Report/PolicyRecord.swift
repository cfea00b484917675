import Foundation
import IDQLAgent
import IDQLTensors

/// A policy file and how actions are chosen with it, for a report.
public struct PolicyRecord: Codable, Equatable, Sendable {
  /// Last component of the path; the kind, for a policy that was made in memory.
  public var file: String
  /// SHA-256 of the file, in lower-case hexadecimal digits; nil without a file.
  public var sha256: String?
  /// What kind of policy it is.
  public var kind: PolicyDescription.Kind
  /// Nil for a policy that does not choose among candidates.
  public var selection: Selection?
  /// Settings that the file does not say: stated by whoever loaded it, or assumed; nil if there are
  /// none.
  public var settings: [PolicyDescription.Setting]?
  /// Tensors of the file that acting does not use; nil if there are none.
  public var unused: [PolicyDescription.Unused]?
  /// A second file that it acts by: statistics of observations.
  public var normalization: Companion?
  /// A second file, with the critic by which it chooses.
  public var critic: Companion?
  /// The data set by whose statistics its observations are normalised.
  public var statistics: Companion?

  /// A file beside the policy's.
  public struct Companion: Codable, Equatable, Sendable {
    /// Last component of the path.
    public var file: String
    /// SHA-256 of the file.
    public var sha256: String
  }

  enum CodingKeys: String, CodingKey {
    case file, sha256, kind, selection, settings, unused, normalization, critic, statistics
  }

  /// Every effective option of a policy that chooses among candidates; options that its rule does
  /// not use are nil.
  public struct Selection: Codable, Equatable, Sendable {
    /// How one of the candidates is chosen.
    public var rule: SelectionRule
    /// N: candidates drawn per observation.
    public var candidates: Int
    /// Denoising steps, T.
    public var diffusionSteps: Int
    /// Factor of the noise that the diffusion steps add.
    public var temperature: Float
    /// Whether actions are clipped to [-1, 1] after every denoising step, or only after the last
    /// one.
    public var clipsEveryStep: Bool
    /// Repetitions of the last denoising step.
    public var extraFinalSteps: Int
    /// Of the networks' arithmetic; nil in reports of versions that had only `float32`.
    public var precision: Precision?
    /// The value function's loss, for the implicit rule.
    public var criticObjective: CriticObjective?
    /// Parameter of that loss, such as the expectile τ, for the implicit rule.
    public var criticParameter: Double?
    /// Factor of Q in the exponent, for the softmax rule.
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

  package init(file: String, sha256: String?, kind: PolicyDescription.Kind, selection: Selection?) {
    self.file = file
    self.sha256 = sha256
    self.kind = kind
    self.selection = selection
  }

  /// Describes a policy.
  public init(_ policy: any Policy) {
    let description = policy.description
    self.init(
      file: description.source.map { URL(fileURLWithPath: $0.name).lastPathComponent }
        ?? description.kind.title,
      sha256: description.source?.sha256, kind: description.kind,
      selection: policy.deciding.map(Selection.init))
    let unsaid = description.settings.filter { setting in
      (setting.origin == .stated || setting.origin == .assumed)
        && Self.isInForce(setting, policy.deciding?.options)
    }
    settings = unsaid.isEmpty ? nil : unsaid
    unused = description.unused.isEmpty ? nil : description.unused
    func companion(_ source: PolicySource?) -> Companion? {
      source.map {
        Companion(file: URL(fileURLWithPath: $0.name).lastPathComponent, sha256: $0.sha256)
      }
    }
    normalization = companion(description.normalization)
    critic = companion(description.critic)
    statistics = companion(description.statistics)
  }

  /// Whether the policy acts by the setting, or by an option in its place, which is in `selection`.
  private static func isInForce(
    _ setting: PolicyDescription.Setting, _ options: IDQLOptions?
  ) -> Bool {
    guard let options else { return true }
    return switch setting.name {
    case "candidates (N)": setting.value == "\(options.candidateCount)"
    case "sampling temperature": setting.value == "\(options.temperature)"
    case "softmax scale":
      options.rule == .softmax && setting.value == "\(options.softmaxScale)"
    default: true
    }
  }

  /// What the file does not say, and what of it is not used, for a table.
  package var notes: [(name: String, text: String)] {
    func list(_ origin: PolicyDescription.Setting.Origin) -> String {
      (settings ?? []).filter { $0.origin == origin }.map { "\($0.name) \($0.value)" }
        .joined(separator: ", ")
    }
    let unused = (self.unused ?? []).map {
      "\(quoted($0.name)) (\($0.tensorCount) \($0.tensorCount == 1 ? "tensor" : "tensors"))"
    }.joined(separator: ", ")
    return [("stated", list(.stated)), ("assumed", list(.assumed)), ("not used", unused)]
      .filter { !$0.1.isEmpty }
  }

  /// One line for a table.
  package var line: String {
    guard let selection else { return "\(file), \(kind.title)" }
    return "\(file), \(kind == .idql ? "IDQL" : kind.title), "
      + "\(selection.rule.rawValue) of \(selection.candidates) candidates, "
      + "\(selection.diffusionSteps) diffusion steps, temperature \(selection.temperature)"
      + (selection.precision.map { $0 == .float32 ? "" : ", in \($0.rawValue)" } ?? "")
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
