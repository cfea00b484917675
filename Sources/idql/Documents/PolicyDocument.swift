import IDQLAgent
import IDQLEvaluation

/// The result of `idql inspect --json`.
struct PolicyDocument: Encodable {
  struct Network: Encodable {
    var name, layout: String
    var parameters: Int
  }

  struct File: Encodable {
    var path, sha256: String
  }

  var path: String
  var sha256: String
  var step: Int?
  var kind: String
  var format: String?
  var environment: String?
  var observationCount, actionCount, parameters: Int
  var networks: [Network]
  var settings: [PolicyDescription.Setting]
  var normalization, critic, statistics: File?
  var unused: [PolicyDescription.Unused]
  var unknownSettings: [String]
  var metadata: [String: String]
  /// Ids whose sizes it fits.
  var fits: [String]
  /// What is wrong with its numbers.
  var warnings: [String]

  init(_ policy: LoadedPolicy) throws {
    let about = policy.description
    func file(_ source: PolicySource?) -> File? {
      source.map { File(path: $0.name, sha256: $0.sha256) }
    }
    path = policy.source.name
    sha256 = policy.source.sha256
    step = Provenance.policyStep(ofFile: path)
    kind = about.kind.rawValue
    format = about.format
    environment = about.environment
    (observationCount, actionCount) = (about.observationCount, about.actionCount)
    parameters = about.parameterCount
    networks = about.networks.map {
      Network(name: $0.name, layout: $0.layout, parameters: $0.parameterCount)
    }
    settings = about.settings
    normalization = file(about.normalization)
    critic = file(about.critic)
    statistics = file(about.statistics)
    unused = about.unused
    unknownSettings = about.unknownSettings
    metadata = about.metadata
    fits = try policy.fittingEnvironments().flatMap(\.ids)
    warnings = policy.warnings
  }

  enum CodingKeys: String, CodingKey {
    case path, sha256, step, kind, format, environment, parameters, networks, settings
    case normalization, critic, statistics, unused, metadata, fits, warnings
    case observationCount = "observation_count"
    case actionCount = "action_count"
    case unknownSettings = "unknown_settings"
  }
}
