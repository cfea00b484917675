/// An element of an XML document, with its place; text between elements is dropped.
struct XMLElement {
  let name: String
  private(set) var attributes: [String: String]
  /// Where its start tag begins.
  let here: SourceLine
  var children: [XMLElement] = []
  /// Of the model that it was attached from; nil for the document's own.
  var compiler: AttachedCompiler?

  init(name: String, attributes: [String: String], here: SourceLine) {
    self.name = name
    self.attributes = attributes
    self.here = here
  }

  /// With another value of an attribute.
  func with(_ attribute: String, _ value: String) -> XMLElement {
    var copy = self
    copy.attributes[attribute] = value
    return copy
  }

  /// Nesting that a document may have: far beyond any mechanism, far below any stack.
  static let depthLimit = 200

  /// The root element of a document.
  static func parse(_ text: String, file: String) throws(MJCFError) -> XMLElement {
    var reader = XMLReader(text, file: file)
    return try reader.document()
  }
}
