import IDQLPhysics

/// How a camera or a light of the model is mounted (MuJoCo `mj_camlight`): it looks along -z.
struct Mount {
  let body: Int
  let tracking: ModelVisuals.Tracking
  /// -1 for none.
  let target: Int
  /// In the frame of the body.
  let position: Vector3
  let orientation: Quaternion

  init(_ camera: ModelVisuals.Camera) {
    (body, tracking, target) = (camera.body, camera.tracking, camera.target)
    (position, orientation) = (camera.position, camera.orientation)
  }

  init(_ light: ModelVisuals.Light) {
    (body, tracking, target) = (light.body, light.tracking, light.target)
    position = light.position
    let back = -light.direction
    orientation = Quaternion(turningZOnto: back.normalized(or: Vector3(0, 0, 1)))
  }

  func fixedPose(_ bodies: StageBodies) -> (position: Vector3, axes: Matrix3) {
    let frame = bodies.frame(body)
    return (frame.origin + frame.rotation * position, frame.rotation * orientation.matrix)
  }

  /// The pose in the world.
  func pose(_ offset: MountOffset, _ bodies: StageBodies) -> (position: Vector3, axes: Matrix3) {
    switch tracking {
    case .fixed: fixedPose(bodies)
    case .track: (bodies.frame(body).origin + offset.fromOrigin, offset.axes)
    case .trackcom: (bodies.centerOfMass(under: body) + offset.fromCenter, offset.axes)
    case .targetbody, .targetbodycom:
      turned(
        fixedPose(bodies),
        to: target < 0
          ? nil
          : tracking == .targetbody
            ? bodies.frame(target).origin : bodies.centerOfMass(under: target))
    }
  }

  /// Upright, and turned to a point.
  private func turned(
    _ pose: (position: Vector3, axes: Matrix3), to point: Vector3?
  ) -> (position: Vector3, axes: Matrix3) {
    guard let point else { return pose }
    let up = Vector3(0, 0, 1)
    let z = (pose.position - point).normalized(or: up)
    // looking straight down, right is x
    let x = up.cross(z).normalized(or: Vector3(1, 0, 0))
    return (pose.position, Matrix3(x, z.cross(x), z))
  }
}

/// What a mount that follows keeps: its pose in the initial configuration.
struct MountOffset {
  /// From the origin of its body, and from the centre of mass of the body's subtree (of the target's if it has
  /// one); m, world axes (MuJoCo `cam_pos0`, `cam_poscom0`).
  let fromOrigin, fromCenter: Vector3
  /// MuJoCo `cam_mat0`.
  let axes: Matrix3

  /// - Parameter bodies: in the initial configuration.
  init(_ mount: Mount, _ bodies: StageBodies) {
    let (position, axes) = mount.fixedPose(bodies)
    fromOrigin = position - bodies.frame(mount.body).origin
    fromCenter =
      position - bodies.centerOfMass(under: mount.target < 0 ? mount.body : mount.target)
    self.axes = axes
  }
}

/// Where the bodies of a simulation are.
struct StageBodies {
  private let simulation: Simulation

  init(_ simulation: Simulation) { self.simulation = simulation }

  func frame(_ body: Int) -> BodyFrame { simulation.frame(ofBody: body) }

  /// Of the subtree of a body, m; the body's origin if the subtree has no mass.
  func centerOfMass(under top: Int) -> Vector3 {
    let model = simulation.model
    var isInside = Array(repeating: false, count: model.bodies.count)
    var (moment, mass) = (Vector3.zero, 0.0)
    for (index, body) in model.bodies.enumerated() where index >= top {
      isInside[index] = index == top || (index > 0 && isInside[body.parent])
      guard isInside[index] else { continue }
      moment += body.mass * frame(index).centerOfMass
      mass += body.mass
    }
    return mass > 0 ? (1 / mass) * moment : frame(top).origin
  }
}
