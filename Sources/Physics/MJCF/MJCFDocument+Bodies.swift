import IDQLSpelling

/// Bodies and the elements that are fixed to them.
extension MJCFDocument {
  mutating func readWorld(_ section: XMLElement) throws(MJCFError) {
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
      case "inertial":
        if bodies[body].inertial != nil {
          throw .invalid(
            problem: "a second <inertial> in one body", remedy: "Keep one.", at: reader.here)
        }
        bodies[body].inertial = try MJCFInertial(&reader)
      case "joint": try readJoint(&reader, body, childClass)
      case "freejoint": try readFreeJoint(&reader, body)
      case "geom": try readGeom(&reader, body, childClass)
      case "site": try readSite(&reader, body, childClass)
      case "camera": try readCamera(&reader, body, childClass)
      case "light": try readLight(&reader, body, childClass)
      default: throw notABodyPart(element, of: parent)
      }
    }
  }

  private mutating func readJoint(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String
  ) throws(MJCFError) {
    var joint = try defaults(for: &reader, inherited: childClass).joint
    (joint.name, joint.line) = (reader.text("name") ?? "", reader.here)
    try joint.apply(&reader)
    try reader.finish()
    bodies[body].joints.append(joint)
  }

  /// Takes no defaults.
  private mutating func readFreeJoint(
    _ reader: inout AttributeReader, _ body: Int
  ) throws(MJCFError) {
    var joint = MJCFJoint()
    (joint.name, joint.line, joint.kind) = (reader.text("name") ?? "", reader.here, .free)
    try reader.refuse(
      "align", neutral: ["auto"], advice: "Leave it out: it would move the body's frame.")
    reader.ignore("group")
    try reader.finish()
    bodies[body].joints.append(joint)
  }

  private mutating func readGeom(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String
  ) throws(MJCFError) {
    geomCount += 1
    if geomCount > Self.geomLimit {
      throw .tooLarge(what: "geoms", limit: Self.geomLimit, at: reader.here)
    }
    var geom = try defaults(for: &reader, inherited: childClass).geom
    (geom.name, geom.line) = (reader.text("name") ?? "", reader.here)
    try geom.apply(&reader)
    try reader.finish()
    if let child = reader.element.children.first { throw notABodyPart(child, of: reader.element) }
    bodies[body].geoms.append(geom)
  }

  private mutating func readSite(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String
  ) throws(MJCFError) {
    var site = try defaults(for: &reader, inherited: childClass).site
    (site.name, site.line) = (reader.text("name") ?? "", reader.here)
    try site.apply(&reader)
    try reader.finish()
    bodies[body].sites.append(site)
  }

  private mutating func readCamera(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String
  ) throws(MJCFError) {
    var camera = try defaults(for: &reader, inherited: childClass).camera
    let name = reader.text("name") ?? ""
    try camera.apply(&reader)
    try reader.finish()
    cameras.append(
      ModelVisuals.Camera(
        name: name, body: body, tracking: camera.tracking, position: camera.position,
        orientation: camera.orientation.value, verticalFieldOfView: camera.fieldOfView))
  }

  private mutating func readLight(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String
  ) throws(MJCFError) {
    var light = try defaults(for: &reader, inherited: childClass).light
    reader.ignore("name")
    try light.apply(&reader)
    try reader.finish()
    lights.append(
      ModelVisuals.Light(
        body: body, isDirectional: light.isDirectional, castsShadow: light.castsShadow,
        position: light.position, direction: light.direction, ambient: light.ambient,
        diffuse: light.diffuse, specular: light.specular))
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
    let parts = ["body", "inertial", "joint", "freejoint", "geom", "site", "camera", "light"]
    let known = parent.name == "geom" ? [] : parts
    return .unknownElement(
      element.name, parent: parent.name, closest: closestName(to: element.name, in: known),
      at: settings.line(of: element))
  }
}
