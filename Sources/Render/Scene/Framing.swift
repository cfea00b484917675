import Foundation
import IDQLPhysics

extension Camera {
  /// A camera that suits the model: it shows all of a maze from above, and any other robot from the
  /// side, tracking it.
  ///
  /// - Parameters:
  ///   - stage: the model in its first state.
  ///   - aspect: width of the picture over its height.
  public init(framing stage: Stage, aspect: Double = 16.0 / 9) {
    if stage.hasWalls, let course = stage.bounds(moving: false) {
      self.init(lookAt: course.center, azimuth: 90, elevation: -62)
      fit(course, share: 0.96, aspect: aspect)
    } else {
      self.init(following: stage, beside: stage.bounds(moving: false), aspect: aspect)
    }
  }

  /// A camera that tracks the robot from nearby, also in a maze.
  package init(following stage: Stage, aspect: Double = 16.0 / 9) {
    self.init(following: stage, beside: nil, aspect: aspect)
  }

  /// - Parameter scenery: what else is to be in the picture, such as the rail of a cart.
  private init(following stage: Stage, beside scenery: Box?, aspect: Double) {
    // beside walls, what else moves may be far away, as the ball of antsoccer
    guard let body = stage.model.bodies.firstIndex(where: { $0.weld != 0 }),
      var robot = stage.hasWalls ? stage.robotBounds : stage.bounds(moving: true)
    else {
      self.init()
      return
    }
    // room for leaning and for swinging legs
    let sway = 0.3 * robot.size.z
    robot.include(
      Box(
        lower: robot.center - Vector3(sway, sway, 0), upper: robot.center + Vector3(sway, sway, 0)))
    if let scenery { robot.include(scenery) }
    if stage.hasWalls {
      // steep, and from farther away, so that walls do not occlude the robot
      self.init(lookAt: robot.center, azimuth: 90, elevation: -58)
      fit(robot, share: 0.25, aspect: aspect)
    } else {
      self.init(
        lookAt: robot.center, azimuth: stage.isPlanar ? 104 : 125,
        elevation: stage.isPlanar ? -11 : -24)
      fit(robot, share: 0.62, aspect: aspect)
    }
    mode = .tracking(body: body)
    let mass = stage.centerOfMass(under: body)
    lookAt -= Vector3(mass.x, mass.y, 0)
  }

  /// Sets the distance at which a box fills at most a share of the picture.
  mutating func fit(_ box: Box, share: Double, aspect: Double) {
    let view = Camera(
      lookAt: .zero, distance: 1, azimuth: azimuth, elevation: elevation,
      verticalFieldOfView: verticalFieldOfView
    ).orbit(around: .zero)
    let reach = share * view.tangent
    distance =
      box.corners.map { corner in
        let offset = corner - lookAt
        return max(abs(offset.dot(view.right)) / aspect, abs(offset.dot(view.up))) / reach
          - offset.dot(view.forward)
      }.max() ?? distance
  }
}

/// An axis-aligned box in the world frame.
struct Box: Equatable {
  var lower: Vector3
  var upper: Vector3

  var center: Vector3 { 0.5 * (lower + upper) }
  var size: Vector3 { upper - lower }
  var corners: [Vector3] {
    [lower.x, upper.x].flatMap { x in
      [lower.y, upper.y].flatMap { y in [lower.z, upper.z].map { Vector3(x, y, $0) } }
    }
  }

  mutating func include(_ other: Box) {
    lower = Vector3(
      min(lower.x, other.lower.x), min(lower.y, other.lower.y), min(lower.z, other.lower.z))
    upper = Vector3(
      max(upper.x, other.upper.x), max(upper.y, other.upper.y), max(upper.z, other.upper.z))
  }
}

extension Shape {
  /// The smallest box that contains it; nil for a plane, which is infinite.
  var bounds: Box? {
    let axes = orientation.matrix
    func reach(_ x: Double, _ y: Double, _ z: Double) -> Vector3 {
      Vector3(
        abs(axes.xAxis.x) * x + abs(axes.yAxis.x) * y + abs(axes.zAxis.x) * z,
        abs(axes.xAxis.y) * x + abs(axes.yAxis.y) * y + abs(axes.zAxis.y) * z,
        abs(axes.xAxis.z) * x + abs(axes.yAxis.z) * y + abs(axes.zAxis.z) * z)
    }
    let half: Vector3
    switch kind {
    case .plane: return nil
    case .sphere: half = Vector3(size.x, size.x, size.x)
    case .capsule: half = reach(0, 0, size.y) + Vector3(size.x, size.x, size.x)
    case .ellipsoid, .box, .mesh: half = reach(size.x, size.y, size.z)
    case .cylinder: half = reach(size.x, size.x, size.y)
    case .arrow: half = reach(2 * size.x, 2 * size.x, size.z)
    }
    return Box(lower: position - half, upper: position + half)
  }
}

extension Stage {
  /// Bounding box of the geoms that move, or of those that do not, without planes; nil if there are
  /// none.
  func bounds(moving: Bool) -> Box? {
    bounds { (self.model.bodies[$0].weld != 0) == moving }
  }

  /// Bounding box of the first thing that moves, with all that hangs on it: the robot; nil if nothing
  /// moves.
  var robotBounds: Box? {
    guard let first = model.bodies.first(where: { $0.weld != 0 }) else { return nil }
    return bounds { self.model.bodies[$0].weld != 0 && self.model.bodies[$0].root == first.root }
  }

  private func bounds(of isMeant: (Int) -> Bool) -> Box? {
    var options = SceneOptions()
    options.geomGroups = Array(repeating: true, count: SceneOptions.groupCount)
    let boxes = geomShapes(options).filter { isMeant($0.body) }.compactMap(\.bounds)
    guard var all = boxes.first else { return nil }
    for box in boxes { all.include(box) }
    return all
  }

  /// Whether the static geoms are a maze, and not just an object beside the robot, or a rail under it.
  var hasWalls: Bool {
    guard let fixed = bounds(moving: false), let robot = robotBounds else { return false }
    return fixed.size.length > 2 * robot.size.length
      && min(fixed.size.x, fixed.size.y) > robot.size.length
  }

  /// Whether all motion is in the xz plane.
  var isPlanar: Bool {
    let joints = model.joints
    return !joints.isEmpty
      && joints.allSatisfy { joint in
        switch joint.kind {
        case .hinge: abs(joint.axis.y) > 0.999
        case .slide: abs(joint.axis.y) < 1e-3
        case .ball, .free: false
        }
      }
  }
}
