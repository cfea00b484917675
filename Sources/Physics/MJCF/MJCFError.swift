/// A line of a document: `hopper.xml:12`.
public struct SourceLine: Equatable, Sendable, CustomStringConvertible {
  /// Name of the document.
  public var file: String
  /// From 1.
  public var line: Int

  /// - Parameters: as the properties.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `file:line`.
  public var description: String { "\(file):\(line)" }
}

/// Why an MJCF document was refused: where, what was found, what would be accepted.
public enum MJCFError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// Not well-formed XML.
  case malformed(problem: String, at: SourceLine)
  /// More of something than is supported.
  case tooLarge(what: String, limit: Int, at: SourceLine)

  /// No element of that name can be there.
  case unknownElement(String, parent: String, closest: String?, at: SourceLine)
  /// The element has no attribute of that name.
  case unknownAttribute(String, element: String, closest: String?, at: SourceLine)
  /// A required attribute is missing.
  case missingAttribute(String, element: String, at: SourceLine)

  /// The attribute has another number of numbers than it needs.
  case wrongCount(
    attribute: String, element: String, expected: ClosedRange<Int>, found: Int, at: SourceLine)
  /// The text is not a finite number.
  case notANumber(String, attribute: String, element: String, at: SourceLine)
  /// The text is not an integer.
  case notAWholeNumber(String, attribute: String, element: String, at: SourceLine)
  /// The text is not one of the attribute's keywords.
  case unknownKeyword(
    String, attribute: String, element: String, accepted: [String], at: SourceLine)

  /// A reference to an element that the document does not define.
  case unknownName(String, kind: String, closest: String?, at: SourceLine)
  /// Two elements of a kind have the same name.
  case duplicateName(String, kind: String, at: SourceLine)

  /// Valid MJCF that this engine does not simulate.
  case unsupported(feature: String, advice: String, at: SourceLine)
  /// Well-formed, but physically or logically impossible.
  case invalid(problem: String, remedy: String, at: SourceLine)

  /// The error in one line, beginning with file and line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)."
    case .malformed(let problem, let line):
      "\(line): not well-formed XML: \(problem)."
    case .tooLarge(let what, let limit, let line):
      "\(line): more than \(limit) \(what). Split the model or simplify it."
    case .unknownElement(let name, let parent, let closest, let line):
      "\(line): <\(shortened(name))> is not an element of <\(shortened(parent))>."
        + suggestion(closest.map { "<\($0)>" })
    case .unknownAttribute(let name, let element, let closest, let line):
      "\(line): <\(shortened(element))> has no attribute '\(shortened(name))'."
        + suggestion(closest.map { "'\($0)'" })
    case .missingAttribute(let name, let element, let line):
      "\(line): <\(element)> needs the attribute '\(name)'."
    case .wrongCount(let attribute, let element, let expected, let found, let line):
      "\(line): '\(attribute)' of <\(element)> needs \(countPhrase(expected)), found \(found)."
    case .notANumber(let text, let attribute, let element, let line):
      "\(line): '\(attribute)' of <\(element)> needs finite numbers, found '\(shortened(text))'."
    case .notAWholeNumber(let text, let attribute, let element, let line):
      "\(line): '\(attribute)' of <\(element)> needs a whole number, found '\(shortened(text))'."
    case .unknownKeyword(let text, let attribute, let element, let accepted, let line):
      "\(line): '\(attribute)' of <\(element)> cannot be '\(shortened(text))'. Accepted: "
        + accepted.joined(separator: ", ") + "."
    case .unknownName(let name, let kind, let closest, let line):
      "\(line): no \(kind) is named '\(shortened(name))'."
        + suggestion(closest.map { "'\(shortened($0))'" })
    case .duplicateName(let name, let kind, let line):
      "\(line): a second \(kind) is named '\(shortened(name))'. Names of one kind must differ."
    case .unsupported(let feature, let advice, let line):
      "\(line): \(feature) is not supported. \(advice)"
    case .invalid(let problem, let remedy, let line):
      "\(line): \(problem). \(remedy)"
    }
  }
}

private func suggestion(_ closest: String?) -> String {
  closest.map { " Did you mean \($0)?" } ?? ""
}

private func countPhrase(_ count: ClosedRange<Int>) -> String {
  if count.lowerBound == count.upperBound {
    return count.lowerBound == 1 ? "1 number" : "\(count.lowerBound) numbers"
  }
  if count.lowerBound == 0 {
    return "at most \(count.upperBound) number" + (count.upperBound == 1 ? "" : "s")
  }
  if count.upperBound == .max { return "at least \(count.lowerBound) numbers" }
  return "\(count.lowerBound) to \(count.upperBound) numbers"
}

/// One line of at most 40 characters, so that an error stays readable whatever the document
/// contains.
func shortened(_ text: String) -> String {
  let flat = String(text.prefix(41).map { $0.isNewline || $0 == "\t" ? " " : $0 })
  return flat.count > 40 ? flat.prefix(37) + "..." : flat
}
