import IDQLSpelling

/// Sections other than the bodies.
extension MJCFDocument {
  mutating func readAssets(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "texture":
        var texture = try defaults(for: &reader).texture
        try texture.apply(&reader)
        try texture.finish(&reader)
        textures.append(texture)
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
        let first = try reader.requiredText("body1")
        let second = try reader.requiredText("body2")
        reader.ignore("name")
        try reader.finish()
        exclusions.append(MJCFExclusion(line: reader.here, first: first, second: second))
      default:
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closestName(to: element.name, in: ["pair", "exclude"]), at: reader.here)
      }
    }
  }

  mutating func readActuators(_ section: XMLElement) throws(MJCFError) {
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
      if actuator.joint == nil && actuator.tendon == nil {
        throw .missingAttribute("joint", element: element.name, at: reader.here)
      }
      actuators.append(actuator)
    }
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
      key.activation = try reader.numbers("act", count: 0 ... .max)
      key.mocapPosition = try reader.numbers("mpos", count: 0 ... .max)
      key.mocapOrientation = try reader.numbers("mquat", count: 0 ... .max)
      try reader.refuse("plastic", advice: "Leave it out: no body is deformable.")
      try reader.finish()
      keyframes.append(key)
    }
  }
}
