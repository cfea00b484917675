import IDQLSpelling

/// An MJCF document with its defaults resolved. Names are not yet looked up, angles of joints are
/// in the document's unit, and inertia is not yet computed: compiling it into a `Model` does this.
struct MJCFDocument {
  var modelName = "MuJoCo Model"
  var settings: MJCFSettings
  var options = ModelOptions()
  /// Depth first, the world at index 0.
  var bodies: [MJCFBody] = []
  var pairs: [MJCFPair] = []
  var exclusions: [MJCFExclusion] = []
  var tendons: [MJCFTendon] = []
  var equalities: [MJCFEquality] = []
  var actuators: [MJCFActuator] = []
  var keyframes: [MJCFKeyframe] = []

  var meshes: [MJCFMesh] = []
  var heightFields: [MJCFHeightField] = []
  /// Of the document's file, with a slash at the end or empty; nil if it has none.
  let folder: String?

  /// With their bodies, in their frames.
  var cameras: [(name: String, body: Int, camera: MJCFCamera, line: SourceLine)] = []
  var lights: [(body: Int, light: MJCFLight, line: SourceLine)] = []
  /// `<visual>`, unread.
  var visualSections: [XMLElement] = []
  var textures: [MJCFTexture] = []
  var materials: [(name: String, material: MJCFMaterial, line: SourceLine)] = []

  /// By name; the unnamed outermost class is `main`.
  private(set) var classes = ["main": MJCFDefaults()]

  /// Bodies that a document may have.
  static let bodyLimit = 10_000
  /// Geoms that a document may have.
  static let geomLimit = 100_000
  var geomCount = 0

  /// Of `<frame>`.
  var frameNames: Set<String> = []
  /// What `<replicate>` made, and how many copies.
  var copies = MJCFCopies()
  var copyCount = 0

  /// - Parameter folder: of the document's file; nil if it has none.
  init(
    parsing text: String, file: String, folder: String?, profile: PhysicsProfile
  ) throws(MJCFError) {
    settings = MJCFSettings(profile)
    self.folder = folder
    var includes = MJCFInclude(mainFolder: folder)
    var attach = MJCFAttach(mainFolder: folder, profile)
    let root = try attach.expand(includes.expand(XMLElement.parse(text, file: file)))
    try readHeader(root)

    // sections depend on each other in this order, whatever their order in the document
    for section in root.children where section.name == "compiler" { try settings.apply(section) }
    for section in root.children where section.name == "option" {
      try options.apply(section, settings)
    }
    for section in root.children where section.name == "default" {
      try readDefaults(section, parent: nil)
    }
    for attached in attach.defaults { try readDefaults(of: attached.outermost, attached.sections) }
    for section in root.children where section.name == "asset" { try readAssets(section) }
    visualSections = root.children.filter { $0.name == "visual" }
    bodies = [MJCFBody(line: root.here, name: "world", parent: 0)]
    for section in root.children where section.name == "worldbody" { try readWorld(section) }
    try checkMocapBodies()
    let sections = try copies.expand(root).children
    for section in sections where section.name == "contact" { try readContacts(section) }
    for section in sections where section.name == "tendon" { try readTendons(section) }
    for section in sections where section.name == "equality" { try readEqualities(section) }
    for section in sections where section.name == "actuator" { try readActuators(section) }
    for section in sections where section.name == "keyframe" { try readKeyframes(section) }
  }

  private mutating func readHeader(_ root: XMLElement) throws(MJCFError) {
    if root.name != "mujoco" {
      throw .unknownElement(
        root.name, parent: "document", closest: closestName(to: root.name, in: ["mujoco"]),
        at: root.here)
    }
    var reader = AttributeReader(root, settings)
    if let name = reader.text("model") { modelName = name }
    // declarations of name spaces, and what belongs to them
    reader.ignore(root.attributes.keys.filter { $0 == "xmlns" || $0.firstIndex(of: ":") != nil })
    try reader.finish()

    let read = [
      "compiler", "option", "default", "asset", "worldbody", "contact", "tendon", "equality",
      "actuator", "keyframe",
    ]
    let withoutEffect = ["size", "visual", "statistic", "custom", "sensor"]
    let refused: KeyValuePairs = [
      "deformable": "Build the mechanism from rigid bodies instead.",
      "extension": "Plugins cannot be loaded.",
    ]
    for section in root.children where !(read + withoutEffect).contains(section.name) {
      if let advice = refused.first(where: { $0.key == section.name })?.value {
        if section.children.isEmpty { continue }
        throw .unsupported(
          feature: "<\(section.name)>", advice: advice, at: section.here)
      }
      throw .unknownElement(
        section.name, parent: root.name,
        closest: closestName(to: section.name, in: read + withoutEffect + refused.map(\.key)),
        at: section.here)
    }
  }

  // MARK: Defaults

  /// Those of an attached model.
  private mutating func readDefaults(
    of outermost: String, _ sections: [XMLElement]
  ) throws(MJCFError) {
    classes[outermost] = MJCFDefaults()
    for section in sections {
      try readDefaults(section.with("class", outermost), parent: nil, outermost: outermost)
    }
  }

  private mutating func readDefaults(
    _ section: XMLElement, parent: String?, outermost: String = "main"
  ) throws(MJCFError) {
    var reader = AttributeReader(section, settings)
    let name: String
    if let parent {
      name = try reader.requiredText("class")
      if classes[name] != nil {
        throw .duplicateName(name, kind: "default class", at: reader.here)
      }
      classes[name] = classes[parent]
    } else {
      name = reader.text("class") ?? "main"
      if name != outermost {
        throw .invalid(
          problem: "the outermost default class is named '\(shortened(name))'",
          remedy: "It is always 'main'; nest the class inside it.", at: reader.here)
      }
    }
    try reader.finish()
    if var defaults = classes[name] {
      try defaults.apply(section, settings)
      classes[name] = defaults
    }
    for child in section.children where child.name == "default" {
      try readDefaults(child, parent: name)
    }
  }

  /// The defaults of an element: those of its own class, else of `inherited`.
  func defaults(
    for reader: inout AttributeReader, inherited: String = "main"
  ) throws(MJCFError) -> MJCFDefaults {
    try defaults(ofClass: reader.text("class") ?? inherited, at: reader.here)
  }

  func defaults(
    ofClass name: String, at line: SourceLine
  ) throws(MJCFError) -> MJCFDefaults {
    if let found = classes[name] { return found }
    throw .unknownName(
      name, kind: "default class", closest: closestName(to: name, in: classes.keys.sorted()),
      at: line)
  }
}
