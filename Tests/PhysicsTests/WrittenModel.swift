@testable import IDQLPhysics

/// A model written as MJCF with every primary quantity in an attribute of its own, so that one of
/// them can be changed: the second way to an edited model.
struct WrittenModel {
  struct Tag {
    let element: String
    var attributes: [String: String]

    subscript(attribute: String) -> String? {
      get { attributes[attribute] }
      set { attributes[attribute] = newValue }
    }

    /// One of several numbers.
    mutating func replace(_ component: Int, of attribute: String, with value: Double) {
      var words = (attributes[attribute] ?? "").split(separator: " ").map(String.init)
      words[component] = "\(value)"
      attributes[attribute] = words.joined(separator: " ")
    }

    func text(_ content: String = "") -> String {
      let attributes = attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\"\($0.value)\"" }
      return "<\(element)\(attributes.joined())>\(content)</\(element)>\n"
    }
  }

  /// By index in the model, one for each element.
  var option: [Tag]
  var bodies, inertials, joints, geoms, sites, actuators, pairs, materials: [Tag]
  private let model: Model

  init(_ model: Model) {
    self.model = model
    func name(_ elements: ModelElements<some Sendable>, _ index: Int, _ kind: String) -> String {
      elements.names[index].isEmpty ? "\(kind)-\(index)" : elements.names[index]
    }
    option = [Self.tag(model.options)]
    bodies = model.bodies.enumerated().map { index, body in
      Tag(
        element: "body",
        attributes: [
          "name": name(model.bodies, index, "body"), "pos": words(body.position),
          "quat": words(body.orientation),
        ])
    }
    inertials = model.bodies.map(Self.inertial)
    joints = model.joints.enumerated().map { index, joint in
      Self.tag(joint, name: name(model.joints, index, "joint"))
    }
    geoms = model.geoms.enumerated().map { index, geom in
      Self.tag(geom, name: name(model.geoms, index, "geom"), model.visuals)
    }
    sites = model.sites.enumerated().map { index, site in
      Self.tag(site, name: name(model.sites, index, "site"), model.visuals)
    }
    actuators = model.actuators.enumerated().map { index, actuator in
      Self.tag(
        actuator, name: name(model.actuators, index, "actuator"),
        joint: name(model.joints, actuator.joint, "joint"))
    }
    pairs = model.explicitPairs.map { pair in
      Self.tag(
        pair, name(model.geoms, pair.first, "geom"), name(model.geoms, pair.second, "geom"))
    }
    materials = model.visuals.materials.map { material in
      Tag(
        element: "material",
        attributes: [
          "name": material.name, "rgba": words(material.color), "specular": "\(material.specular)",
          "shininess": "\(material.shininess)", "reflectance": "\(material.reflectance)",
        ])
    }
  }

  var text: String {
    let keyframes = zip(model.keyframes, model.keyframes.names).map { key, name in
      var tag = Tag(element: "key", attributes: ["name": name, "time": "\(key.time)"])
      if !key.statedPosition.isEmpty { tag["qpos"] = words(key.statedPosition) }
      tag["qvel"] = words(key.velocity)
      tag["ctrl"] = words(key.control)
      tag["act"] = words(key.activation)
      return tag
    }
    let exclusions = model.exclusions.map { pair in
      Tag(
        element: "exclude",
        attributes: [
          "body1": bodies[pair.first]["name"] ?? "", "body2": bodies[pair.second]["name"] ?? "",
        ])
    }
    func section(_ name: String, _ tags: [Tag]) -> String {
      "<\(name)>\n\(tags.map { $0.text() }.joined())</\(name)>\n"
    }
    return """
      <mujoco model="\(model.name)">
      <compiler angle="radian" inertiafromgeom="false"/>
      \(option[0].text())\(section("asset", materials))<worldbody>
      \(content(of: 0))</worldbody>
      \(section("contact", pairs + exclusions))\(section("actuator", actuators))
      \(section("keyframe", keyframes))</mujoco>
      """
  }

  private func content(of body: Int) -> String {
    let jointsOfBody = joints.indices.filter { model.joints[$0].body == body }
    let geomsOfBody = geoms.indices.filter { model.geoms[$0].body == body }
    let sitesOfBody = sites.indices.filter { model.sites[$0].body == body }
    let children = bodies.indices.filter { $0 > 0 && model.bodies[$0].parent == body }
    let tags =
      (body == 0 ? [] : [inertials[body]]) + jointsOfBody.map { joints[$0] }
      + geomsOfBody.map { geoms[$0] } + sitesOfBody.map { sites[$0] }
    return tags.map { $0.text() }.joined()
      + children.map { bodies[$0].text("\n" + content(of: $0)) }.joined()
  }

  // MARK: One element

  private static func tag(_ options: ModelOptions) -> Tag {
    Tag(
      element: "option",
      attributes: [
        "timestep": "\(options.timestep)", "gravity": words(options.gravity),
        "integrator": options.integrator.rawValue, "density": "\(options.fluidDensity)",
        "viscosity": "\(options.fluidViscosity)", "wind": words(options.wind),
        "impratio": "\(options.frictionImpedanceRatio)",
      ])
  }

  private static func inertial(_ body: Body) -> Tag {
    Tag(
      element: "inertial",
      attributes: [
        "pos": words(body.inertialPosition), "quat": words(body.inertialOrientation),
        "mass": "\(body.mass)", "diaginertia": words(body.inertia),
      ])
  }

  private static func tag(_ joint: Joint, name: String) -> Tag {
    Tag(
      element: "joint",
      attributes: [
        "name": name, "type": "\(joint.kind)", "pos": words(joint.anchor),
        "axis": words(joint.axis),
        "limited": "\(joint.isLimited)", "range": "\(joint.lower) \(joint.upper)",
        "margin": "\(joint.margin)", "stiffness": "\(joint.stiffness)",
        "damping": "\(joint.damping)", "armature": "\(joint.armature)", "ref": "\(joint.reference)",
        "springref": "\(joint.springReference)", "solreflimit": reference(joint.limitSoftness),
        "solimplimit": impedance(joint.limitSoftness),
      ])
  }

  private static func tag(_ geom: Geom, name: String, _ visuals: ModelVisuals) -> Tag {
    var tag = Tag(
      element: "geom",
      attributes: [
        "name": name, "type": "\(geom.shape)", "pos": words(geom.position),
        "quat": words(geom.orientation), "size": words(geom.size), "contype": "\(geom.contactType)",
        "conaffinity": "\(geom.contactAffinity)", "condim": "\(geom.contactDimension)",
        "priority": "\(geom.priority)", "friction": words(geom.friction),
        "margin": "\(geom.margin)", "gap": "\(geom.gap)", "solmix": "\(geom.softnessMix)",
        "solref": reference(geom.softness), "solimp": impedance(geom.softness),
        "group": "\(geom.group)", "rgba": words(geom.color),
      ])
    if geom.material >= 0 { tag["material"] = visuals.materials[geom.material].name }
    return tag
  }

  private static func tag(_ site: Site, name: String, _ visuals: ModelVisuals) -> Tag {
    var tag = Tag(
      element: "site",
      attributes: [
        "name": name, "type": "\(site.shape)", "pos": words(site.position),
        "quat": words(site.orientation), "size": words(site.size), "group": "\(site.group)",
        "rgba": words(site.color),
      ])
    if site.material >= 0 { tag["material"] = visuals.materials[site.material].name }
    return tag
  }

  private static func tag(_ actuator: Actuator, name: String, joint: String) -> Tag {
    var bias = actuator.bias
    if actuator.dampingRatio > 0 { bias.z = actuator.dampingRatio }
    let g = actuator.gear
    var tag = Tag(
      element: "general",
      attributes: [
        "name": name, "joint": joint, "gear": words([g.0, g.1, g.2, g.3, g.4, g.5]),
        "gaintype": "affine", "biastype": "affine", "gainprm": words(actuator.gain),
        "biasprm": words(bias),
      ])
    tag.limit("force", to: actuator.forceRange)
    if actuator.inheritedRange > 0 {
      tag["inheritrange"] = "\(actuator.inheritedRange)"
    } else {
      tag.limit("ctrl", to: actuator.controlRange)
    }
    return tag
  }

  private static func tag(_ pair: ExplicitPair, _ first: String, _ second: String) -> Tag {
    let mu = pair.friction
    return Tag(
      element: "pair",
      attributes: [
        "geom1": first, "geom2": second, "condim": "\(pair.dimension)", "margin": "\(pair.margin)",
        "gap": "\(pair.gap)", "friction": words([mu.0, mu.1, mu.2, mu.3, mu.4]),
        "solref": reference(pair.softness), "solimp": impedance(pair.softness),
      ])
  }
}

extension WrittenModel.Tag {
  /// - Parameter kind: `ctrl` or `force`.
  mutating func limit(_ kind: String, to range: ClosedRange<Double>) {
    let isLimited = range != -Double.infinity...Double.infinity
    self["\(kind)limited"] = "\(isLimited)"
    if isLimited { self["\(kind)range"] = "\(range.lowerBound) \(range.upperBound)" }
  }
}

// MARK: Numbers as MJCF has them

func words(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
func words(_ v: Vector3) -> String { words(v.components) }
func words(_ q: Quaternion) -> String { words([q.w, q.x, q.y, q.z]) }
func words(_ color: SIMD4<Float>) -> String { "\(color.x) \(color.y) \(color.z) \(color.w)" }
func reference(_ s: ConstraintSoftness) -> String { words([s.timeConstant, s.dampingRatio]) }
func impedance(_ s: ConstraintSoftness) -> String {
  words([s.surfaceImpedance, s.deepImpedance, s.width, s.midpoint, s.power])
}
