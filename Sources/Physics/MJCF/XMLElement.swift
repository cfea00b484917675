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

/// Which other elements it refers to.
extension XMLElement {
  /// The kind of what an attribute names, such as `joint` for `joint1`; nil if it names nothing.
  static func kindNamed(by attribute: String) -> String? {
    switch attribute {
    case "joint", "joint1", "joint2", "jointinparent": "joint"
    case "body", "body1", "body2", "target": "body"
    case "geom", "geom1", "geom2": "geom"
    case "site", "site1", "site2", "sidesite", "cranksite", "slidersite", "refsite": "site"
    case "tendon", "tendon1", "tendon2": "tendon"
    case "mesh", "hfield", "material", "texture": attribute
    default: nil
    }
  }

  /// What it and the elements below it refer to, in the order of the document and of attributes' names.
  var references: [MJCFReference] {
    let own = attributes.sorted { $0.key < $1.key }.compactMap { attribute, name in
      Self.kindNamed(by: attribute).map { MJCFReference(kind: $0, name: name) }
    }
    return own + children.flatMap(\.references)
  }

  /// With other names in all that it and the elements below it refer to.
  func referring(_ newName: (MJCFReference) -> String) -> XMLElement {
    var copy = self
    for (attribute, name) in attributes {
      guard let kind = Self.kindNamed(by: attribute) else { continue }
      copy.attributes[attribute] = newName(MJCFReference(kind: kind, name: name))
    }
    copy.children = children.map { $0.referring(newName) }
    return copy
  }
}

/// The name of an element, with its kind: names of different kinds are apart.
struct MJCFReference: Hashable {
  var kind: String
  var name: String
}
