/// What a JSON text says, of a form that is not known before.
package enum JSONValue: Equatable, Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// Nil unless it is `true` or `false`.
  package var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  /// Nil unless it is a number.
  package var number: Double? { if case .number(let number) = self { number } else { nil } }
  /// Nil unless it is a whole number.
  package var integer: Int? { number.flatMap(Int.init(exactly:)) }
  /// Nil unless it is a string.
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  /// Nil unless it is an object.
  package var object: [String: JSONValue]? {
    if case .object(let object) = self { object } else { nil }
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let object = try? value.decode([String: JSONValue].self) {
      self = .object(object)
    } else {
      self = .list(try value.decode([JSONValue].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let flag): try container.encode(flag)
    // a whole number without a point, as settings have them
    case .number(let number):
      if let integer = Int(exactly: number) {
        try container.encode(integer)
      } else {
        try container.encode(number)
      }
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let object): try container.encode(object)
    }
  }
}
