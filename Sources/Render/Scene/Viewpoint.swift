import Foundation
import IDQLPhysics

/// The pose and field of view from which a picture is drawn (MuJoCo `mjvGLCamera`).
///
/// Coordinates in the picture are from -1 (left, bottom) to 1 (right, top). `aspect` is its width
/// over its height.
package struct Viewpoint: Equatable, Sendable {
  package var position: Vector3
  /// Unit vectors, orthogonal.
  package var forward: Vector3
  package var up: Vector3
  /// Degrees.
  package var verticalFieldOfView: Double
  /// Distance of the point looked at, m.
  package var focus: Double

  package init(
    position: Vector3, forward: Vector3, up: Vector3, verticalFieldOfView: Double = 45,
    focus: Double = 4
  ) {
    self.position = position
    self.forward = forward
    self.up = up
    self.verticalFieldOfView = verticalFieldOfView
    self.focus = focus
  }

  /// Distances of the clipping planes, m; nil for those that suit `focus`.
  var clipping: (near: Double, far: Double)? {
    get { nearAndFar.map { ($0.x, $0.y) } }
    set { nearAndFar = newValue.map { SIMD2($0.near, $0.far) } }
  }
  private var nearAndFar: SIMD2<Double>?
  package var near: Double { nearAndFar?.x ?? 0.01 * focus }
  package var far: Double { nearAndFar?.y ?? 200 * focus }
  package var right: Vector3 { forward.cross(up) }

  /// Half the visible height over its distance.
  package var tangent: Double { tan(verticalFieldOfView * .pi / 360) }

  /// The ray from the viewpoint through a point of the picture.
  package func ray(x: Double, y: Double, aspect: Double) -> Ray {
    let direction = forward + (tangent * aspect * x) * right + (tangent * y) * up
    return Ray(origin: position, direction: direction.normalized(or: forward))
  }

  /// The coordinates in the picture of a point of the world, and its depth, m; nil if it is behind
  /// the viewpoint.
  package func project(
    _ point: Vector3, aspect: Double
  ) -> (x: Double, y: Double, depth: Double)? {
    let offset = point - position
    let depth = offset.dot(forward)
    guard depth > 0 else { return nil }
    let height = tangent * depth
    return (offset.dot(right) / (height * aspect), offset.dot(up) / height, depth)
  }
}

extension Viewpoint {
  /// From world coordinates to OpenGL's clip coordinates.
  func matrix(aspect: Double) -> Matrix4 {
    let (r, u, f) = (right, up, forward)
    func row(_ axis: Vector3, _ scale: Double) -> SIMD4<Double> {
      SIMD4(scale * axis.x, scale * axis.y, scale * axis.z, -scale * axis.dot(position))
    }
    let depth = row(f, 1)
    let (n, m) = (near, far)
    let z = (m + n) / (m - n) * depth - SIMD4(0, 0, 0, 2 * m * n / (m - n))
    return Matrix4(rows: row(r, 1 / (tangent * aspect)), row(u, 1 / tangent), z, depth)
  }
}

/// A half line: from `origin` along the unit vector `direction`.
package struct Ray: Equatable, Sendable {
  package var origin: Vector3
  package var direction: Vector3

  package init(origin: Vector3, direction: Vector3) {
    self.origin = origin
    self.direction = direction
  }

  package func point(at distance: Double) -> Vector3 { origin + distance * direction }
}
