import Foundation
import TestSupport

/// Checks JSON against a JSON Schema (2020-12), as far as `Docs/idql.schema.json` uses it: types, constants,
/// ranges, patterns, objects, arrays, references, `anyOf`, and `allOf` with `if` and `then`.
struct SchemaValidator {
  private let root: [String: Any]
  private let definitions: [String: [String: Any]]

  /// Keywords that say nothing of a value, and those that are checked.
  static let known: Set = [
    "$schema", "$defs", "title", "description", "$ref", "type", "enum", "const", "minimum",
    "maximum",
    "pattern", "required", "properties", "additionalProperties", "items", "minItems", "maxItems",
    "anyOf", "allOf", "if", "then",
  ]

  init() throws {
    let file = URL(fileURLWithPath: checkoutPath("Docs/idql.schema.json"))
    root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
    definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
  }

  /// Names of the documents that the schema describes.
  var documents: Set<String> {
    let properties = root["properties"] as? [String: [String: Any]]
    return Set(properties?["schema"]?["enum"] as? [String] ?? [])
  }

  /// Keywords of the schema that the validator does not know.
  var unknownKeywords: Set<String> {
    func keywords(_ schema: Any) -> [String] {
      guard let schema = schema as? [String: Any] else { return [] }
      return schema.flatMap { key, value -> [String] in
        switch key {
        case "properties", "$defs":
          (value as? [String: Any] ?? [:]).values.flatMap(keywords)
        case "items", "if", "then", "additionalProperties": [key] + keywords(value)
        case "anyOf", "allOf": [key] + (value as? [Any] ?? []).flatMap(keywords)
        default: [key]
        }
      }
    }
    return Set(keywords(root)).subtracting(Self.known)
  }

  /// What is wrong with a document, one line each, with the place.
  ///
  /// - Parameter strict: whether keys that the schema does not describe are wrong, too.
  func faults(_ document: Any, strict: Bool = true) -> [String] {
    faults(document, root, "", strict: false)
      + (strict ? undescribed(document) : [])
  }

  private func faults(
    _ value: Any, _ schema: [String: Any], _ place: String, strict: Bool
  ) -> [String] {
    var found: [String] = []
    func expect(_ holds: Bool, _ expected: String) {
      if !holds { found.append("\(place): \(text(value)) must be \(expected)") }
    }
    if let name = schema["$ref"] as? String {
      found += faults(value, resolved(name), place, strict: strict)
    }
    if let types = schema["type"] {
      let types = types as? [String] ?? [types as? String ?? ""]
      expect(types.contains { has(value, type: $0) }, "of type \(types.joined(separator: " or "))")
    }
    if let all = schema["enum"] as? [NSObject] {
      expect(all.contains { $0 == value as? NSObject }, "one of \(all)")
    }
    if let constant = schema["const"] as? NSObject {
      expect(constant == value as? NSObject, "\(constant)")
    }
    if let number = value as? NSNumber, !isFlag(value) {
      if let minimum = schema["minimum"] as? NSNumber {
        expect(number.doubleValue >= minimum.doubleValue, "at least \(minimum)")
      }
      if let maximum = schema["maximum"] as? NSNumber {
        expect(number.doubleValue <= maximum.doubleValue, "at most \(maximum)")
      }
    }
    if let pattern = schema["pattern"] as? String, let text = value as? String {
      expect(text.range(of: pattern, options: .regularExpression) != nil, "like \(pattern)")
    }
    if let object = value as? [String: Any] {
      for key in schema["required"] as? [String] ?? [] where object[key] == nil {
        found.append("\(place): \(key) is missing")
      }
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      for (key, member) in object {
        let others = schema["additionalProperties"] as? [String: Any]
        if let schema = properties[key] ?? others {
          found += faults(member, schema, "\(place)/\(key)", strict: strict)
        } else if strict, schema["properties"] != nil {
          found.append("\(place): \(key) is not described")
        }
      }
    }
    if let list = value as? [Any] {
      expect(list.count >= schema["minItems"] as? Int ?? 0, "longer")
      expect(list.count <= schema["maxItems"] as? Int ?? .max, "shorter")
      if let items = schema["items"] as? [String: Any] {
        for (index, item) in list.enumerated() {
          found += faults(item, items, "\(place)/\(index)", strict: strict)
        }
      }
    }
    if let any = schema["anyOf"] as? [[String: Any]] {
      let each = any.map { faults(value, $0, place, strict: false) }
      if let fitting = each.firstIndex(of: []) {
        if strict { found += faults(value, any[fitting], place, strict: true) }
      } else {
        found += each.min { $0.count < $1.count } ?? []
      }
    }
    for part in schema["allOf"] as? [[String: Any]] ?? [] {
      found += faults(value, part, place, strict: strict)
    }
    if let condition = schema["if"] as? [String: Any], let then = schema["then"] as? [String: Any],
      faults(value, condition, place, strict: false).isEmpty
    {
      found += faults(value, then, place, strict: strict)
    }
    return found
  }

  /// Keys that the document's own schema does not describe.
  private func undescribed(_ document: Any) -> [String] {
    let name = (document as? [String: Any])?["schema"] as? String ?? ""
    return faults(document, definitions[name] ?? [:], "", strict: true)
      .filter { $0.hasSuffix("is not described") }
  }

  private func resolved(_ reference: String) -> [String: Any] {
    definitions[String(reference.dropFirst("#/$defs/".count))] ?? ["const": "no \(reference)"]
  }

  private func isFlag(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
      || value is Bool
        && (value as? NSNumber)?.stringValue != "\(value)"
  }

  private func has(_ value: Any, type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": isFlag(value)
    case "null": value is NSNull
    case "number": value is NSNumber && !isFlag(value)
    case "integer":
      (value as? NSNumber).map { !isFlag(value) && $0.doubleValue.rounded() == $0.doubleValue }
        ?? false
    default: false
    }
  }

  private func text(_ value: Any) -> String { "\(value)".prefix(60) + "" }
}
