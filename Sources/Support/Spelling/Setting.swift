/// One setting of a structure of settings: its name, what it may be, and where it is kept. Reading,
/// checking and writing of settings are loops over a table of these.
package struct Setting<Settings>: Sendable {
  /// With its sections, as in `critic.tau`.
  package let name: String
  /// What it is, in a sentence without a full stop.
  package let summary: String
  /// What it may be.
  package let kind: SettingKind
  private let read: @Sendable (Settings) -> TOMLValue
  private let write: @Sendable (inout Settings, TOMLValue) -> Void

  package func value(in settings: Settings) -> TOMLValue { read(settings) }

  /// Sets it, also to a value out of its bounds: these are checked once all settings are known.
  ///
  /// - Returns: what it must be, if the value is of another type; then nothing has changed.
  package func set(_ value: TOMLValue, in settings: inout Settings) -> String? {
    guard let value = kind.converted(value) else { return kind.typeText }
    write(&settings, value)
    return nil
  }

  /// What it must be, if it is out of its bounds.
  package func expectation(in settings: Settings) -> String? {
    kind.expectation(of: read(settings))
  }

  /// The same setting of a structure that has this one as a section.
  package func within<Outer>(
    _ section: String, _ path: WritableKeyPath<Outer, Settings> & Sendable
  ) -> Setting<Outer> {
    let (read, write) = (read, write)
    return Setting<Outer>(
      name: "\(section).\(name)", summary: summary, kind: kind,
      read: { read($0[keyPath: path]) }, write: { write(&$0[keyPath: path], $1) })
  }
}

/// What a setting may be.
package enum SettingKind: Equatable, Sendable {
  case flag
  case count(Bounds<Int>)
  case number(Bounds<Double>)
  case word([String])
  /// A list of so many counts.
  case counts(Bounds<Int>, length: Bounds<Int>)

  var typeText: String {
    switch self {
    case .flag: "true or false"
    case .count: "a whole number"
    case .number: "a number"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .counts: "a list of whole numbers"
    }
  }

  /// The value, if it is of this type; a whole number is a number, too.
  func converted(_ value: TOMLValue) -> TOMLValue? {
    switch (self, value) {
    case (.flag, .flag), (.count, .integer), (.number, .number): value
    case (.number, .integer(let number)): .number(Double(number))
    case (.word(let words), .text(let word)): words.contains(word) ? value : nil
    case (.counts, .list(let values)):
      values.allSatisfy { if case .integer = $0 { true } else { false } } ? value : nil
    default: nil
    }
  }

  /// - Parameter value: of this type.
  /// - Returns: what it must be; nil if it is.
  func expectation(of value: TOMLValue) -> String? {
    switch (self, value) {
    case (.count(let bounds), .integer(let number)):
      bounds.contains(number) ? nil : "\(bounds)"
    case (.number(let bounds), .number(let number)):
      bounds.contains(number) ? nil : "a number \(bounds)"
    case (.counts(let bounds, let length), .list(let values)):
      length.contains(values.count)
        && values.allSatisfy { if case .integer(let n) = $0 { bounds.contains(n) } else { false } }
        ? nil : "\(length.lower) to \(length.upper) whole numbers, each \(bounds)"
    default: nil
    }
  }
}

extension Setting {
  package static func flag(
    _ name: String, _ path: WritableKeyPath<Settings, Bool> & Sendable, _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, kind: .flag, read: { .flag($0[keyPath: path]) },
      write: { if case .flag(let isSet) = $1 { $0[keyPath: path] = isSet } })
  }

  package static func count(
    _ name: String, _ path: WritableKeyPath<Settings, Int> & Sendable, _ bounds: Bounds<Int>,
    _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, kind: .count(bounds), read: { .integer($0[keyPath: path]) },
      write: { if case .integer(let number) = $1 { $0[keyPath: path] = number } })
  }

  package static func number(
    _ name: String, _ path: WritableKeyPath<Settings, Double> & Sendable, _ bounds: Bounds<Double>,
    _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, kind: .number(bounds), read: { .number($0[keyPath: path]) },
      write: { if case .number(let number) = $1 { $0[keyPath: path] = number } })
  }

  package static func word<Word: RawRepresentable & CaseIterable & SendableMetatype>(
    _ name: String, _ path: WritableKeyPath<Settings, Word> & Sendable, _ summary: String
  ) -> Setting where Word.RawValue == String {
    Setting(
      name: name, summary: summary, kind: .word(Word.allCases.map(\.rawValue)),
      read: { .text($0[keyPath: path].rawValue) },
      write: {
        if case .text(let text) = $1, let word = Word(rawValue: text) { $0[keyPath: path] = word }
      })
  }

  package static func counts(
    _ name: String, _ path: WritableKeyPath<Settings, [Int]> & Sendable, _ bounds: Bounds<Int>,
    length: Bounds<Int>, _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, kind: .counts(bounds, length: length),
      read: { .list($0[keyPath: path].map(TOMLValue.integer)) },
      write: {
        guard case .list(let values) = $1 else { return }
        $0[keyPath: path] = values.compactMap { if case .integer(let n) = $0 { n } else { nil } }
      })
  }
}
