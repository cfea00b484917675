import Physics

/// What can be shown of a mechanism besides its surfaces; sizes and colours are MuJoCo's defaults.
extension Stage {
  func overlays(_ options: SceneOptions) -> [Shape] {
    var shapes: [Shape] = []
    if options[.joints] { shapes += jointShapes() }
    if options[.actuators] { shapes += actuatorShapes() }
    if options[.inertia] { shapes += inertiaBoxes() }
    if options[.centersOfMass] { shapes += centersOfMass() }
    if options[.contacts] { shapes += contactDiscs() }
    if options[.contactForces] { shapes += contactArrows() }
    return shapes + frames(options.frames)
  }

  private func overlay(_ red: Float, _ green: Float, _ blue: Float, _ opacity: Float = 1) -> Surface
  {
    Surface(color: SIMD4(red, green, blue, opacity), specular: 0.2, emission: 0.25)
  }

  /// Hinges and slides as arrows along their axes, balls as spheres, free joints as boxes.
  private func jointShapes() -> [Shape] {
    let surface = overlay(0.2, 0.6, 0.8)
    return model.joints.indices.map { jointShape($0, thickness: 0.1, surface, .joint($0)) }
  }

  private func jointShape(
    _ index: Int, thickness: Double, _ surface: Surface, _ source: Shape.Source
  ) -> Shape {
    let joint = model.joints[index]
    let (anchor, axis) = anchorAndAxis(ofJoint: index)
    let length = meanSize
    var shape =
      switch joint.kind {
      case .hinge, .slide:
        Shape.arrow(
          from: anchor, to: anchor + length * axis, radius: thickness * length, surface: surface,
          source: source)
      case .ball:
        Shape(
          .sphere, at: anchor, size: Vector3(0.3 * length, 0, 0), surface: surface, source: source)
      case .free:
        Shape(
          .box, at: anchor, orientation: frame(ofBody: joint.body).orientation,
          size: Vector3(0.3 * length, 0.3 * length, 0.3 * length), surface: surface,
          source: source)
      }
    shape.body = joint.body
    shape.castsShadow = false
    return shape
  }

  /// In the world (MuJoCo `xanchor`, `xaxis`). The joints of a body act one after the other, so those
  /// after this one are taken back, from where the body is now.
  func anchorAndAxis(ofJoint index: Int) -> (anchor: Vector3, axis: Vector3) {
    let joint = model.joints[index]
    let body = model.bodies[joint.body]
    let frame = frame(ofBody: joint.body)
    var (origin, orientation) = (frame.origin, frame.orientation)
    for later in (index + 1..<body.firstJoint + body.jointCount).reversed() {
      let other = model.joints[later]
      let first = other.firstPosition
      switch other.kind {
      case .slide:
        let shift = simulation.position(first) - model.initialPosition[first]
        origin -= shift * orientation.rotate(other.axis)
      case .hinge, .ball:
        let anchor = origin + orientation.rotate(other.anchor)
        orientation = orientation * turn(of: other).conjugate
        origin = anchor - orientation.rotate(other.anchor)
      case .free: break
      }
    }
    return (origin + orientation.rotate(joint.anchor), orientation.rotate(joint.axis))
  }

  private func turn(of joint: Joint) -> Quaternion {
    let q = joint.firstPosition
    if joint.kind == .hinge {
      let angle = simulation.position(q) - model.initialPosition[q]
      return Quaternion(axis: joint.axis, angle: angle)
    }
    return Quaternion(
      simulation.position(q), simulation.position(q + 1), simulation.position(q + 2),
      simulation.position(q + 3)
    ).normalized
  }

  /// Thicker than joints, from blue (control at its lower limit) over grey to red.
  private func actuatorShapes() -> [Shape] {
    let control = simulation.control
    return model.actuators.enumerated().map { index, actuator in
      let range = actuator.controlRange
      let limit = max(abs(range.lowerBound), abs(range.upperBound))
      let drive = Float(min(max(control[index] / (limit.isFinite ? limit : 1), -1), 1))
      let surface = overlay(
        0.5 + 0.5 * max(drive, 0), 0.5 - 0.4 * abs(drive), 0.5 + 0.5 * max(-drive, 0))
      return jointShape(actuator.joint, thickness: 0.13, surface, .actuator(index))
    }
  }

  /// Boxes of even density with the bodies' inertia.
  private func inertiaBoxes() -> [Shape] {
    model.bodies.indices.filter { model.bodies[$0].mass > 0 }.map { index in
      let body = model.bodies[index]
      let (position, orientation) = pose(
        ofBody: index, body.inertialPosition, body.inertialOrientation)
      // of a box with edges a, b, c: I_a = m (b² + c²) / 12
      let sum = body.inertia.x + body.inertia.y + body.inertia.z
      func halfEdge(_ moment: Double) -> Double {
        0.5 * max(0, 6 * (sum - 2 * moment) / body.mass).squareRoot()
      }
      return Shape(
        .box, at: position, orientation: orientation,
        size: Vector3(
          halfEdge(body.inertia.x), halfEdge(body.inertia.y), halfEdge(body.inertia.z)),
        surface: overlay(0.8, 0.2, 0.2, 0.6), source: .body(index), body: index,
        castsShadow: false)
    }
  }

  /// One sphere for every tree of bodies.
  private func centersOfMass() -> [Shape] {
    model.bodies.indices.dropFirst().filter { model.bodies[$0].root == $0 }.map { root in
      Shape(
        .sphere, at: centerOfMass(under: root), size: Vector3(0.4 * meanSize, 0, 0),
        surface: overlay(0.9, 0.9, 0.9, 0.7), source: .body(root), body: root,
        castsShadow: false)
    }
  }

  private func contactDiscs() -> [Shape] {
    contacts.enumerated().map { index, contact in
      Shape(
        .cylinder, at: contact.position, orientation: Quaternion(turningZOnto: contact.normal),
        size: Vector3(0.3 * meanSize, 0.02 * meanSize, 0), surface: overlay(0.9, 0.6, 0.2),
        source: .contact(index), castsShadow: false)
    }
  }

  /// 5 mm a newton on a body of 1 kg; it points to where the second geom is pushed.
  private func contactArrows() -> [Shape] {
    contacts.enumerated().compactMap { index, contact in
      guard contact.firstRow >= 0 else { return nil }
      let force = simulation.forceOnSecondGeom(of: contact).linear
      guard force.length > 0 else { return nil }
      return .arrow(
        from: contact.position, to: contact.position + (0.005 / meanMass) * force,
        radius: 0.1 * meanSize, surface: overlay(0.7, 0.9, 0.9), source: .contact(index))
    }
  }

  private func frames(_ kind: SceneOptions.Frames) -> [Shape] {
    switch kind {
    case .none: []
    case .world: axes(at: .zero, .identity, length: 2 * meanSize, .decoration)
    case .bodies:
      model.bodies.indices.dropFirst().flatMap { index in
        let frame = frame(ofBody: index)
        return axes(at: frame.origin, frame.orientation, length: meanSize, .body(index))
      }
    case .geoms:
      model.geoms.enumerated().flatMap { index, geom in
        let (position, turn) = pose(ofBody: geom.body, geom.position, geom.orientation)
        return axes(at: position, turn, length: meanSize, .geom(index))
      }
    case .sites:
      model.sites.enumerated().flatMap { index, site in
        let (position, turn) = pose(ofBody: site.body, site.position, site.orientation)
        return axes(at: position, turn, length: meanSize, .site(index))
      }
    }
  }

  private func axes(
    at origin: Vector3, _ orientation: Quaternion, length: Double, _ source: Shape.Source
  ) -> [Shape] {
    let matrix = orientation.matrix
    let colored = [
      (matrix.xAxis, overlay(0.9, 0.2, 0.2)), (matrix.yAxis, overlay(0.2, 0.8, 0.2)),
      (matrix.zAxis, overlay(0.2, 0.3, 0.9)),
    ]
    return colored.map { axis, surface in
      .arrow(
        from: origin, to: origin + length * axis, radius: 0.05 * length, surface: surface,
        source: source)
    }
  }
}
