import Foundation
import Physics

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
  /// What is nearer or farther is not drawn, m.
  public var near: Double
  public var far: Double

  public init(
    position: Vector3, forward: Vector3, up: Vector3, verticalFieldOfView: Double = 45,
    near: Double = 0.01, far: Double = 1000
  ) {
    self.position = position
    self.forward = forward
    self.up = up
    self.verticalFieldOfView = verticalFieldOfView
    self.near = near
    self.far = far
  }

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
