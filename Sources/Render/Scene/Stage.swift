import IDQLPhysics

/// A model put into given states to be looked at.
///
/// It has a simulation of its own: what is drawn never touches the one that makes the episode. It is
/// not for use by several threads at once.
public final class Stage {
  public let model: Model
  let simulation: Simulation
  /// Mean radius of the geoms that move, m: the measure of arrows and marks (MuJoCo `stat.meansize`).
  let meanSize: Double
  /// Mean mass of the bodies that have one, kg (MuJoCo `stat.meanmass`).
  let meanMass: Double

  /// How large what moves is where it stands when first asked, m: the measure of the zoom (MuJoCo
  /// `stat.extent`).
  private(set) lazy var extent = max(
    (bounds(moving: true) ?? bounds(moving: false))?.size.length ?? 1, 1e-3)

  /// In the model's initial configuration.
  public init(model: Model) {
    self.model = model
    simulation = Simulation(model: model)
    let moving = model.geoms.filter { model.bodies[$0.body].weld != 0 && $0.shape != .plane }
    meanSize =
      moving.isEmpty
      ? 0.1 : moving.reduce(0) { $0 + $1.boundingRadius } / Double(moving.count)
    let heavy = model.bodies.filter { $0.mass > 0 }
    meanMass = heavy.isEmpty ? 1 : heavy.reduce(0) { $0 + $1.mass } / Double(heavy.count)
  }

  /// Puts everything where it is in a state, contacts and forces included.
  ///
  /// - Parameter control: as it was when the state was reached; contact forces depend on it.
  /// - Precondition: the arrays have the model's lengths.
  public func place(_ state: State, control: [Double]? = nil) {
    if let control { simulation.control = control }
    simulation.state = state
  }

  public func frame(ofBody body: Int) -> BodyFrame { simulation.frame(ofBody: body) }
  public var contacts: [Contact] { simulation.contacts }
  /// Rows of the constraint problem: limits and contacts (MuJoCo `nefc`).
  public var rowCount: Int { simulation.constraints.count }

  /// A hand that takes hold of a body where it is.
  func perturbation(of body: Int, grip: Vector3) -> Perturbation {
    Perturbation(body: body, grip: grip, in: simulation)
  }

  /// Whether a hand can put the body anywhere: whether it hangs from a free joint.
  func canPose(_ body: Int) -> Bool { freeJoint(above: body) != nil }

  private func freeJoint(above body: Int) -> Joint? {
    let root = model.bodies[model.bodies[body].root]
    guard root.jointCount > 0, model.joints[root.firstJoint].kind == .free else { return nil }
    return model.joints[root.firstJoint]
  }

  /// The placed state with the whole robot moved and turned so that the held body is where the hand
  /// wants it (MuJoCo `mjv_applyPerturbPose`); nil if the robot is not free.
  func posed(by hand: Perturbation) -> State? {
    guard let joint = freeJoint(above: hand.body) else { return nil }
    var state = simulation.state
    let held = frame(ofBody: hand.body)
    let root = frame(ofBody: joint.body)
    var (position, orientation) = (root.origin, root.orientation)
    if let target = hand.target {
      position += target - (held.origin + held.rotation * hand.grip)
    }
    if let wanted = hand.orientation {
      let now = held.orientation * model.bodies[hand.body].inertialOrientation
      let turn = (wanted * now.conjugate).normalized
      position = held.centerOfMass + turn.rotate(position - held.centerOfMass)
      orientation = (turn * orientation).normalized
    }
    let first = joint.firstPosition
    let q = orientation
    let numbers = position.components + [q.w, q.x, q.y, q.z]
    state.position.replaceSubrange(first..<first + 7, with: numbers)
    return state
  }

  /// Of a body and all that hangs from it (MuJoCo `subtree_com`); its origin if that has no mass.
  public func centerOfMass(under top: Int) -> Vector3 {
    var isInside = Array(repeating: false, count: model.bodies.count)
    var (moment, mass) = (Vector3.zero, 0.0)
    for (index, body) in model.bodies.enumerated() where index >= top {
      isInside[index] = index == top || (index > 0 && isInside[body.parent])
      guard isInside[index] else { continue }
      moment += body.mass * frame(ofBody: index).centerOfMass
      mass += body.mass
    }
    return mass > 0 ? (1 / mass) * moment : frame(ofBody: top).origin
  }

  /// Where something fixed to a body is, in the world.
  func pose(
    ofBody body: Int, _ position: Vector3, _ orientation: Quaternion
  ) -> (position: Vector3, orientation: Quaternion) {
    let frame = frame(ofBody: body)
    return (frame.origin + frame.rotation * position, frame.orientation * orientation)
  }

  func viewpoint(ofCamera index: Int) -> Viewpoint {
    let camera = model.visuals.cameras[index]
    let (position, orientation) = pose(ofBody: camera.body, camera.position, camera.orientation)
    let axes = orientation.matrix
    let focus = max((frame(ofBody: camera.body).origin - position).length, meanSize)
    return Viewpoint(
      position: position, forward: -axes.zAxis, up: axes.yAxis,
      verticalFieldOfView: camera.verticalFieldOfView, focus: focus)
  }
}
