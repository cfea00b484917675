import Foundation
import IDQLPhysics

/// Where a picture is seen from: a position, a right-handed frame and a field of view.
///
/// Places in the picture run from -1 (left, bottom) to 1 (right, top). `aspect` is its width over its
/// height.
public struct Viewpoint: Equatable, Sendable {
  public var position: Vector3
  /// Unit vectors, orthogonal.
  public var forward: Vector3
  public var up: Vector3
  /// Degrees.
  public var verticalFieldOfView: Double
  /// How far away what is looked at is, m.
  public var focus: Double

  public init(
    position: Vector3, forward: Vector3, up: Vector3, verticalFieldOfView: Double = 45,
    focus: Double = 4
  ) {
    self.position = position
    self.forward = forward
    self.up = up
    self.verticalFieldOfView = verticalFieldOfView
    self.focus = focus
  }

  /// What is nearer or farther is not drawn, m.
  public var near: Double { 0.01 * focus }
  public var far: Double { 200 * focus }
  public var right: Vector3 { forward.cross(up) }

  /// Half the height of what is seen, over its distance.
  public var tangent: Double { tan(verticalFieldOfView * .pi / 360) }

  /// From here through a place in the picture.
  public func ray(x: Double, y: Double, aspect: Double) -> Ray {
    let direction = forward + (tangent * aspect * x) * right + (tangent * y) * up
    return Ray(origin: position, direction: direction.normalized(or: forward))
  }

  /// Where in the picture a point of the world appears, and how far in front of the eye; nil if it is
  /// behind.
  public func project(
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
  /// From world coordinates to OpenGL's clip coordinates, in the order of columns.
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
public struct Ray: Equatable, Sendable {
  public var origin: Vector3
  public var direction: Vector3

  public init(origin: Vector3, direction: Vector3) {
    self.origin = origin
    self.direction = direction
  }

  public func point(at distance: Double) -> Vector3 { origin + distance * direction }
}
