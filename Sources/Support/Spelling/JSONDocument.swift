/// What a JSON document of this package is, by the name that it has in `Docs/idql.schema.json`.
package enum JSONSchema: String, Encodable, CaseIterable, Sendable {
  case report, study, plan, part, comparison, explanation, table, run
  case environments, environment, policy, dataset, verification, drift, estimate, rollout, query
  case benchMachine = "bench-machine"
  case benchPhysics = "bench-physics"
  case benchInference = "bench-inference"
  case benchTraining = "bench-training"
  case benchPictures = "bench-pictures"
  case benchIntervals = "bench-intervals"
  case benchSAC = "bench-sac"
  case critic

  /// Of all schemas together; grows when a reader of the earlier one could be wrong about a key.
  package static let version = 1
}

/// A value with the keys `schema` and `schema_version` beside its own.
private struct JSONDocument<Content: Encodable>: Encodable {
  let schema: JSONSchema
  let content: Content

  enum CodingKeys: String, CodingKey {
    case schema
    case version = "schema_version"
  }

  func encode(to encoder: any Encoder) throws {
    try content.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(schema, forKey: .schema)
    try values.encode(JSONSchema.version, forKey: .version)
  }
}

extension Encodable {
  /// The value, which encodes itself with keys, as a JSON document of that schema: as `jsonText`, with a
  /// line break at the end.
  package func jsonDocument(_ schema: JSONSchema, indented: Bool = true) throws -> String {
    try JSONDocument(schema: schema, content: self).jsonText(indented: indented) + "\n"
  }
}
