import Foundation
import IDQLEnvs
import IDQLSpelling
import IDQLTensors
import TOMLKit

extension RunConfiguration {
  /// The defaults for an environment, changed first by a file and then by single settings.
  ///
  /// - Parameters:
  ///   - environment: in which the data was recorded.
  ///   - path: of a TOML file; nil for none.
  ///   - settings: each `section.name=value`, with the value in TOML's syntax; a word needs no
  ///     quotes.
  /// - Throws: `FileError`, `RunError`.
  public init(
    environment: EnvironmentID, file path: String? = nil, settings: [String] = []
  ) throws {
    self.init(environment: environment)
    if let path {
      let text: String
      do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
        throw FileError(path: path, .read, reason: error.localizedDescription)
      }
      try merge(Self.parse(text, source: path), source: path)
    }
    try apply(settings)
  }

  /// Changes single settings, in their order.
  ///
  /// - Throws: `RunError`.
  mutating func apply(_ settings: [String]) throws {
    for setting in settings {
      try merge(Self.parse(setting: setting), source: "--set \(setting)")
    }
  }

  private mutating func merge(_ changes: TOMLTable, source: String) throws {
    let table = try TOMLTable(string: TOMLEncoder().encode(self))
    try table.merge(changes, source: source)
    do { self = try TOMLDecoder().decode(RunConfiguration.self, from: table) } catch {
      // types were compared before; what is left is a word that is none of a setting's values
      throw RunError.notTOML(source: source, reason: "\(error)")
    }
  }

  /// Every setting with its value as a TOML document, which reproduces the configuration.
  public var toml: String {
    get throws {
      // the encoder writes seventeen digits; the shortest text that reads back to the same number
      // is what the file had
      let number = /= (-?[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?)$/.anchorsMatchLineEndings()
      return try TOMLEncoder().encode(self)
        .replacing(number) { match in "= \(Double(match.1).map { "\($0)" } ?? String(match.1))" }
        + "\n"
    }
  }

  private static func parse(_ text: String, source: String) throws -> TOMLTable {
    do { return try TOMLTable(string: text) } catch {
      let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw RunError.notTOML(source: source, reason: reason)
    }
  }

  private static func parse(setting: String) throws -> TOMLTable {
    let source = "--set \(setting)"
    guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
      throw RunError.notTOML(source: source, reason: "expected section.name=value")
    }
    let value = setting[setting.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    if let table = try? TOMLTable(string: setting) { return table }
    return try parse("\(setting[..<equals]) = '\(value)'", source: source)
  }
}

extension TOMLTable {
  /// Takes over every value of `other`, whose names must be known and whose types must fit.
  fileprivate func merge(_ other: TOMLTable, source: String, section: String = "") throws {
    for (key, value) in other {
      let name = section.isEmpty ? key : "\(section).\(key)"
      guard let known = self[key] else {
        let near = closestName(to: key, in: keys)
        throw RunError.unknownSetting(
          name, source: source,
          closest: near.map { section.isEmpty ? $0 : "\(section).\($0)" })
      }
      switch (known.type, value.type) {
      case (.table, .table):
        if let inner = known.table, let changes = value.table {
          try inner.merge(changes, source: source, section: name)
        }
      case (.double, .int):
        self[key] = Double(value.int ?? 0)
      case (let expected, let found) where expected == found:
        self[key] = value
      case (let expected, _):
        throw RunError.settingType(
          name, source: source, found: value.debugDescription, expected: expected.words)
      }
    }
  }
}

extension TOMLType {
  fileprivate var words: String {
    switch self {
    case .int: "a whole number"
    case .double: "a number"
    case .string: "a word"
    case .array: "a list"
    case .table: "a section"
    default: "\(self)"
    }
  }
}
