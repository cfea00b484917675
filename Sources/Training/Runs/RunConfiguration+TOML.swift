import IDQLEnvs
import IDQLSpelling
import IDQLTensors

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
    if let path { try merge(TOMLDocument(settingsFile: path), source: path) }
    try apply(settings)
  }

  /// Changes single settings, in their order.
  ///
  /// - Throws: `RunError`.
  mutating func apply(_ settings: [String]) throws {
    for setting in settings {
      try merge(TOMLDocument(setting: setting), source: "--set \(setting)")
    }
  }

  /// Takes over every value of a document, whose names must be known and whose types must fit.
  ///
  /// - Throws: `RunError.unknownSetting`, `RunError.settingType`.
  mutating func merge(_ document: TOMLDocument, source: String) throws(RunError) {
    for entry in document.entries {
      let name = entry.path.joined(separator: ".")
      guard let setting = Self.settings.first(where: { $0.name == name }) else {
        throw Self.unknownSetting(entry.path, source: source)
      }
      if let expected = setting.set(entry.value, in: &self) {
        throw .settingType(
          name, source: source, found: entry.value.inMessage, expected: expected)
      }
    }
    for table in document.tables where !Self.sections.contains(table.path.joined(separator: ".")) {
      throw Self.unknownSetting(table.path, source: source)
    }
  }

  private static let sections = Set(
    settings.compactMap { setting in
      setting.name.lastIndex(of: ".").map { String(setting.name[..<$0]) }
    })

  private static func unknownSetting(_ path: [String], source: String) -> RunError {
    let name = path.joined(separator: ".").printable
    return .unknownSetting(
      name, source: source,
      closest: closestName(to: name, in: settings.map(\.name) + sections.sorted()))
  }

  /// Every setting with its value as a TOML document, which reproduces the configuration: sections
  /// and settings in alphabetical order.
  public var toml: String {
    let names = Self.settings.map { setting in
      let parts = setting.name.split(separator: ".").map(String.init)
      return (section: parts.dropLast().joined(separator: "."), name: parts.last ?? "", setting)
    }
    var lines: [String] = []
    var section = ""
    for (ownSection, name, setting) in names.sorted(by: {
      ($0.section, $0.name) < ($1.section, $1.name)
    }) {
      if ownSection != section {
        section = ownSection
        lines += ["", "[\(section)]"]
      }
      lines.append("\(name) = \(setting.value(in: self))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension TOMLDocument {
  /// Far more than all settings with a comment on each.
  private static let byteLimit = 1 << 20

  /// - Throws: `RunError.notTOML`, `FileError`.
  init(settingsFile path: String) throws {
    let storage = try ByteStorage(contentsOf: path)
    let text = try withExtendedLifetime(storage) {
      guard storage.bytes.count <= Self.byteLimit else {
        throw RunError.notTOML(
          source: path,
          reason: "\(storage.bytes.count) bytes; settings are at most \(Self.byteLimit)")
      }
      return String(validating: storage.bytes, as: UTF8.self)
    }
    guard let text else { throw RunError.notTOML(source: path, reason: "not UTF-8") }
    do { try self.init(text) } catch {
      throw RunError.notTOML(source: path, reason: "\(error)")
    }
  }

  /// - Parameter setting: `section.name=value`.
  /// - Throws: `RunError.notTOML`.
  init(setting: String) throws(RunError) {
    let source = "--set \(setting)"
    guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
      throw .notTOML(source: source, reason: "expected section.name=value")
    }
    // a word may stand without quotes
    let value = setting[setting.index(after: equals)...].trimmingPrefix { $0 == " " }
    let isWord = value.first?.isLetter == true && !["true", "false", "inf", "nan"].contains(value)
    do {
      try self.init(
        isWord ? "\(setting[..<equals]) = \(TOMLValue.text(String(value)))" : setting)
    } catch {
      throw .notTOML(source: source, reason: error.reason)
    }
  }
}

extension TOMLValue {
  /// In double quotes where a word stands, as in all messages about settings.
  fileprivate var inMessage: String {
    if case .text(let word) = self { "\"\(word.printable)\"" } else { description.printable }
  }
}
