import IDQLPhysics

/// A viewpoint in the form of the shaders.
struct View {
  var toClip: Matrix4
  var eye: Vector3
  var aspect: Double
  /// Points x with keep · (x, 1) ≥ 0 for all are drawn in a mirror image.
  var keep = Array(repeating: SIMD4<Float>(0, 0, 0, 1), count: 5)
  /// Factor of colours in a mirror image.
  var dim: Float = 1
  var isMirrorImage = false

  init(_ viewpoint: Viewpoint, _ aspect: Double) {
    toClip = viewpoint.matrix(aspect: aspect)
    eye = viewpoint.position
    self.aspect = aspect
  }

  /// The view from the mirrored eye, clipped to what is above the plane and seen through it.
  func mirrored(in plane: Shape) -> View {
    let axes = plane.orientation.matrix
    let normal = axes.zAxis
    let offset = normal.dot(plane.position)
    var view = self
    view.toClip = toClip * .reflection(normal: normal, offset: offset)
    view.eye = eye - (2 * (normal.dot(eye) - offset)) * normal
    view.dim = plane.surface.reflectance
    view.isMirrorImage = true
    func halfSpace(_ inward: Vector3, through point: Vector3) -> SIMD4<Float> {
      SIMD4(
        Float(inward.x), Float(inward.y), Float(inward.z), Float(-inward.dot(point)))
    }
    view.keep[0] = halfSpace(normal, through: plane.position)
    // the sides of the pyramid from the mirrored eye through the edges
    let (along, across) = ([axes.xAxis, axes.yAxis], [axes.yAxis, axes.xAxis])
    for (index, sign) in [(0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)] {
      let half = index == 0 ? plane.size.x : plane.size.y
      guard half > 0 else { continue }
      let edge = plane.position + (sign * half) * along[index] - view.eye
      let side = edge.cross(across[index]).normalized(or: normal)
      let inward = side.dot(along[index]) * sign < 0 ? side : -side
      view.keep[1 + 2 * index + (sign < 0 ? 1 : 0)] = halfSpace(inward, through: view.eye)
    }
    return view
  }
}
