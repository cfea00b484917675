/// Position and orientation of a body in the world frame.
public struct BodyFrame: Equatable, Sendable {
  /// Origin of the body's frame, m (MuJoCo `xpos`).
  public var origin: Vector3
  /// Axes of the body's frame (MuJoCo `xquat`).
  public var orientation: Quaternion
  /// `orientation` as a matrix (MuJoCo `xmat`).
  public var rotation: Matrix3
  /// Centre of mass, m (MuJoCo `xipos`).
  public var centerOfMass: Vector3

  static let identity = BodyFrame(
    origin: .zero, orientation: .identity, rotation: .identity, centerOfMass: .zero)
}

/// Position and axis of a colliding geom in the world frame.
package struct GeomFrame {
  /// MuJoCo `geom_xpos`.
  package var center: Vector3
  /// Its local +z: the normal of a plane, the axis of a capsule.
  package var axis: Vector3

  package init(center: Vector3, axis: Vector3) {
    self.center = center
    self.axis = axis
  }
}

/// Computes the frame of every moving body from the positions of its joints, and the motion of a
/// unit velocity of each degree of freedom (MuJoCo `mj_kinematics` and the axes of `mj_comPos`).
///
/// | Argument   | Shape         | Meaning                                                        |
/// |------------|---------------|----------------------------------------------------------------|
/// | `position` | positionCount | generalized positions, `qpos`; quaternions of any length       |
/// | `frames`   | bodyCount     | out                                                            |
/// | `axes`     | dofCount      | out: unit motions at the origin of the tree's root, world axes |
///
/// The joints of a body act in order, each in the frame that results from those before it.
@inline(__always)
func computeBodyFrames(
  _ m: ModelPointers, position: UnsafePointer<Real>,
  frames: UnsafeMutablePointer<BodyFrame>, axes: UnsafeMutablePointer<SpatialVector>
) {
  for index in 0..<m.movingBodyCount {
    let b = m.movingBodies[index]
    let body = m.bodies + b
    let parent = frames + body.pointee.parent
    let firstJoint = m.joints + body.pointee.firstJoint
    let jointCount = body.pointee.jointCount

    var origin: Vector3
    var orientation = parent.pointee.orientation
    var rotation = parent.pointee.rotation
    if jointCount == 1, firstJoint.pointee.kind == .free {
      let q = position + firstJoint.pointee.firstPosition
      origin = Vector3(q[0], q[1], q[2])
      orientation = Quaternion(q[3], q[4], q[5], q[6]).normalized
      rotation = orientation.matrix
    } else {
      origin = parent.pointee.origin + rotation * body.pointee.position
      if body.pointee.orientation.w != 1 {
        orientation = orientation * body.pointee.orientation
        rotation = orientation.matrix
      }
    }

    // `linear` holds the anchor for now: the reference point, the root's origin, is not known yet
    for j in 0..<jointCount {
      let joint = firstJoint + j
      let q = position + joint.pointee.firstPosition
      let axis = axes + joint.pointee.firstDegreeOfFreedom
      switch joint.pointee.kind {
      case .slide:
        let direction = rotation * joint.pointee.axis
        let shift = q[0] - m.initialPosition[joint.pointee.firstPosition]
        origin += shift * direction
        axis[0] = SpatialVector(angular: .zero, linear: direction)
      case .hinge:
        let isAtOrigin = joint.pointee.anchor == .zero
        let anchor = isAtOrigin ? origin : origin + rotation * joint.pointee.anchor
        let angle = q[0] - m.initialPosition[joint.pointee.firstPosition]
        axis[0] = SpatialVector(angular: rotation * joint.pointee.axis, linear: anchor)
        orientation = orientation * Quaternion(axis: joint.pointee.axis, angle: angle)
        rotation = orientation.matrix
        if !isAtOrigin { origin = anchor - rotation * joint.pointee.anchor }
      case .ball:
        let anchor = origin + rotation * joint.pointee.anchor
        orientation = orientation * Quaternion(q[0], q[1], q[2], q[3]).normalized
        rotation = orientation.matrix
        origin = anchor - rotation * joint.pointee.anchor
        axis[0] = SpatialVector(angular: rotation.xAxis, linear: anchor)
        axis[1] = SpatialVector(angular: rotation.yAxis, linear: anchor)
        axis[2] = SpatialVector(angular: rotation.zAxis, linear: anchor)
      case .free:
        axis[0] = SpatialVector(angular: .zero, linear: Vector3(1, 0, 0))
        axis[1] = SpatialVector(angular: .zero, linear: Vector3(0, 1, 0))
        axis[2] = SpatialVector(angular: .zero, linear: Vector3(0, 0, 1))
        axis[3] = SpatialVector(angular: rotation.xAxis, linear: origin)
        axis[4] = SpatialVector(angular: rotation.yAxis, linear: origin)
        axis[5] = SpatialVector(angular: rotation.zAxis, linear: origin)
      }
    }

    frames[b] = BodyFrame(
      origin: origin, orientation: orientation, rotation: rotation,
      centerOfMass: origin + rotation * body.pointee.inertialPosition)

    // a rotation about an anchor moves the reference point: v = a × (reference - anchor)
    let reference = frames[body.pointee.root].origin
    for j in 0..<jointCount {
      for d in firstJoint[j].rotations {
        axes[d].linear = axes[d].angular.cross(reference - axes[d].linear)
      }
    }
  }
}

/// Computes the frames of moving geoms that can collide (MuJoCo `geom_xpos`, last column of
/// `geom_xmat`).
@inline(__always)
func computeGeomFrames(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>, geomFrames: UnsafeMutablePointer<GeomFrame>
) {
  for index in 0..<m.movingGeomCount {
    let g = m.movingGeoms[index]
    let frame = frames + m.geoms[g].body
    geomFrames[g] = GeomFrame(
      center: frame.pointee.origin + frame.pointee.rotation * m.geoms[g].position,
      axis: frame.pointee.rotation * m.geomAxes[g])
  }
}
