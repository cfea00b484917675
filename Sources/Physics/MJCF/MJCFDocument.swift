/// An MJCF document with its defaults resolved. Names are not yet looked up, angles of joints stand
/// as written, and inertia is not yet computed: that is what compiling it into a `Model` adds.
struct MJCFDocument {
  var modelName = "MuJoCo Model"
  var settings: MJCFSettings
  var options = ModelOptions()
  /// Depth first, the world at index 0.
  var bodies: [MJCFBody] = []
  var pairs: [MJCFPair] = []
  var exclusions: [MJCFExclusion] = []
  var actuators: [MJCFActuator] = []
  var keyframes: [MJCFKeyframe] = []

  var cameras: [ModelVisuals.Camera] = []
  var lights: [ModelVisuals.Light] = []
  var textures: [ModelVisuals.Texture] = []
  var materials: [(name: String, material: MJCFMaterial, line: SourceLine)] = []

  /// By name; the unnamed outermost class is `main`.
  private(set) var classes = ["main": MJCFDefaults()]

  /// Bodies that a document may have.
  static let bodyLimit = 10_000
  /// Geoms that a document may have.
  static let geomLimit = 100_000
  private var geomCount = 0

  init(parsing text: String, file: String) throws(MJCFError) {
    settings = MJCFSettings(file: file)
    let root = try XMLElement.parse(text, file: file)
    try readHeader(root)

    // sections act on each other in this order, wherever they stand
    for section in root.children where section.name == "compiler" { try settings.apply(section) }
    for section in root.children where section.name == "option" {
      try options.apply(section, settings)
    }
    for section in root.children where section.name == "default" {
      try readDefaults(section, parent: nil)
    }
    for section in root.children where section.name == "asset" { try readAssets(section) }
    bodies = [MJCFBody(line: settings.line(of: root), name: "world", parent: 0)]
    for section in root.children where section.name == "worldbody" { try readWorld(section) }
    for section in root.children where section.name == "contact" { try readContacts(section) }
    for section in root.children where section.name == "tendon" { try readTendons(section) }
    for section in root.children where section.name == "actuator" { try readActuators(section) }
    for section in root.children where section.name == "keyframe" { try readKeyframes(section) }
  }

  private mutating func readHeader(_ root: XMLElement) throws(MJCFError) {
    if root.name != "mujoco" {
      throw .unknownElement(
        root.name, parent: "document", closest: closest(to: root.name, among: ["mujoco"]),
        at: settings.line(of: root))
    }
    var reader = AttributeReader(root, settings)
    if let name = reader.text("model") { modelName = name }
    try reader.finish()

    let read = [
      "compiler", "option", "default", "asset", "worldbody", "contact", "tendon", "actuator",
      "keyframe",
    ]
    let withoutEffect = ["size", "visual", "statistic", "custom", "sensor"]
    let refused: KeyValuePairs = [
      "equality": "Build the mechanism from joints instead.",
      "deformable": "Build the mechanism from rigid bodies instead.",
      "extension": "Plugins cannot be loaded.",
      "include": "Paste the file's content here.",
    ]
    for section in root.children where !(read + withoutEffect).contains(section.name) {
      if let advice = refused.first(where: { $0.key == section.name })?.value {
        if section.children.isEmpty && section.name != "include" { continue }
        throw .unsupported(
          feature: "<\(section.name)>", advice: advice, at: settings.line(of: section))
      }
      throw .unknownElement(
        section.name, parent: root.name,
        closest: closest(to: section.name, among: read + withoutEffect + refused.map(\.key)),
        at: settings.line(of: section))
    }
  }

  // MARK: Defaults

  private mutating func readDefaults(
    _ section: XMLElement, parent: String?
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
      if name != "main" {
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

  /// The defaults that an element starts from: those of its own class, else of `inherited`.
  private func defaults(
    for reader: inout AttributeReader, inherited: String = "main"
  ) throws(MJCFError) -> MJCFDefaults {
    try defaults(ofClass: reader.text("class") ?? inherited, at: reader.here)
  }

  private func defaults(
    ofClass name: String, at line: SourceLine
  ) throws(MJCFError) -> MJCFDefaults {
    if let found = classes[name] { return found }
    throw .unknownName(
      name, kind: "default class", closest: closest(to: name, among: classes.keys.sorted()),
      at: line)
  }

  // MARK: Assets

  private mutating func readAssets(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "texture": textures.append(try ModelVisuals.Texture(&reader))
      case "material":
        var material = try defaults(for: &reader).material
        let name = try reader.requiredText("name")
        try material.apply(&reader)
        try reader.finish()
        materials.append((name, material, reader.here))
      // files that no supported element can refer to
      case "mesh", "hfield", "skin", "model": continue
      default:
        let known = ["texture", "material", "mesh", "hfield", "skin", "model"]
        throw .unknownElement(
          element.name, parent: section.name, closest: closest(to: element.name, among: known),
          at: reader.here)
      }
    }
  }

  // MARK: Bodies

  private mutating func readWorld(_ section: XMLElement) throws(MJCFError) {
    for name in ["joint", "freejoint", "inertial"] {
      if let element = section.children.first(where: { $0.name == name }) {
        throw .invalid(
          problem: "<\(name)> stands in <worldbody>",
          remedy: "The world does not move; put it into a <body>.",
          at: settings.line(of: element))
      }
    }
    var reader = AttributeReader(section, settings)
    let childClass = reader.text("childclass") ?? "main"
    reader.ignore("name")
    try reader.finish()
    try readContent(of: section, body: 0, childClass: childClass)
  }

  private mutating func readBody(
    _ element: XMLElement, parent: Int, childClass inherited: String
  ) throws(MJCFError) {
    var reader = AttributeReader(element, settings)
    if bodies.count > Self.bodyLimit {
      throw .tooLarge(what: "bodies", limit: Self.bodyLimit, at: reader.here)
    }
    var body = MJCFBody(line: reader.here, name: reader.text("name") ?? "", parent: parent)
    let childClass = reader.text("childclass") ?? inherited
    _ = try defaults(ofClass: childClass, at: reader.here)
    try reader.read("pos", into: &body.position)
    var orientation = MJCFOrientation()
    try orientation.apply(&reader)
    body.orientation = orientation.value
    try reader.refuse("mocap", advice: "Leave it out: a body moves by its joints.")
    try reader.refuse("gravcomp", advice: "Leave it out: gravity acts on all bodies alike.")
    try reader.refuse("fuse", advice: "Leave it out.")
    reader.ignore("sleep", "simple", "user")
    try reader.finish()

    bodies.append(body)
    try readContent(of: element, body: bodies.count - 1, childClass: childClass)
  }

  private mutating func readContent(
    of parent: XMLElement, body: Int, childClass: String
  ) throws(MJCFError) {
    for element in parent.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "body": try readBody(element, parent: body, childClass: childClass)
      case "inertial": bodies[body].inertial = try MJCFInertial(&reader)
      case "joint":
        var joint = try defaults(for: &reader, inherited: childClass).joint
        (joint.name, joint.line) = (reader.text("name") ?? "", reader.here)
        try joint.apply(&reader)
        try reader.finish()
        bodies[body].joints.append(joint)
      case "freejoint":
        // takes no defaults
        var joint = MJCFJoint()
        (joint.name, joint.line) = (reader.text("name") ?? "", reader.here)
        joint.kind = .free
        try reader.refuse(
          "align", neutral: ["auto"], advice: "Leave it out: it would move the body's frame.")
        reader.ignore("group")
        try reader.finish()
        bodies[body].joints.append(joint)
      case "geom":
        var geom = try defaults(for: &reader, inherited: childClass).geom
        (geom.name, geom.line) = (reader.text("name") ?? "", reader.here)
        try geom.apply(&reader)
        try reader.finish()
        try refuseChildren(of: element)
        geomCount += 1
        if geomCount > Self.geomLimit {
          throw .tooLarge(what: "geoms", limit: Self.geomLimit, at: reader.here)
        }
        bodies[body].geoms.append(geom)
      case "site":
        var site = try defaults(for: &reader, inherited: childClass).site
        (site.name, site.line) = (reader.text("name") ?? "", reader.here)
        try site.apply(&reader)
        try reader.finish()
        bodies[body].sites.append(site)
      case "camera":
        var camera = try defaults(for: &reader, inherited: childClass).camera
        let name = reader.text("name") ?? ""
        try camera.apply(&reader)
        try reader.finish()
        cameras.append(
          ModelVisuals.Camera(
            name: name, body: body, tracking: camera.tracking, position: camera.position,
            orientation: camera.orientation.value, verticalFieldOfView: camera.fieldOfView))
      case "light":
        var light = try defaults(for: &reader, inherited: childClass).light
        reader.ignore("name")
        try light.apply(&reader)
        try reader.finish()
        lights.append(
          ModelVisuals.Light(
            body: body, isDirectional: light.isDirectional, castsShadow: light.castsShadow,
            position: light.position, direction: light.direction, ambient: light.ambient,
            diffuse: light.diffuse, specular: light.specular))
      default: throw notABodyPart(element, of: parent)
      }
    }
  }

  private func notABodyPart(_ element: XMLElement, of parent: XMLElement) -> MJCFError {
    let unsupported: KeyValuePairs = [
      "frame": "Write positions and orientations into its children.",
      "replicate": "Write the copies out.", "attach": "Write the other model's bodies out.",
      "composite": "Write its bodies out.", "flexcomp": "Build it from rigid bodies.",
      "plugin": "Leave it out.", "include": "Paste the file's content here.",
    ]
    if let advice = unsupported.first(where: { $0.key == element.name })?.value {
      return .unsupported(
        feature: "<\(element.name)>", advice: advice, at: settings.line(of: element))
    }
    let known = ["body", "inertial", "joint", "freejoint", "geom", "site", "camera", "light"]
    return .unknownElement(
      element.name, parent: parent.name, closest: closest(to: element.name, among: known),
      at: settings.line(of: element))
  }

  private func refuseChildren(of element: XMLElement) throws(MJCFError) {
    guard let child = element.children.first else { return }
    if child.name == "plugin" {
      throw .unsupported(
        feature: "<plugin>", advice: "Leave it out.", at: settings.line(of: child))
    }
    throw .unknownElement(
      child.name, parent: element.name, closest: nil, at: settings.line(of: child))
  }

  // MARK: Contacts, tendons, actuators, keyframes

  private mutating func readContacts(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "pair":
        var pair = try defaults(for: &reader).pair
        pair.line = reader.here
        pair.first = try reader.requiredText("geom1")
        pair.second = try reader.requiredText("geom2")
        reader.ignore("name")
        try pair.apply(&reader)
        try reader.finish()
        pairs.append(pair)
      case "exclude":
        exclusions.append(
          MJCFExclusion(
            line: reader.here, first: try reader.requiredText("body1"),
            second: try reader.requiredText("body2")))
        reader.ignore("name")
        try reader.finish()
      default:
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closest(to: element.name, among: ["pair", "exclude"]), at: reader.here)
      }
    }
  }

  /// Tendons are read only to make sure that they do nothing.
  private func readTendons(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      if element.name == "spatial" {
        throw .unsupported(
          feature: "<spatial>", advice: "Remove the tendon, or act on joints instead.",
          at: reader.here)
      }
      guard element.name == "fixed" else {
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closest(to: element.name, among: ["fixed"]), at: reader.here)
      }
      var tendon = try defaults(for: &reader).tendon
      reader.ignore("name")
      try tendon.apply(&reader)
      try reader.finish()
      try tendon.refuseLimit(reader)
    }
  }

  private mutating func readActuators(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      if MJCFActuator.unsupportedKinds.contains(element.name) {
        throw .unsupported(
          feature: "<\(element.name)>",
          advice: "Accepted: " + MJCFActuator.kinds.joined(separator: ", ") + ".",
          at: reader.here)
      }
      guard MJCFActuator.kinds.contains(element.name) else {
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closest(to: element.name, among: MJCFActuator.kinds), at: reader.here)
      }
      var actuator = try defaults(for: &reader).actuator
      (actuator.name, actuator.line) = (reader.text("name") ?? "", reader.here)
      try actuator.apply(&reader)
      try reader.finish()
      if actuator.joint == nil {
        throw .missingAttribute("joint", element: element.name, at: reader.here)
      }
      actuators.append(actuator)
    }
  }

  private mutating func readKeyframes(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      if element.name != "key" {
        throw .unknownElement(
          element.name, parent: section.name, closest: closest(to: element.name, among: ["key"]),
          at: reader.here)
      }
      var key = MJCFKeyframe(line: reader.here, name: reader.text("name") ?? "")
      try reader.read("time", into: &key.time)
      key.position = try reader.numbers("qpos", count: 0 ... .max)
      key.velocity = try reader.numbers("qvel", count: 0 ... .max)
      key.control = try reader.numbers("ctrl", count: 0 ... .max)
      try reader.refuse(
        "act", "mpos", "mquat", "plastic", advice: "Leave it out: there is no such state.")
      try reader.finish()
      keyframes.append(key)
    }
  }
}
