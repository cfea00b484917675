import IDQLSpelling

/// Bodies and the elements that are fixed to them.
extension MJCFDocument {
  mutating func readWorld(_ section: XMLElement) throws(MJCFError) {
    for name in ["joint", "freejoint", "inertial"] {
      if let element = section.children.first(where: { $0.name == name }) {
        throw .invalid(
          problem: "<\(name)> stands in <worldbody>",
          remedy: "The world does not move; put it into a <body>.",
          at: element.here)
      }
    }
    var reader = AttributeReader(section, settings)
    let childClass = reader.text("childclass") ?? "main"
    reader.ignore("name")
    try reader.finish()
    try readContent(of: section, body: 0, childClass: childClass, frame: nil)
  }

  private mutating func readBody(
    _ element: XMLElement, parent: Int, childClass inherited: String, frame: MJCFFrame?
  ) throws(MJCFError) {
    var reader = AttributeReader(element, settings)
    if bodies.count > Self.bodyLimit {
      throw .tooLarge(what: "bodies", limit: Self.bodyLimit, at: reader.here)
    }
    var body = MJCFBody(line: reader.here, name: name(&reader, "body", frame), parent: parent)
    let childClass = reader.text("childclass") ?? inherited
    _ = try defaults(ofClass: childClass, at: reader.here)
    try reader.read("pos", into: &body.position)
    var orientation = MJCFOrientation()
    try orientation.apply(&reader)
    body.orientation = orientation.value
    try reader.read("mocap", into: &body.isMocap)
    try reader.read("gravcomp", into: &body.gravityCompensation)
    if body.gravityCompensation != 0 && settings.profile.dampsEffectiveInertia == nil {
      throw .unsupported(
        feature: "'gravcomp' under \(settings.profile.name)", advice: "Take mujoco3 or mujoco4.",
        at: reader.here)
    }
    try reader.refuse("fuse", advice: "Leave it out.")
    reader.ignore("sleep", "simple", "user")
    try reader.finish()

    frame?.place(&body)
    bodies.append(body)
    // its content has the names of the copy, but stands in the body
    try readContent(
      of: element, body: bodies.count - 1, childClass: childClass,
      frame: frame.flatMap {
        $0.copies.isEmpty ? nil : MJCFFrame(suffix: $0.suffix, copies: $0.copies)
      })
  }

  private mutating func readContent(
    of parent: XMLElement, body: Int, childClass: String, frame: MJCFFrame?
  ) throws(MJCFError) {
    for element in parent.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "body": try readBody(element, parent: body, childClass: childClass, frame: frame)
      case "frame": try readFrame(&reader, body, childClass, frame)
      case "replicate": try readReplicate(element, body, childClass, frame)
      case "inertial":
        if bodies[body].inertial != nil {
          throw .invalid(
            problem: "a second <inertial> in one body", remedy: "Keep one.", at: reader.here)
        }
        bodies[body].inertial = try MJCFInertial(&reader, frame)
      case "joint": try readJoint(&reader, body, childClass, frame)
      case "freejoint": try readFreeJoint(&reader, body, frame)
      case "geom": try readGeom(&reader, body, childClass, frame)
      case "site": try readSite(&reader, body, childClass, frame)
      case "camera": try readCamera(&reader, body, childClass, frame)
      case "light": try readLight(&reader, body, childClass, frame)
      default: throw notABodyPart(element, of: parent)
      }
    }
  }

  private mutating func readFrame(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String, _ outer: MJCFFrame?
  ) throws(MJCFError) {
    let ownClass = reader.text("childclass") ?? childClass
    _ = try defaults(ofClass: ownClass, at: reader.here)
    var frame = MJCFFrame()
    try reader.read("pos", into: &frame.position)
    var orientation = MJCFOrientation()
    try orientation.apply(&reader)
    frame.orientation = orientation.value
    let name = name(&reader, "frame", outer)
    if !name.isEmpty && !frameNames.insert(name).inserted {
      throw .duplicateName(name, kind: "frame", at: reader.here)
    }
    reader.ignore("user")
    try reader.finish()
    try readContent(
      of: reader.element, body: body, childClass: ownClass, frame: outer?.nesting(frame) ?? frame)
  }

  private mutating func readReplicate(
    _ element: XMLElement, _ body: Int, _ childClass: String, _ outer: MJCFFrame?
  ) throws(MJCFError) {
    // as in MuJoCo, these belong to the body itself
    for name in ["joint", "freejoint", "inertial"] {
      if let part = element.children.first(where: { $0.name == name }) {
        throw .invalid(
          problem: "<\(name)> stands in <replicate>", remedy: "Put it into a <body> there.",
          at: part.here)
      }
    }
    for var frame in try MJCFReplicate(element, settings).frames {
      copyCount += 1
      frame.copies = [copyCount]
      if copyCount > MJCFReplicate.limit {
        throw .tooLarge(
          what: "copies of <replicate>", limit: MJCFReplicate.limit, at: element.here)
      }
      try readContent(
        of: element, body: body, childClass: childClass, frame: outer?.nesting(frame) ?? frame)
    }
  }

  /// The name of an element, which is noted if it is a copy.
  private mutating func name(
    _ reader: inout AttributeReader, _ kind: String, _ frame: MJCFFrame?
  ) -> String {
    let name = reader.text("name") ?? ""
    copies.add(kind, name, frame)
    return name.isEmpty ? "" : name + (frame?.suffix ?? "")
  }

  private mutating func readJoint(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String, _ frame: MJCFFrame?
  ) throws(MJCFError) {
    var joint = try defaults(for: &reader, inherited: childClass).joint
    (joint.name, joint.line) = (name(&reader, "joint", frame), reader.here)
    try joint.apply(&reader)
    try reader.finish()
    frame?.place(&joint)
    bodies[body].joints.append(joint)
  }

  /// Takes no defaults.
  private mutating func readFreeJoint(
    _ reader: inout AttributeReader, _ body: Int, _ frame: MJCFFrame?
  ) throws(MJCFError) {
    var joint = MJCFJoint()
    (joint.name, joint.line, joint.kind) = (name(&reader, "joint", frame), reader.here, .free)
    try reader.refuse(
      "align", neutral: ["auto"], advice: "Leave it out: it would move the body's frame.")
    reader.ignore("group")
    try reader.finish()
    bodies[body].joints.append(joint)
  }

  private mutating func readGeom(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String, _ frame: MJCFFrame?
  ) throws(MJCFError) {
    geomCount += 1
    if geomCount > Self.geomLimit {
      throw .tooLarge(what: "geoms", limit: Self.geomLimit, at: reader.here)
    }
    var geom = try defaults(for: &reader, inherited: childClass).geom
    (geom.name, geom.line, geom.frame) = (name(&reader, "geom", frame), reader.here, frame)
    try geom.apply(&reader)
    try reader.finish()
    if let child = reader.element.children.first { throw notABodyPart(child, of: reader.element) }
    bodies[body].geoms.append(geom)
  }

  private mutating func readSite(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String, _ frame: MJCFFrame?
  ) throws(MJCFError) {
    var site = try defaults(for: &reader, inherited: childClass).site
    (site.name, site.line, site.frame) = (name(&reader, "site", frame), reader.here, frame)
    try site.apply(&reader)
    try reader.finish()
    bodies[body].sites.append(site)
  }

  private mutating func readCamera(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String, _ frame: MJCFFrame?
  ) throws(MJCFError) {
    var camera = try defaults(for: &reader, inherited: childClass).camera
    let name = name(&reader, "camera", frame)
    try camera.apply(&reader)
    try reader.finish()
    if let frame {
      let place = frame.placing(camera.position, camera.orientation.value)
      camera.position = place.position
      camera.orientation = MJCFOrientation(value: place.orientation)
    }
    cameras.append((name, body, camera, reader.here))
  }

  private mutating func readLight(
    _ reader: inout AttributeReader, _ body: Int, _ childClass: String, _ frame: MJCFFrame?
  ) throws(MJCFError) {
    var light = try defaults(for: &reader, inherited: childClass).light
    reader.ignore("name")
    try light.apply(&reader)
    try reader.finish()
    if let frame {
      light.position = frame.placing(light.position, .identity).position
      light.direction = frame.orientation.rotate(light.direction)
    }
    lights.append((body, light, reader.here))
  }

  private func notABodyPart(_ element: XMLElement, of parent: XMLElement) -> MJCFError {
    let unsupported: KeyValuePairs = [
      "composite": "Write its bodies out.", "flexcomp": "Build it from rigid bodies.",
      "plugin": "Leave it out.",
    ]
    if let advice = unsupported.first(where: { $0.key == element.name })?.value {
      return .unsupported(
        feature: "<\(element.name)>", advice: advice, at: element.here)
    }
    let parts = [
      "body", "frame", "replicate", "inertial", "joint", "freejoint", "geom", "site", "camera",
      "light",
    ]
    let known = parent.name == "geom" ? [] : parts
    return .unknownElement(
      element.name, parent: parent.name, closest: closestName(to: element.name, in: known),
      at: element.here)
  }
}

extension MJCFDocument {
  /// Nothing moves a mocap body here, so it is one that is fixed to the world. With joints below it,
  /// MuJoCo would find other contacts than of such a body.
  func checkMocapBodies() throws(MJCFError) {
    var isBelow = Array(repeating: false, count: bodies.count)
    for (index, body) in bodies.enumerated() {
      if body.isMocap && (body.parent != 0 || !body.joints.isEmpty) {
        throw .invalid(
          problem: "a mocap body that is not fixed to the world",
          remedy: "Put it into <worldbody>, without joints.", at: body.line)
      }
      isBelow[index] = body.isMocap || (index > 0 && isBelow[body.parent])
      if isBelow[index] && !body.joints.isEmpty {
        throw .unsupported(
          feature: "a body that moves on a mocap body", advice: "Put it into <worldbody>.",
          at: body.line)
      }
    }
  }
}
