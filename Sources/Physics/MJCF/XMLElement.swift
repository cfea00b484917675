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
    let builder = TreeBuilder(file: file)
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = builder
    let succeeded = parser.parse()

    if let error = builder.error { throw error }
    guard succeeded, let root = builder.root else {
      throw .malformed(
        problem: builder.problem(code: (parser.parserError as NSError?)?.code ?? 0),
        at: SourceLine(file: file, line: max(1, parser.lineNumber)))
    }
    return root
  }
}

/// Collects the events of Foundation's parser into a tree.
private final class TreeBuilder: NSObject, XMLParserDelegate {
  let file: String
  var root: XMLElement?
  /// Elements begun and not yet ended, outermost first.
  var open: [XMLElement] = []
  var error: MJCFError?

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

  /// An entity could stand for any amount of text; MJCF has no use for one.
  func parser(
    _ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?
  ) {
    error = .unsupported(
      feature: "the entity declaration '\(shortened(name))'", advice: "Write its text out.",
      at: SourceLine(file: file, line: max(1, parser.lineNumber)))
    parser.abortParsing()
  }

  /// In words, what libxml2 reports as a number.
  func problem(code: Int) -> String {
    let inside = open.last.map { " in <\(shortened($0.name))> of line \($0.line)" } ?? ""
    return switch code {
    case 4: "the document is empty"
    case 5, 77: "the document ends\(inside) before its last element does"
    case 39, 40: "an attribute value without quotes\(inside)"
    case 38: "'<' within an attribute value\(inside)"
    case 41: "an attribute without a value\(inside)"
    case 42: "the same attribute twice\(inside)"
    case 65: "attributes not separated by a space\(inside)"
    case 68: "a name was expected\(inside)"
    case 73: "'>' is missing\(inside)"
    case 76: "an end tag does not match its start tag\(inside)"
    case 80: "a comment that does not end\(inside)"
    default: "syntax error\(inside)"
    }
  }
}
