import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of an XML document, with its place; text between elements is dropped.
struct XMLElement {
  let name: String
  let attributes: [String: String]
  let line: Int
  var children: [XMLElement] = []

  /// Nesting that a document may have: far beyond any mechanism, far below any stack.
  static let depthLimit = 200

  /// The root element of a document.
  static func parse(_ text: String, file: String) throws(MJCFError) -> XMLElement {
    // entities could stand for any amount of text, and MJCF has no use for them
    if let range = text.range(of: "<!DOCTYPE") {
      let line = text[..<range.lowerBound].reduce(1) { $0 + ($1.isNewline ? 1 : 0) }
      throw .unsupported(
        feature: "<!DOCTYPE>", advice: "Leave it out, and write entities as text.",
        at: SourceLine(file: file, line: line))
    }
    let builder = TreeBuilder(file: file)
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = builder
    // what this returns does not tell errors apart on every platform; their events do
    _ = parser.parse()

    if let error = builder.error { throw error }
    if let root = builder.root { return root }
    throw .malformed(
      problem: "the document is empty", at: SourceLine(file: file, line: max(1, parser.lineNumber)))
  }
}

/// Collects the events of Foundation's parser into a tree.
private final class TreeBuilder: NSObject, XMLParserDelegate {
  private let file: String
  private(set) var root: XMLElement?
  /// Elements begun and not yet ended, outermost first.
  private var open: [XMLElement] = []
  private(set) var error: MJCFError?

  init(file: String) { self.file = file }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if open.count == XMLElement.depthLimit {
      error = .tooLarge(
        what: "nested elements", limit: XMLElement.depthLimit,
        at: SourceLine(file: file, line: max(1, parser.lineNumber)))
      parser.abortParsing()
      return
    }
    open.append(XMLElement(name: name, attributes: attributes, line: max(1, parser.lineNumber)))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let element = open.popLast() else { return }
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].children.append(element)
    }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred problem: any Error) {
    // the first error says what is wrong, the others follow from it
    if error != nil { return }
    error = .malformed(
      problem: describe(code: (problem as NSError).code),
      at: SourceLine(file: file, line: max(1, parser.lineNumber)))
    parser.abortParsing()
  }

  /// In words, what libxml2 reports as a number.
  private func describe(code: Int) -> String {
    let inside = open.last.map { " in <\(shortened($0.name))> of line \($0.line)" } ?? ""
    return switch code {
    case 4: "an element was expected"
    case 5, 77:
      open.isEmpty
        ? "text after the last element" : "the document ends\(inside) before its elements do"
    case 9: "a character that XML does not allow\(inside)"
    case 26: "an entity that is not declared\(inside)"
    case 39, 40: "an attribute value without quotes\(inside)"
    case 38: "'<' within an attribute value\(inside)"
    case 41: "an attribute without a value\(inside)"
    case 42: "the same attribute twice\(inside)"
    case 65: "attributes not separated by a space\(inside)"
    case 68: "a name was expected\(inside)"
    case 73: "'>' is missing\(inside)"
    case 76: "an end tag does not match its start tag\(inside)"
    case 45: "a comment that does not end\(inside)"
    default: "syntax error\(inside)"
    }
  }
}
