/// Why quantities that are acceptable by themselves do not make a model.
enum DerivationFault: Error {
  case bodyWithoutInertia(Int)
  case jointsWithoutInertia
  case nothingToInherit(actuator: Int)
  /// Geom indices, and that of the explicit pair that brings them together.
  case uncollidable(Int, Int, explicitPair: Int?)
  case tooManyCandidatePairs(body: Int)
  /// Geom indices, under a profile with another collider for them than since that release.
  case pairOfAnotherRelease(Int, Int, since: MuJoCoRelease)
  /// Geom indices of convex shapes, where libccd is asked for.
  case pairForAnotherLibrary(Int, Int)
  case tooMuchContactMemory
  case overflow
}

extension Model {
  /// Computes all derived quantities, at the end of compiling and of editing (MuJoCo `mj_setConst`,
  /// and the parts of its compiler that combine elements).
  mutating func derive() throws(DerivationFault) {
    try requireInertia()
    setConfigurations()
    for index in geoms.indices {
      let geom = geoms[index]
      geoms[index].boundingRadius =
        geom.heightField >= 0
        ? heightFields[geom.heightField].boundingRadius
        : geom.shape.boundingRadius(size: geom.size)
    }
    for index in degreesOfFreedom.indices {
      let joint = joints[degreesOfFreedom[index].joint]
      degreesOfFreedom[index].armature = joint.armature
      degreesOfFreedom[index].damping = joint.damping
      degreesOfFreedom[index].frictionLoss = joint.frictionLoss
    }

    let rows = TendonRows(self, at: initialPosition)
    let inertia = try InitialInertia(withSharedFrames, rows)
    inertia.setInverseWeights(of: &self)
    setSpringDampers()
    try setTendons(inertia, rows)
    setAnchors(inertia)
    try setActuators(inertia, rows)
    pairs = try makeContactPairs()
    if contactMemory > contactMemoryLimit { throw .tooMuchContactMemory }
    try requireFinite()
  }

  /// A body with joints needs mass and inertia, its own or of bodies fixed to it.
  private func requireInertia() throws(DerivationFault) {
    var hasInertia = bodies.map {
      $0.mass >= smallestInertia && min($0.inertia.x, $0.inertia.y, $0.inertia.z) >= smallestInertia
    }
    for index in bodies.indices.reversed() where index > 0 {
      if bodies[index].jointCount == 0 {
        if hasInertia[index] { hasInertia[bodies[index].parent] = true }
      } else if !hasInertia[index] {
        throw .bodyWithoutInertia(index)
      }
    }
  }

  /// Free joints start at the frames of their bodies.
  private mutating func setConfigurations() {
    (initialPosition, springPosition) = ([], [])
    for joint in joints {
      switch joint.kind {
      case .free:
        let (p, q) = (bodies[joint.body].position, bodies[joint.body].orientation)
        initialPosition += [p.x, p.y, p.z, q.w, q.x, q.y, q.z]
        springPosition += [p.x, p.y, p.z, q.w, q.x, q.y, q.z]
      case .ball:
        initialPosition += [1, 0, 0, 0]
        springPosition += [1, 0, 0, 0]
      case .slide, .hinge:
        initialPosition.append(joint.reference)
        springPosition.append(joint.springReference)
      }
    }
    for index in keyframes.indices {
      let stated = keyframes[index].statedPosition
      keyframes[index].position = withUnitQuaternions(
        stated + initialPosition.dropFirst(stated.count), joints)
    }
  }

  private mutating func setSpringDampers() {
    for index in joints.indices {
      guard let wanted = joints[index].springDamper else { continue }
      let first = joints[index].firstDegreeOfFreedom
      let dofs = first..<first + joints[index].kind.degreeOfFreedomCount
      let inverse = dofs.reduce(0) { $0 + degreesOfFreedom[$1].inverseWeight }
      let inertia = Double(dofs.count) / max(1e-15, inverse)
      let time = wanted.timeConstant
      let product = time * time * wanted.dampingRatio * wanted.dampingRatio
      joints[index].stiffness = inertia / max(1e-15, product)
      joints[index].damping = 2 * inertia / max(1e-15, time)
      for dof in dofs { degreesOfFreedom[dof].damping = joints[index].damping }
      // editing goes on from the numbers
      joints[index].springDamper = nil
    }
  }

  private mutating func setTendons(
    _ inertia: InitialInertia, _ rows: TendonRows
  ) throws(DerivationFault) {
    let relaxed = TendonRows(self, at: springPosition).lengths
    for index in tendons.indices {
      tendons[index].initialLength = rows.lengths[index]
      tendons[index].inverseWeight = inertia.inverse(along: rows.jacobians[index])
      if tendons[index].isRelaxedAtSpringPosition {
        if !relaxed[index].isFinite { throw .overflow }
        tendons[index].springRange = relaxed[index]...relaxed[index]
      }
    }
  }

  /// Anchors that meet in the initial configuration.
  private mutating func setAnchors(_ inertia: InitialInertia) {
    for index in equalities.indices where equalities[index].derivesSecondAnchor {
      switch equalities[index].kind {
      case .connect(let a, var b):
        b.position = inertia.position(
          ofPoint: inertia.position(ofPoint: a.position, on: a.body), inFrameOf: b.body)
        equalities[index].kind = .connect(a, b)
      case .weld(var a, let b, let torqueScale):
        a.position = inertia.position(
          ofPoint: inertia.position(ofPoint: b.position, on: b.body), inFrameOf: a.body)
        a.orientation = inertia.orientation(of: a.body).conjugate * inertia.orientation(of: b.body)
        equalities[index].kind = .weld(a, b, torqueScale: torqueScale)
      case .joints, .tendons: break
      }
    }
  }

  private mutating func setActuators(
    _ inertia: InitialInertia, _ rows: TendonRows
  ) throws(DerivationFault) {
    for index in actuators.indices {
      let actuator = actuators[index]
      if actuator.tendon >= 0 {
        try setTendonActuator(index, inertia, rows)
        continue
      }
      let joint = joints[actuator.joint]
      if actuator.dampingRatio > 0 {
        let shares = actuator.shares(of: joint)
        let first = joint.firstDegreeOfFreedom
        let mass =
          profile.dampsEffectiveInertia == true
          ? inertia.effective(from: first, shares) : inertia.diagonal(from: first, shares)
        actuators[index].bias.z =
          -2 * actuator.dampingRatio * max(0, actuator.gain.x * mass).squareRoot()
      }
      if profile.wrapsBallServos, joint.kind == .ball, actuator.isPositionLike, actuator.gain.x != 0
      {
        let (x, y, z, _, _, _) = actuator.gear
        actuators[index].turn = 2 * .pi * Vector3(x, y, z).length
      }
      if actuator.inheritedRange > 0 {
        if !joint.isLimited || joint.kind == .ball {
          throw .nothingToInherit(actuator: index)
        }
        try inheritRange(index, joint.lower, joint.upper)
      }
    }
  }

  private mutating func inheritRange(
    _ index: Int, _ lower: Double, _ upper: Double
  ) throws(DerivationFault) {
    let actuator = actuators[index]
    if !actuator.isPositionLike || !lower.isFinite || !upper.isFinite {
      throw .nothingToInherit(actuator: index)
    }
    let middle = 0.5 * (upper + lower)
    let half = 0.5 * (upper - lower) * actuator.inheritedRange
    if !(middle - half < middle + half) { throw .overflow }
    let range = (middle - half)...(middle + half)
    if actuator.dynamics == .integrator {
      actuators[index].activationRange = range
    } else {
      actuators[index].controlRange = range
    }
  }

  private mutating func setTendonActuator(
    _ index: Int, _ inertia: InitialInertia, _ rows: TendonRows
  ) throws(DerivationFault) {
    let actuator = actuators[index]
    let tendon = tendons[actuator.tendon]
    if actuator.dampingRatio > 0 {
      let shares = rows.jacobians[actuator.tendon].map {
        (dof: $0.dof, entry: actuator.gear.0 * $0.entry)
      }
      let inverse = inertia.inverse(along: shares)
      let mass =
        profile.dampsEffectiveInertia == true
        ? (inverse > 1e-15 ? 1 / inverse : 0) : inertia.diagonal(along: shares)
      actuators[index].bias.z =
        -2 * actuator.dampingRatio * max(0, actuator.gain.x * mass).squareRoot()
    }
    if actuator.inheritedRange > 0 {
      if !tendon.isLimited { throw .nothingToInherit(actuator: index) }
      try inheritRange(index, tendon.lower, tendon.upper)
    }
  }

  /// Numbers far beyond those of any mechanism overflow in products.
  private func requireFinite() throws(DerivationFault) {
    let bodiesAreFinite = bodies.allSatisfy {
      $0.mass.isFinite && $0.inertia.squaredLength.isFinite && $0.position.squaredLength.isFinite
        && $0.inertialPosition.squaredLength.isFinite && $0.inverseTranslationWeight.isFinite
        && $0.inverseRotationWeight.isFinite
    }
    let jointsAreFinite = joints.allSatisfy {
      $0.axis.squaredLength.isFinite && $0.anchor.squaredLength.isFinite
    }
    let geomsAreFinite = geoms.allSatisfy {
      $0.size.squaredLength.isFinite && $0.position.squaredLength.isFinite
        && $0.boundingRadius.isFinite
    }
    let weightsAreFinite = degreesOfFreedom.allSatisfy(\.inverseWeight.isFinite)
    let lengthsAreFinite = tendons.allSatisfy {
      $0.initialLength.isFinite && $0.inverseWeight.isFinite
    }
    let marginsAreFinite = pairs.allSatisfy { ($0.margin * $0.margin).isFinite }
    if !bodiesAreFinite || !jointsAreFinite || !geomsAreFinite || !weightsAreFinite
      || !lengthsAreFinite || !marginsAreFinite
    {
      throw .overflow
    }
  }
}

extension Actuator {
  /// Whether it is a position servo: gain k, bias -k times the length.
  var isPositionLike: Bool { gain.x == -bias.y }

  /// The force of unit strength on each degree of freedom of its joint (of a row of MuJoCo
  /// `actuator_moment`, which for joints does not depend on the position).
  fileprivate func shares(of joint: Joint) -> [Double] {
    Array([gear.0, gear.1, gear.2, gear.3, gear.4, gear.5].prefix(joint.kind.degreeOfFreedomCount))
  }
}

extension Model {
  /// A geom in an error: `box 'crate'`, `sphere geom 3`.
  func shapeAndName(ofGeom index: Int) -> String {
    let name = geoms.names[index]
    return "\(geoms[index].shape) " + (name.isEmpty ? "geom \(index)" : "'\(shortened(name))'")
  }
}
