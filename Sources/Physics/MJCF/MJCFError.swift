/// A place in a document: `hopper.xml:12`.
public struct SourceLine: Equatable, Sendable, CustomStringConvertible {
  public var file: String
  /// Counted from 1.
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

/// Why an MJCF document was refused: where, what was found, what would be accepted.
public enum MJCFError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case malformed(problem: String, at: SourceLine)
  case tooLarge(what: String, limit: Int, at: SourceLine)

  case unknownElement(String, parent: String, closest: String?, at: SourceLine)
  case unknownAttribute(String, element: String, closest: String?, at: SourceLine)
  case missingAttribute(String, element: String, at: SourceLine)

  case wrongCount(
    attribute: String, element: String, expected: ClosedRange<Int>, found: Int, at: SourceLine)
  case notANumber(String, attribute: String, element: String, at: SourceLine)
  case notAWholeNumber(String, attribute: String, element: String, at: SourceLine)
  case unknownKeyword(
    String, attribute: String, element: String, accepted: [String], at: SourceLine)

  /// A reference to something that the document does not define.
  case unknownName(String, kind: String, closest: String?, at: SourceLine)
  case duplicateName(String, kind: String, at: SourceLine)

  /// Valid MJCF that this engine does not simulate.
  case unsupported(feature: String, advice: String, at: SourceLine)
  /// Well-formed, but without physical or logical sense.
  case invalid(problem: String, remedy: String, at: SourceLine)

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
  if count.upperBound == .max { return "at least \(count.lowerBound) numbers" }
  return "\(count.lowerBound) to \(count.upperBound) numbers"
}

/// One line of at most 40 characters, so that an error stays readable whatever the document holds.
func shortened(_ text: String) -> String {
  let flat = String(text.prefix(41).map { $0.isNewline || $0 == "\t" ? " " : $0 })
  return flat.count > 40 ? flat.prefix(37) + "..." : flat
}

/// The candidate that differs from `name` by the fewest typing slips, if by no more than a third of
/// its length; the first of equals.
func closest(to name: String, among candidates: some Sequence<String>) -> String? {
  let target = Array(name.utf8)
  if target.isEmpty || target.count > 64 { return nil }
  var best: (name: String, distance: Int)?
  for candidate in candidates where !candidate.isEmpty && candidate.utf8.count <= 64 {
    let distance = editDistance(target, Array(candidate.utf8))
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  guard let best, best.distance <= max(1, target.count / 3) else { return nil }
  return best.name
}

/// Insertions, deletions, substitutions and exchanges of neighbours that turn one into the other
/// (restricted Damerau-Levenshtein distance).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
      var distance = min(substitution, last[j + 1] + 1, row[j] + 1)
      if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
