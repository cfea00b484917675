/// Frames that are so near to another one of their body that MuJoCo computes one for both (MuJoCo
/// `body_sameframe`, `geom_sameframe`, `site_sameframe`).
extension Model {
  /// The model as it moves. Where the profile has `sharesNearFrames`, the inertial frame of a body takes
  /// orientation and position from the body's frame if it is near, and geoms and sites take theirs from
  /// the body's frame or else from its inertial frame.
  var withSharedFrames: Model {
    if !profile.sharesNearFrames { return self }
    var model = self
    for index in bodies.indices {
      let own = NearFrame(bodies[index])
      let shared = own.shared(with: [(.body, .body)])
      if shared != own {
        model.bodies[index].inertialPosition = shared.position
        model.bodies[index].inertialOrientation = shared.orientation
      }
    }
    let frames = bodies.indices.map { index -> [(compared: NearFrame, taken: NearFrame)] in
      [(.body, .body), (NearFrame(bodies[index]), NearFrame(model.bodies[index]))]
    }
    for (index, geom) in geoms.enumerated() {
      let own = NearFrame(position: geom.position, orientation: geom.orientation)
      let shared = own.shared(with: frames[geom.body])
      if shared != own {
        model.geoms[index].position = shared.position
        model.geoms[index].orientation = shared.orientation
      }
    }
    for (index, site) in sites.enumerated() {
      let own = NearFrame(position: site.position, orientation: site.orientation)
      let shared = own.shared(with: frames[site.body])
      if shared != own {
        model.sites[index].position = shared.position
        model.sites[index].orientation = shared.orientation
      }
    }
    return model
  }
}

extension Body {
  /// Whether frame and inertial frame are one.
  func isCentered(_ profile: PhysicsProfile) -> Bool {
    let inertial = NearFrame(self)
    return profile.sharesNearFrames ? inertial.isNear(.body) : inertial == .body
  }
}

/// A pose in the frame of a body.
private struct NearFrame: Equatable {
  var position: Vector3
  var orientation: Quaternion

  static let body = NearFrame(position: .zero, orientation: .identity)

  init(position: Vector3, orientation: Quaternion) {
    (self.position, self.orientation) = (position, orientation)
  }

  /// The inertial frame.
  init(_ body: Body) {
    self.init(position: body.inertialPosition, orientation: body.inertialOrientation)
  }

  func isNear(_ other: NearFrame) -> Bool {
    Self.areNear(position, other.position) && Self.areNear(orientation, other.orientation)
  }

  /// The orientation of the first frame with a near one, and its position if that is near too. What
  /// differs by rounding only stays as it is.
  func shared(with frames: [(compared: NearFrame, taken: NearFrame)]) -> NearFrame {
    var result = self
    for (compared, taken) in frames where Self.areNear(orientation, compared.orientation) {
      if !Self.areNear(orientation, taken.orientation, within: Self.rounding) {
        result.orientation = taken.orientation
      }
      if Self.areNear(position, compared.position),
        !Self.areNear(position, taken.position, within: Self.rounding)
      {
        result.position = taken.position
      }
      break
    }
    return result
  }

  /// MuJoCo's `kFrameEps`, m, and in components of quaternions.
  private static let distance = 1e-6
  private static let rounding = 1e-13

  private static func areNear(
    _ a: Vector3, _ b: Vector3, within distance: Double = distance
  ) -> Bool {
    let difference = a - b
    return max(abs(difference.x), abs(difference.y), abs(difference.z)) < distance
  }

  /// Also as the same rotation of the opposite sign.
  private static func areNear(
    _ a: Quaternion, _ b: Quaternion, within distance: Double = distance
  ) -> Bool {
    [1.0, -1.0].contains { sign in
      max(
        abs(a.w - sign * b.w), abs(a.x - sign * b.x), abs(a.y - sign * b.y), abs(a.z - sign * b.z))
        < distance
    }
  }
}
