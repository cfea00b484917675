import Foundation
import IDQLSpelling

/// Puts bodies of other models where a document attaches them (MJCF `<attach>`), before anything of it is read.
///
/// As in MuJoCo: a body of a model that `<asset>` names, with all below it, or the content of its world, stands in the
/// frame where it is attached, with a prefix before its names. It keeps the defaults and the units of its model. Assets
/// come along, and what refers to attached elements alone: contacts, tendons, equalities, actuators. The other model's
/// options have no effect. Unlike in MuJoCo its keyframes are left out.
struct MJCFAttach {
  /// Of the main document, as in `MJCFInclude`.
  let mainFolder: String?
  let profile: PhysicsProfile
  /// Files of the models that this one is read for.
  private let readers: [String]
  /// The `<default>` sections of attached models, and what their outermost classes are called here.
  private(set) var defaults: [(outermost: String, sections: [XMLElement])] = []
  private var models: [String: Other] = [:]
  private var settings: MJCFSettings
  /// What came along with bodies.
  private var sections: [XMLElement] = []
  private var elementCount = 0

  static let depthLimit = 10
  /// Elements that a document may attach.
  static let elementLimit = 1_000_000

  /// A model whose bodies can be attached.
  private struct Other {
    let name: String
    let root: XMLElement
    let defaults: [(outermost: String, sections: [XMLElement])]
    let compiler: AttachedCompiler
  }

  init(mainFolder: String?, _ profile: PhysicsProfile, readers: [String] = []) {
    self.mainFolder = mainFolder
    self.profile = profile
    self.readers = readers
    settings = MJCFSettings(profile)
  }

  /// The document with everything in it that it attaches.
  mutating func expand(_ root: XMLElement) throws(MJCFError) -> XMLElement {
    for section in root.children where section.name == "compiler" { try settings.apply(section) }
    for section in root.children where section.name == "asset" {
      for element in section.children where element.name == "model" { try load(element) }
    }
    var root = root
    for index in root.children.indices where root.children[index].name == "worldbody" {
      root.children[index] = try replacingAttachments(in: root.children[index])
    }
    root.children += sections
    return root
  }

  // MARK: Models

  private mutating func load(_ element: XMLElement) throws(MJCFError) {
    var reader = AttributeReader(element, settings)
    let file = withSlashes(try reader.requiredText("file"))
    let stated = reader.text("name")
    reader.ignore("content_type")
    try reader.finish()
    guard let mainFolder else {
      throw .unsupported(
        feature: "<model> in a document without a file",
        advice: "Read the document from its file, or write the other model's bodies out.",
        at: element.here)
    }
    let path = file.utf8.first == UInt8(ascii: "/") ? file : mainFolder + file
    if readers.contains(path) {
      throw .invalid(
        problem: "'\(shortened(file))' attaches itself",
        remedy: "Attach a model that does not attach this one.",
        at: element.here)
    }
    if readers.count == Self.depthLimit {
      throw .tooLarge(what: "models that attach models", limit: Self.depthLimit, at: element.here)
    }
    let text: String
    do { text = try readDocument(at: path, mustBeRegular: true) } catch {
      guard case .unreadable(_, let reason) = error else { throw error }
      throw .invalid(
        problem: "the model's file '\(shortened(file))' cannot be read: \(reason)",
        remedy: "It is looked for beside the main document.", at: element.here)
    }
    let own = folder(of: path)
    var includes = MJCFInclude(mainFolder: own)
    let document = try includes.expand(XMLElement.parse(text, file: lastComponent(of: path)))
    var attach = MJCFAttach(mainFolder: own, profile, readers: readers + [path])
    let root = try attach.expand(document)
    if let name = settings.attribute(unlike: attach.settings) {
      throw .unsupported(
        feature: "a <model> whose <compiler> has another '\(name)'", advice: "Give both the same.",
        at: element.here)
    }
    let name = stated ?? root.attributes["model"] ?? "MuJoCo Model"
    let classes = root.children.filter { $0.name == "default" }
    guard models[name] == nil else {
      throw .duplicateName(name, kind: "model", at: element.here)
    }
    models[name] = Other(
      name: name, root: root, defaults: [("main", classes)] + attach.defaults,
      compiler: AttachedCompiler(attach.settings, folder: own))
  }

  // MARK: Attachments

  private mutating func replacingAttachments(in parent: XMLElement) throws(MJCFError) -> XMLElement
  {
    var parent = parent
    for index in parent.children.indices {
      let child = parent.children[index]
      parent.children[index] =
        try child.name == "attach" ? attached(by: child) : replacingAttachments(in: child)
    }
    return parent
  }

  /// A frame with what is attached.
  private mutating func attached(by element: XMLElement) throws(MJCFError) -> XMLElement {
    var reader = AttributeReader(element, settings)
    let name = try reader.requiredText("model")
    let body = reader.text("body")
    guard let prefix = reader.text("prefix") else {
      throw .missingAttribute("prefix", element: element.name, at: element.here)
    }
    try reader.refuse("frame", advice: "Name a body.")
    try reader.finish()
    guard let model = models[name] else {
      throw .unknownName(
        name, kind: "model", closest: closestName(to: name, in: models.keys.sorted()),
        at: element.here)
    }
    let worlds = model.root.children.filter { $0.name == "worldbody" }
    var part = Attachment(prefix: prefix, model: model.name, compiler: model.compiler)
    var frame = XMLElement(
      name: "frame", attributes: ["childclass": part.outermost], here: element.here)
    if let body {
      guard let found = worlds.lazy.compactMap({ Self.find(body, in: $0, childClass: nil) }).first
      else {
        throw .unknownName(
          body, kind: "body of \(name)",
          closest: closestName(to: body, in: worlds.flatMap(Self.bodyNames)),
          at: element.here)
      }
      if let own = found.childClass { frame = frame.with("childclass", part.className(own)) }
      frame.children = [part.placed(found.body)]
    } else {
      for world in worlds {
        var inner = XMLElement(name: "frame", attributes: [:], here: world.here)
        if let own = world.attributes["childclass"] {
          inner = inner.with("childclass", part.className(own))
        }
        inner.children = world.children.map { part.placed($0) }
        frame.children.append(inner)
      }
    }
    for section in ["asset", "contact", "tendon", "equality", "actuator"] {
      for found in model.root.children where found.name == section {
        sections.append(part.section(found))
      }
    }
    defaults += model.defaults.map { outermost, sections in
      (part.className(outermost), sections.map { part.renamed($0) })
    }
    elementCount += part.elementCount
    if elementCount > Self.elementLimit {
      throw .tooLarge(what: "attached elements", limit: Self.elementLimit, at: element.here)
    }
    return frame
  }

  /// A body by its name, and the class that it inherits.
  private static func find(
    _ name: String, in parent: XMLElement, childClass: String?
  ) -> (body: XMLElement, childClass: String?)? {
    let own = parent.attributes["childclass"] ?? childClass
    for child in parent.children {
      if child.name == "body", child.attributes["name"] == name { return (child, own) }
      if let found = find(name, in: child, childClass: own) { return found }
    }
    return nil
  }

  private static func bodyNames(_ parent: XMLElement) -> [String] {
    parent.children.flatMap { child in
      (child.name == "body" ? [child.attributes["name"] ?? ""] : []) + bodyNames(child)
    }
  }
}

/// The compiler of the model that an element was attached from.
final class AttachedCompiler: Sendable {
  let settings: MJCFSettings
  /// Of the model's file.
  let folder: String

  init(_ settings: MJCFSettings, folder: String) {
    self.settings = settings
    self.folder = folder
  }
}

/// Renames the elements of a model for one place where it is attached.
private struct Attachment {
  let prefix: String
  let model: String
  let compiler: AttachedCompiler
  private(set) var elementCount = 0
  /// What was attached.
  private var names: Set = [MJCFReference(kind: "body", name: "world")]

  init(prefix: String, model: String, compiler: AttachedCompiler) {
    self.prefix = prefix
    self.model = model
    self.compiler = compiler
  }

  /// What the outermost class of the model is called here.
  var outermost: String { className("main") }

  func className(_ name: String) -> String {
    name == "main" && prefix.isEmpty ? "main of \(model)" : prefix + name
  }

  /// An element of a body or of the world, with all below it: what refers to it comes along.
  mutating func placed(_ element: XMLElement) -> XMLElement {
    remember(element)
    return renamed(element)
  }

  private mutating func remember(_ element: XMLElement) {
    if let name = element.attributes["name"] {
      let kind = element.name == "freejoint" ? "joint" : element.name
      names.insert(MJCFReference(kind: kind, name: name))
    }
    for child in element.children { remember(child) }
  }

  /// The element with all below it.
  mutating func renamed(_ element: XMLElement) -> XMLElement {
    elementCount += 1
    var copy = element
    for (attribute, value) in element.attributes where !value.isEmpty {
      if attribute == "class" || attribute == "childclass" {
        copy = copy.with(attribute, className(value))
      } else if attribute == "name" || XMLElement.kindNamed(by: attribute) != nil, value != "world"
      {
        copy = copy.with(attribute, prefix + value)
      }
    }
    copy.compiler = element.compiler ?? compiler
    copy.children = []
    for child in element.children { copy.children.append(renamed(child)) }
    return copy
  }

  /// Assets, or those elements of a section that refer to nothing but what was attached.
  mutating func section(_ section: XMLElement) -> XMLElement {
    var copy = XMLElement(name: section.name, attributes: [:], here: section.here)
    for element in section.children {
      if section.name == "asset" {
        // of textures without a name the sky is of no use to bodies
        if element.name == "model" || element.name == "texture" && element.attributes["name"] == nil
        {
          continue
        }
      } else if !refersToAttached(element) {
        continue
      }
      var element = element
      if Self.hasClass(element.name, in: section.name), element.attributes["class"] == nil {
        element = element.with("class", "main")
      }
      if let file = element.attributes["file"], element.attributes["name"] == nil {
        element = element.with("name", nameWithoutSuffix(file))
      }
      if section.name == "tendon", let name = element.attributes["name"] {
        names.insert(MJCFReference(kind: "tendon", name: name))
      }
      copy.children.append(renamed(element))
    }
    return copy
  }

  private static func hasClass(_ element: String, in section: String) -> Bool {
    switch section {
    case "asset": ["mesh", "material", "texture"].contains(element)
    case "contact": element == "pair"
    default: true
    }
  }

  private func refersToAttached(_ element: XMLElement) -> Bool {
    element.references.allSatisfy { !Self.places.contains($0.kind) || names.contains($0) }
  }

  /// Kinds of elements that may have been left behind.
  private static let places: Set = ["body", "joint", "geom", "site", "tendon"]
}
