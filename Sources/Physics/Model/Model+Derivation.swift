/// Why quantities that are acceptable by themselves do not make a model.
enum DerivationFault: Error {
  case bodyWithoutInertia(Int)
  case jointsWithoutInertia
  case nothingToInherit(actuator: Int)
  /// Geom indices, and that of the explicit pair that brings them together.
  case uncollidable(Int, Int, explicitPair: Int?)
  case tooManyCandidatePairs(body: Int)
  /// Geom indices of two boxes, under a profile with another collider for them.
  case boxesOfAnotherRelease(Int, Int)
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
      geoms[index].boundingRadius = geoms[index].shape.boundingRadius(size: geoms[index].size)
    }
    for index in degreesOfFreedom.indices {
      let joint = joints[degreesOfFreedom[index].joint]
      degreesOfFreedom[index].armature = joint.armature
      degreesOfFreedom[index].damping = joint.damping
    }

    let inertia = try InitialInertia(self)
    inertia.setInverseWeights(of: &self)
    try setActuators(inertia)
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
    for index in keyframes.indices where keyframes[index].isAtInitialPosition {
      keyframes[index].position = withUnitQuaternions(initialPosition, joints)
    }
  }

  private mutating func setActuators(_ inertia: InitialInertia) throws(DerivationFault) {
    for index in actuators.indices {
      let actuator = actuators[index]
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
        if !joint.isLimited || joint.kind == .ball || !actuator.isPositionLike {
          throw .nothingToInherit(actuator: index)
        }
        let middle = 0.5 * (joint.upper + joint.lower)
        let half = 0.5 * (joint.upper - joint.lower) * actuator.inheritedRange
        if !(middle - half < middle + half) { throw .overflow }
        actuators[index].controlRange = (middle - half)...(middle + half)
      }
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
    let marginsAreFinite = pairs.allSatisfy { ($0.margin * $0.margin).isFinite }
    if !bodiesAreFinite || !jointsAreFinite || !geomsAreFinite || !weightsAreFinite
      || !marginsAreFinite
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
