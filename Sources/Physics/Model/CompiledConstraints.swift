/// The document's tendons; lengths in the initial configuration are derived later.
func makeTendons(
  _ document: MJCFDocument, _ joints: ModelElements<Joint>, _ geoms: ModelElements<Geom>,
  _ sites: ModelElements<Site>
) throws(MJCFError) -> [Tendon] {
  let profile = document.settings.profile
  var tendons: [Tendon] = []
  for source in document.tendons {
    var path: [Tendon.Part] = []
    for part in source.path {
      switch part {
      case .joint(let name, let coefficient, let line):
        let index = try indexOfName(name, in: joints.names, kind: "joint", at: line)
        try requireScalar(joints, index, "a fixed tendon", at: line)
        path.append(.joint(index, coefficient: coefficient))
      case .site(let name, let line):
        path.append(.site(try indexOfName(name, in: sites.names, kind: "site", at: line)))
      case .geom(let name, let sideSite, let line):
        let index = try indexOfName(name, in: geoms.names, kind: "geom", at: line)
        if geoms[index].shape != .sphere && geoms[index].shape != .cylinder {
          throw .invalid(
            problem: "a tendon around the \(geoms[index].shape) '\(shortened(name))'",
            remedy: "Only spheres and cylinders can be wound around.", at: line)
        }
        if !profile.measuresDepthInsideBoxes {
          throw .unsupported(
            feature: "a tendon around a <geom> under \(profile.name)",
            advice: "Take mujoco3 or mujoco4.", at: line)
        }
        if sideSite != nil && !profile.collidesConvexShapes {
          throw .unsupported(
            feature:
              "'sidesite' under \(profile.name), whose MuJoCo goes around a side more often than "
              + "4.0.0,", advice: "Take mujoco4.", at: line)
        }
        path.append(
          .geom(
            index,
            sideSite: try sideSite.map { (name) throws(MJCFError) in
              try indexOfName(name, in: sites.names, kind: "site", at: line)
            }))
      case .pulley(let divisor, _):
        path.append(.pulley(divisor: divisor))
      }
    }
    let isLimited = try document.settings.isLimited(
      source.isLimited, range: source.range, attribute: "limited", at: source.line)
    if isLimited && !(source.range.0 < source.range.1) {
      throw .invalid(
        problem: "the tendon is limited to \(source.range.0) to \(source.range.1)",
        remedy: "Give a 'range' whose first number is the smaller one.", at: source.line)
    }
    if source.armature > 0 && !profile.correctsConstraintRates {
      throw .unsupported(
        feature: "'armature' of a tendon under \(profile.name)", advice: "Take mujoco4.",
        at: source.line)
    }
    var tendon = Tendon(
      path: path, isLimited: isLimited, lower: source.range.0, upper: source.range.1,
      margin: source.margin, limitSoftness: source.limitSoftness, stiffness: source.stiffness,
      damping: source.damping, armature: source.armature,
      springRange: source.springLength.0...source.springLength.1,
      isRelaxedAtSpringPosition: source.springLength == (-1, -1),
      frictionLoss: source.frictionLoss, frictionSoftness: source.frictionSoftness)
    tendon.actuatorForceRange = try actuatorForceRange(
      source.actuatorForceRange, source.isActuatorForceLimited, of: "tendon", document.settings,
      at: source.line)
    tendons.append(tendon)
  }
  return tendons
}

/// The document's equalities; anchors that follow from the initial configuration are derived later.
func makeEqualities(_ document: MJCFDocument, _ model: Model) throws(MJCFError) -> [Equality] {
  var equalities: [Equality] = []
  for source in document.equalities {
    func index(_ name: String, _ names: [String], _ kind: String) throws(MJCFError) -> Int {
      try indexOfName(name, in: names, kind: kind, at: source.line)
    }
    func body(_ name: String?) throws(MJCFError) -> Int {
      guard let name else { return 0 }
      return try index(name, model.bodies.names, "body")
    }
    func anchor(
      _ body: Int, _ position: Vector3 = .zero, _ orientation: Quaternion = .identity
    ) -> Equality.Anchor {
      Equality.Anchor(body: body, position: position, orientation: orientation)
    }
    var derives = false
    let kind: Equality.Kind
    switch source.kind {
    case .connect(let first, let second, let position):
      kind = .connect(anchor(try body(first), position), anchor(try body(second)))
      derives = true
    case .weld(let first, let second, let position, let pose, let torqueScale):
      derives = pose == nil
      kind = .weld(
        anchor(try body(first), pose?.0 ?? .zero, pose?.1 ?? .identity),
        anchor(try body(second), position), torqueScale: torqueScale)
    case .sites(let first, let second, let isWeld, let torqueScale):
      let one = model.sites[try index(first, model.sites.names, "site")]
      let other = model.sites[try index(second, model.sites.names, "site")]
      let (a, b) = (
        anchor(one.body, one.position, one.orientation),
        anchor(other.body, other.position, other.orientation)
      )
      kind = isWeld ? .weld(a, b, torqueScale: torqueScale) : .connect(a, b)
    case .joints(let first, let second, let polynomial):
      let one = try index(first, model.joints.names, "joint")
      try requireScalar(model.joints, one, "an equality", at: source.line)
      var other: Int?
      if let second {
        let found = try index(second, model.joints.names, "joint")
        try requireScalar(model.joints, found, "an equality", at: source.line)
        other = found
      }
      kind = .joints(one, other, polynomial)
    case .tendons(let first, let second, let polynomial):
      let names = model.tendons.names
      var other: Int?
      if let second { other = try index(second, names, "tendon") }
      kind = .tendons(try index(first, names, "tendon"), other, polynomial)
    }
    if case .weld = kind, document.settings.profile.dampsEffectiveInertia == nil {
      throw .unsupported(
        feature: "<weld> under \(document.settings.profile.name)",
        advice: "Take mujoco3 or mujoco4.", at: source.line)
    }
    equalities.append(
      Equality(
        kind: kind, softness: source.softness, isActive: source.isActive,
        derivesSecondAnchor: derives))
  }
  return equalities
}

/// Limits of the sum of the forces of an element's actuators.
func actuatorForceRange(
  _ range: (Double, Double), _ isStated: Bool?, of element: String, _ settings: MJCFSettings,
  at line: SourceLine
) throws(MJCFError) -> ClosedRange<Double> {
  let isLimited = try settings.isLimited(
    isStated, range: range, attribute: "actuatorfrclimited", at: line)
  if !isLimited { return unlimited }
  let isInOrder = range.0 < range.1 && (element == "joint" || (range.0 <= 0 && range.1 >= 0))
  if !isInOrder {
    throw .invalid(
      problem: "the actuators' force on the \(element) is limited to \(range.0) to \(range.1)",
      remedy: "Give an 'actuatorfrcrange' that rises"
        + (element == "joint" ? "." : " and contains 0."), at: line)
  }
  if settings.profile.dampsEffectiveInertia == nil {
    throw .unsupported(
      feature: "'actuatorfrcrange' under \(settings.profile.name)",
      advice: "Take mujoco3 or mujoco4.", at: line)
  }
  return range.0...range.1
}

private func requireScalar(
  _ joints: ModelElements<Joint>, _ index: Int, _ user: String, at line: SourceLine
) throws(MJCFError) {
  let kind = joints[index].kind
  if kind == .hinge || kind == .slide { return }
  throw .invalid(
    problem: "\(user) takes the \(kind) joint '\(shortened(joints.names[index]))'",
    remedy: "Only hinges and slides have one position.", at: line)
}
