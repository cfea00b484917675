/// The settings in a TOML document (TOML 1.0.0), in their order.
///
/// All of the language but dates and times and arrays of tables, which no setting is; these are named
/// and refused. Nothing is nested deeper than 32, so that no document exhausts the stack.
package struct TOMLDocument: Equatable, Sendable {
  /// A key with its value. An inline table gives an entry for each of its own keys.
  package struct Entry: Equatable, Sendable {
    /// From the outermost table to the key itself, at least one.
    package var path: [String]
    package var value: TOMLValue
    /// Of the key, from 1.
    package var line: Int
  }

  /// A table, with or without entries.
  package struct Table: Equatable, Sendable {
    package var path: [String]
    package var line: Int
  }

  package private(set) var entries: [Entry] = []
  /// Tables that a header, a dotted key or braces name, in the order in which they come first.
  package private(set) var tables: [Table] = []
  /// Whether the last line has its end, as one that was not cut short.
  package let endsWithLine: Bool
  private var root = Node(kind: .header)

  static let nestingLimit = 32

  /// - Throws: `TOMLError` for the first line that is wrong.
  package init(_ text: String) throws(TOMLError) {
    endsWithLine = text.utf8.last == 0x0A
    var reader = TOMLReader(text)
    var section: [String] = []
    // tables that dotted keys of the section opened: they close with it
    var open: [[String]] = []
    while try reader.skipToContent() {
      let line = reader.line
      if let header = try reader.header() {
        for path in open { root.close(path[...]) }
        open = []
        section = header
        try add(header: header, line: line)
      } else {
        let path = try reader.key()
        let value = try reader.assignment()
        try add(path, value, in: section, line: line, opening: &open)
      }
      try reader.endLine()
    }
  }

  // MARK: What may stand where

  private mutating func add(header: [String], line: Int) throws(TOMLError) {
    for end in header.indices {
      let path = header[...end]
      let isLast = end == header.count - 1
      switch root.kind(of: path) {
      case nil:
        root.insert(isLast ? .header : .implied, at: path)
        tables.append(Table(path: Array(path), line: line))
      case .implied where isLast: root.insert(.header, at: path)
      case .implied,
        .header where !isLast, .dotted where !isLast, .closed where !isLast:
        break
      case .value, .inline:
        throw TOMLError(line: line, reason: "\(name(path)) has a value already, and is no table")
      default: throw TOMLError(line: line, reason: "the table \(name(path)) is there already")
      }
    }
  }

  private mutating func add(
    _ key: [String], _ value: TOMLReader.Value, in section: [String], line: Int,
    opening open: inout [[String]]
  ) throws(TOMLError) {
    let path = section + key
    for count in section.count + 1..<path.count {
      let part = path[..<count]
      switch root.kind(of: part) {
      case nil:
        root.insert(.dotted, at: part)
        tables.append(Table(path: Array(part), line: line))
        open.append(Array(part))
      case .implied:
        root.insert(.dotted, at: part)
        open.append(Array(part))
      case .dotted: break
      case .value, .inline:
        throw TOMLError(line: line, reason: "\(name(part)) has a value already, and is no table")
      case .header, .closed:
        throw TOMLError(line: line, reason: "the table \(name(part)) is complete already")
      }
    }
    if root.kind(of: path[...]) != nil {
      throw TOMLError(line: line, reason: "\(name(path[...])) is there already")
    }
    try insert(value, at: path, line: line)
  }

  private mutating func insert(
    _ value: TOMLReader.Value, at path: [String], line: Int
  ) throws(TOMLError) {
    guard path.count <= Self.nestingLimit else { throw .tooDeep(line) }
    switch value {
    case .single(let value):
      root.insert(.value, at: path[...])
      entries.append(Entry(path: path, value: value, line: line))
    case .table(let members):
      root.insert(.inline, at: path[...])
      tables.append(Table(path: path, line: line))
      for (key, value) in members {
        // braces of one table may name another in parts, but not one that is complete in itself
        for count in path.count + 1..<path.count + key.count {
          let part = (path + key)[..<count]
          switch root.kind(of: part) {
          case nil:
            root.insert(.dotted, at: part)
            tables.append(Table(path: Array(part), line: line))
          case .dotted: break
          default: throw TOMLError(line: line, reason: "\(name(part)) is there already")
          }
        }
        if root.kind(of: (path + key)[...]) != nil {
          throw TOMLError(line: line, reason: "\(name((path + key)[...])) is there already")
        }
        try insert(value, at: path + key, line: line)
      }
      root.seal(path[...])
    }
  }

  private func name(_ path: ArraySlice<String>) -> String {
    path.joined(separator: ".").shortened.printable
  }

  /// What is known of a path.
  private struct Node: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
      /// Named by a header of its own.
      case header
      /// Only on the way to a table that a header names.
      case implied
      /// On the way to a dotted key of the section at hand.
      case dotted
      /// Was opened by dotted keys of a section before.
      case closed
      /// In braces.
      case inline
      case value
    }

    var kind: Kind
    var children: [String: Node] = [:]

    func kind(of path: ArraySlice<String>) -> Kind? {
      guard let first = path.first else { return kind }
      return children[first]?.kind(of: path.dropFirst())
    }

    mutating func insert(_ kind: Kind, at path: ArraySlice<String>) {
      guard let first = path.first else {
        self.kind = kind
        return
      }
      children[first, default: Node(kind: kind)].insert(kind, at: path.dropFirst())
    }

    /// No dotted key of another section may add to the table.
    mutating func close(_ path: ArraySlice<String>) {
      guard let first = path.first else {
        if kind == .dotted { kind = .closed }
        return
      }
      children[first]?.close(path.dropFirst())
    }

    /// Nothing may add to the table, or to one within it.
    mutating func seal(_ path: ArraySlice<String>) {
      if let first = path.first {
        children[first]?.seal(path.dropFirst())
        return
      }
      if kind != .value { kind = .inline }
      for key in children.keys { children[key]?.seal([]) }
    }
  }
}

extension String {
  /// Of bounded length, for messages.
  fileprivate var shortened: String { count > 80 ? prefix(80) + "…" : self }
}

extension TOMLError {
  static func tooDeep(_ line: Int) -> TOMLError {
    TOMLError(line: line, reason: "nested deeper than \(TOMLDocument.nestingLimit)")
  }
}
