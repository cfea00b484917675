import Foundation
import IDQLPhysics

/// Visualisations of model elements besides geoms; sizes and colours are MuJoCo's defaults.
extension Stage {
  func overlays(_ options: SceneOptions) -> [Shape] {
    var shapes: [Shape] = []
    if options[.joints] { shapes += jointShapes() }
    if options[.actuators] { shapes += actuatorShapes() }
    if options[.cameras] { shapes += cameraShapes() }
    if options[.lights] { shapes += lightArrows() }
    if options[.inertia] { shapes += inertiaBoxes(isScaled: options[.scaledInertia]) }
    if options[.centersOfMass] { shapes += centersOfMass() }
    if options[.contacts] { shapes += contactDiscs() }
    if options[.contactForces] { shapes += contactArrows(isSplit: options[.splitForces]) }
    if options[.connections] { shapes += connections() }
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

  /// In the world frame (MuJoCo `xanchor`, `xaxis`). The joints of a body act in succession, so the
  /// motions of those after this one are undone, starting from the body's present frame.
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
    // tendons are not drawn
    return model.actuators.enumerated().filter { $1.joint >= 0 }.map { index, actuator in
      let range = actuator.controlRange
      let limit = max(abs(range.lowerBound), abs(range.upperBound))
      let drive = Float(min(max(control[index] / (limit.isFinite ? limit : 1), -1), 1))
      let surface = overlay(
        0.5 + 0.5 * max(drive, 0), 0.5 - 0.4 * abs(drive), 0.5 + 0.5 * max(-drive, 0))
      return jointShape(actuator.joint, thickness: 0.13, surface, .actuator(index))
    }
  }

  /// A box for the body and a cylinder for the lens, in the direction of view.
  private func cameraShapes() -> [Shape] {
    model.visuals.cameras.indices.flatMap { index in
      let view = viewpoint(ofCamera: index)
      let turn = Quaternion(turningZOnto: view.forward)
      let surface = overlay(0.6, 0.9, 0.6)
      return [
        Shape(
          .box, at: view.position, orientation: turn,
          size: meanSize * Vector3(0.5, 0.5, 0.8), surface: surface, source: .camera(index),
          castsShadow: false),
        Shape(
          .cylinder, at: view.position + (1.1 * meanSize) * view.forward, orientation: turn,
          size: Vector3(0.35 * meanSize, 0.3 * meanSize, 0), surface: surface,
          source: .camera(index), castsShadow: false),
      ]
    }
  }

  /// From the position of a light, along its direction.
  private func lightArrows() -> [Shape] {
    model.visuals.lights.indices.map { index in
      let (position, direction) = pose(ofLight: index)
      return .arrow(
        from: position, to: position + (6 * meanSize) * direction, radius: 0.4 * meanSize,
        surface: overlay(0.9, 0.85, 0.3), source: .light(index))
    }
  }

  /// From each body's centre of mass to its joints, and on to the centre of mass of its parent.
  private func connections() -> [Shape] {
    model.bodies.indices.dropFirst().flatMap { index -> [Shape] in
      let body = model.bodies[index]
      guard body.weld != 0 else { return [] }
      let joints = body.firstJoint..<body.firstJoint + body.jointCount
      var points = [frame(ofBody: index).centerOfMass]
      points += joints.reversed().filter { model.joints[$0].kind != .free }
        .map { anchorAndAxis(ofJoint: $0).anchor }
      if model.bodies[body.parent].weld != 0 {
        points.append(frame(ofBody: body.parent).centerOfMass)
      }
      return zip(points, points.dropFirst()).map {
        .segment(
          from: $0, to: $1, radius: 0.1 * meanSize, surface: overlay(0.3, 0.3, 0.9),
          source: .body(index))
      }
    }
  }

  /// Density of water, kg/m³ (MuJoCo's default for geoms).
  private static let waterDensity = 1000.0

  /// Boxes of uniform density with the inertia of the bodies.
  ///
  /// - Parameter isScaled: scaled to the volume of water of the body's mass.
  private func inertiaBoxes(isScaled: Bool) -> [Shape] {
    model.bodies.indices.filter { model.bodies[$0].mass > 0 }.map { index in
      let body = model.bodies[index]
      let (position, orientation) = pose(
        ofBody: index, body.inertialPosition, body.inertialOrientation)
      // of a box with edges a, b, c: I_a = m (b² + c²) / 12
      let sum = body.inertia.x + body.inertia.y + body.inertia.z
      func halfEdge(_ moment: Double) -> Double {
        0.5 * max(0, 6 * (sum - 2 * moment) / body.mass).squareRoot()
      }
      var size = Vector3(
        halfEdge(body.inertia.x), halfEdge(body.inertia.y), halfEdge(body.inertia.z))
      let volume = 8 * size.x * size.y * size.z
      if isScaled, volume > 0 { size = cbrt(body.mass / (Self.waterDensity * volume)) * size }
      return Shape(
        .box, at: position, orientation: orientation, size: size,
        surface: overlay(0.8, 0.2, 0.2, 0.6), source: .body(index), body: index,
        castsShadow: false)
    }
  }

  /// One sphere for each kinematic tree.
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

  /// Contact forces on the second geom.
  ///
  /// - Parameter isSplit: into the normal and the tangential part.
  private func contactArrows(isSplit: Bool) -> [Shape] {
    contacts.enumerated().flatMap { index, contact -> [Shape] in
      guard let force = force(of: contact) else { return [] }
      let normal = force.dot(contact.normal) * contact.normal
      return (isSplit ? [normal, force - normal] : [force]).filter { $0.length > 0 }.map {
        forceArrow($0, at: contact.position, overlay(0.7, 0.9, 0.9), .contact(index))
      }
    }
  }

  /// Force on the second geom, N, world frame; nil if the contact has no constraint row.
  func force(of contact: Contact) -> Vector3? {
    contact.firstRow >= 0 ? simulation.forceOnSecondGeom(of: contact).linear : nil
  }

  /// 5 mm per newton for a mean mass of 1 kg.
  private func forceArrow(
    _ force: Vector3, at point: Vector3, _ surface: Surface, _ source: Shape.Source
  ) -> Shape {
    .arrow(
      from: point, to: point + (0.005 / meanMass) * force, radius: 0.1 * meanSize,
      surface: surface, source: source)
  }

  /// The force of a perturbation, at the centre of mass on which it acts.
  func perturbationArrows(_ perturbation: Perturbation) -> [Shape] {
    let force = perturbation.wrench(in: simulation).linear
    guard force.length > 0 else { return [] }
    let point = frame(ofBody: perturbation.body).centerOfMass
    return [forceArrow(force, at: point, overlay(1, 0.6, 0.2), .decoration)]
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
