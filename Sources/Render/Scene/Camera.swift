import Foundation
import IDQLPhysics

/// A camera on a sphere around a point, or one of the model's (MuJoCo `mjvCamera`).
public struct Camera: Equatable, Sendable {
  /// What the camera is fixed to (MuJoCo `mjtCamera`).
  package enum Mode: Hashable, Sendable {
    /// Nothing.
    case free
    /// Follows the centre of mass of a body's subtree along x and y, but not in height, so that a
    /// hopping robot is seen to hop.
    case tracking(body: Int)
    /// Index into `ModelVisuals.cameras`.
    case fixed(Int)
  }

  /// How a mouse drag moves the camera (MuJoCo `mjtMouse`).
  package enum Motion: Hashable, Sendable {
    /// Rotation around the point looked at.
    case orbit
    /// Translation of the point looked at in the vertical plane that faces the camera.
    case panVertically
    /// Translation of the point looked at in the horizontal plane.
    case panHorizontally
    case zoom
  }

  package var mode: Mode
  /// The point looked at, m, world frame; while tracking, x and y are relative to the centre of
  /// mass of the robot.
  public var lookAt: Vector3
  /// Distance of the camera from `lookAt`, m.
  public var distance: Double
  /// Horizontal direction of view, degrees: 0 looks along +x, 90 along +y.
  public var azimuth: Double
  /// Vertical direction of view, degrees: negative looks down.
  public var elevation: Double
  /// Angle between the lower and the upper edge of the picture, degrees.
  package var verticalFieldOfView: Double

  package init(
    mode: Mode = .free, lookAt: Vector3 = .zero, distance: Double = 4, azimuth: Double = 90,
    elevation: Double = -20, verticalFieldOfView: Double = 45
  ) {
    self.mode = mode
    self.lookAt = lookAt
    self.distance = distance
    self.azimuth = azimuth
    self.elevation = elevation
    self.verticalFieldOfView = verticalFieldOfView
  }

  /// Moves the camera by a mouse drag (MuJoCo `mjv_moveCamera`); one of the model's does not move.
  ///
  /// - Parameters:
  ///   - dx: motion of the mouse to the right, as a share of the window's height.
  ///   - dy: motion down, likewise.
  ///   - extent: size of the model, m, which scales the zoom.
  package mutating func move(_ motion: Motion, dx: Double, dy: Double, extent: Double) {
    if case .fixed = mode { return }
    switch motion {
    case .orbit:
      azimuth = (azimuth - 180 * dx).remainder(dividingBy: 360)
      elevation = min(max(elevation - 180 * dy, -89), 89)
    case .panVertically, .panHorizontally:
      // keeps the same point under the mouse
      let height = 2 * distance * tan(verticalFieldOfView * .pi / 360)
      let (sine, cosine) = (sin(azimuth * .pi / 180), cos(azimuth * .pi / 180))
      let right = Vector3(sine, -cosine, 0)
      let other =
        motion == .panVertically ? Vector3(0, 0, 1) : Vector3(cosine, sine, 0)
      lookAt += height * ((-dx) * right + dy * other)
    case .zoom:
      let step = log(1 + distance / extent / 3) * dy * 9 * extent
      distance = min(max(distance - step, 0.01 * extent), 100 * extent)
    }
  }

  /// Whether the model has the body or camera of `mode`.
  func isPossible(in model: Model) -> Bool {
    switch mode {
    case .free: true
    case .tracking(let body): model.bodies.indices.contains(body)
    case .fixed(let index): model.visuals.cameras.indices.contains(index)
    }
  }

  /// The viewpoint for the state placed on the stage.
  package func viewpoint(on stage: Stage) -> Viewpoint {
    if case .fixed(let index) = mode, stage.model.visuals.cameras.indices.contains(index) {
      return stage.viewpoint(ofCamera: index)
    }
    var center = lookAt
    if case .tracking(let body) = mode, stage.model.bodies.indices.contains(body) {
      let mass = stage.centerOfMass(under: body)
      center += Vector3(mass.x, mass.y, 0)
    }
    return orbit(around: center)
  }

  func orbit(around center: Vector3) -> Viewpoint {
    let (a, e) = (azimuth * .pi / 180, elevation * .pi / 180)
    let forward = Vector3(cos(e) * cos(a), cos(e) * sin(a), sin(e))
    return Viewpoint(
      position: center - distance * forward, forward: forward,
      up: Vector3(-sin(e) * cos(a), -sin(e) * sin(a), cos(e)),
      verticalFieldOfView: verticalFieldOfView, focus: distance)
  }
}
