import Foundation
import IDQLPhysics

/// A camera as a hand moves it: on a sphere around a point, or fixed to the model (MuJoCo `mjvCamera`).
public struct Camera: Equatable, Sendable {
  public enum Mode: Hashable, Sendable {
    case free
    /// Follows the centre of mass of a body and all that hangs from it along x and y; the height
    /// stays, so that a hopping robot is seen to hop.
    case tracking(body: Int)
    /// Index into `ModelVisuals.cameras`.
    case fixed(Int)
  }

  /// What a drag of the mouse does (MuJoCo `mjtMouse`).
  public enum Motion: Hashable, Sendable {
    /// Around the point looked at.
    case orbit
    /// The point looked at, in the vertical plane that faces the camera.
    case panVertically
    /// The same in the horizontal plane.
    case panHorizontally
    case zoom
  }

  public var mode: Mode
  /// The point looked at, m; while tracking, x and y are relative to that centre of mass.
  public var lookAt: Vector3
  /// From there, m.
  public var distance: Double
  /// Degrees: 0 looks along +x, 90 along +y.
  public var azimuth: Double
  /// Degrees: negative looks down.
  public var elevation: Double
  /// Degrees.
  public var verticalFieldOfView: Double

  public init(
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

  /// Moves it as a drag of the mouse does (MuJoCo `mjv_moveCamera`). A fixed camera stays.
  ///
  /// - Parameters:
  ///   - dx: to the right, as a share of the window's height.
  ///   - dy: down, likewise.
  ///   - extent: size of what is looked at, m: the step of the zoom.
  public mutating func move(_ motion: Motion, dx: Double, dy: Double, extent: Double) {
    if case .fixed = mode { return }
    switch motion {
    case .orbit:
      azimuth = (azimuth - 180 * dx).remainder(dividingBy: 360)
      elevation = min(max(elevation - 180 * dy, -89), 89)
    case .panVertically, .panHorizontally:
      // the point under the mouse stays under it
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

  /// Whether the model has what it follows or is fixed to.
  func isPossible(in model: Model) -> Bool {
    switch mode {
    case .free: true
    case .tracking(let body): model.bodies.indices.contains(body)
    case .fixed(let index): model.visuals.cameras.indices.contains(index)
    }
  }

  /// Where it looks from, with the bodies where they are on the stage.
  public func viewpoint(on stage: Stage) -> Viewpoint {
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
