import IDQLSpelling

/// Sections other than the bodies.
extension MJCFDocument {
  mutating func readAssets(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "texture": textures.append(try MJCFTexture(&reader))
      case "material":
        var material = try defaults(for: &reader).material
        let name = try reader.requiredText("name")
        try material.apply(&reader)
        try reader.finish()
        materials.append((name, material, reader.here))
      case "mesh":
        var mesh = try defaults(for: &reader).mesh
        try mesh.apply(&reader)
        try mesh.finish(&reader)
        if let plugin = element.children.first {
          throw .unsupported(
            feature: "<\(shortened(plugin.name))> of <mesh>", advice: "Plugins cannot be loaded.",
            at: plugin.here)
        }
        meshes.append(mesh)
      case "hfield": heightFields.append(try MJCFHeightField(&reader))
      // a model is for `MJCFAttach`; a skin is not drawn
      case "skin", "model": continue
      default:
        let known = ["texture", "material", "mesh", "hfield", "skin", "model"]
        throw .unknownElement(
          element.name, parent: section.name, closest: closestName(to: element.name, in: known),
          at: reader.here)
      }
    }
  }

  mutating func readContacts(_ section: XMLElement) throws(MJCFError) {
    var found: [(order: Int, element: MJCFPair)] = []
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
        for copy in copies.copies("geom", pair.first, pair.second) {
          var own = pair
          own.first = copies.name(pair.first, "geom", in: copy)
          own.second = copies.name(pair.second, "geom", in: copy)
          found.append((copy.order, own))
        }
      case "exclude":
        let first = try reader.requiredText("body1")
        let second = try reader.requiredText("body2")
        reader.ignore("name")
        try reader.finish()
        for copy in copies.copies("body", first, second) {
          exclusions.append(
            MJCFExclusion(
              line: reader.here, first: copies.name(first, "body", in: copy),
              second: copies.name(second, "body", in: copy)))
        }
      default:
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closestName(to: element.name, in: ["pair", "exclude"]), at: reader.here)
      }
    }
    pairs += MJCFCopies.ordered(found)
  }

  mutating func readActuators(_ section: XMLElement) throws(MJCFError) {
    var found: [(order: Int, element: MJCFActuator)] = []
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
          closest: closestName(to: element.name, in: MJCFActuator.kinds), at: reader.here)
      }
      var actuator = try defaults(for: &reader).actuator
      (actuator.name, actuator.line) = (reader.text("name") ?? "", reader.here)
      try actuator.apply(&reader)
      try reader.finish()
      if actuator.joint != nil && actuator.tendon != nil {
        throw .invalid(
          problem: "<\(element.name)> has 'joint' and 'tendon'", remedy: "Give one of them.",
          at: reader.here)
      }
      guard let joint = actuator.joint else {
        if actuator.tendon == nil {
          throw .missingAttribute("joint", element: element.name, at: reader.here)
        }
        found.append((0, actuator))
        continue
      }
      for copy in copies.copies("joint", joint) {
        var own = actuator
        own.joint = copies.name(joint, "joint", in: copy)
        if !actuator.name.isEmpty { own.name = actuator.name + copy.ending }
        found.append((copy.order, own))
      }
    }
    actuators += MJCFCopies.ordered(found)
  }

  mutating func readKeyframes(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      if element.name != "key" {
        throw .unknownElement(
          element.name, parent: section.name, closest: closestName(to: element.name, in: ["key"]),
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
