/// An element of an XML document, with its place; text between elements is dropped.
struct XMLElement {
  let name: String
  let attributes: [String: String]
  /// Where its start tag begins.
  let here: SourceLine
  var children: [XMLElement] = []

  /// Nesting that a document may have: far beyond any mechanism, far below any stack.
  static let depthLimit = 200

  /// The root element of a document.
  static func parse(_ text: String, file: String) throws(MJCFError) -> XMLElement {
    var reader = XMLReader(text, file: file)
    return try reader.document()
  }
}
