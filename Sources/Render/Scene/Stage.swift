import IDQLEnvs
import IDQLPhysics

/// A model that is placed in states in order to draw them.
///
/// It has a simulation of its own, so that drawing never affects the simulation that the states are
/// from. It must not be used by several threads at once.
public final class Stage {
  package let model: Model
  let simulation: Simulation
  /// Mean bounding radius of the moving geoms, m, which scales arrows and marks (MuJoCo
  /// `stat.meansize`).
  let meanSize: Double
  /// Mean mass of the bodies with mass, kg (MuJoCo `stat.meanmass`).
  let meanMass: Double
  /// Whether static planes are drawn without an edge, as they are for contacts.
  let hasEndlessGround: Bool
  /// Images of the model's textures, made when they are first asked for.
  private var images: [Int: TextureImage] = [:]
  /// The surfaces of the model's meshes and height fields, made when they are first asked for.
  private var meshes: [Int: TriangleSurface] = [:]
  private var heightFields: [Int: TriangleSurface] = [:]
  /// Poses of the model's cameras and lights in its initial configuration.
  private let cameraOffsets, lightOffsets: [MountOffset]
  /// Geoms that are drawn a little larger, see `geomsOverEqualEnds`.
  private(set) var coveringGeoms: Set<Int> = []

  /// Size of the bounding box of the moving geoms when it is first asked for, m, which scales the
  /// zoom (MuJoCo `stat.extent`).
  private(set) lazy var extent = max(
    (bounds(moving: true) ?? bounds(moving: false))?.size.length ?? 1, 1e-3)

  /// The model in its initial configuration, with planes of the size that they have in MuJoCo's pictures.
  public convenience init(model: Model) { self.init(model: model, hasEndlessGround: false) }

  /// The model of a task. Robots run far, so ground has no edge; a model alone is drawn as it is.
  package convenience init(of environment: any Environment) {
    self.init(
      model: environment.simulation.model, hasEndlessGround: !(environment is ModelEnvironment))
  }

  private init(model: Model, hasEndlessGround: Bool) {
    self.model = model
    self.hasEndlessGround = hasEndlessGround
    simulation = Simulation(model: model)
    let moving = model.geoms.filter { model.bodies[$0.body].weld != 0 && $0.shape != .plane }
    meanSize =
      moving.isEmpty
      ? 0.1 : moving.reduce(0) { $0 + $1.boundingRadius } / Double(moving.count)
    let heavy = model.bodies.filter { $0.mass > 0 }
    meanMass = heavy.isEmpty ? 1 : heavy.reduce(0) { $0 + $1.mass } / Double(heavy.count)
    simulation.reset(
      position: model.initialPosition, velocity: Array(repeating: 0, count: model.velocityCount))
    let bodies = StageBodies(simulation)
    cameraOffsets = model.visuals.cameras.map { MountOffset(Mount($0), bodies) }
    lightOffsets = model.visuals.lights.map { MountOffset(Mount($0), bodies) }
    coveringGeoms = geomsOverEqualEnds()
  }

  /// Computes the poses, contacts and forces of a state.
  ///
  /// - Parameters:
  ///   - state: position, velocity and the rest, with the lengths of the model's.
  ///   - control: of the actuators when the state was reached, on which contact forces depend; nil to
  ///     leave it as it is.
  public func place(_ state: State, control: [Double]? = nil) {
    if let control { simulation.control = control }
    simulation.state = state
  }

  /// The half sizes that a geom is drawn with.
  func drawnSize(ofGeom index: Int) -> Vector3 {
    let geom = model.geoms[index]
    let isGround = geom.shape == .plane && model.bodies[geom.body].weld == 0
    if isGround && hasEndlessGround { return .zero }
    return coveringGeoms.contains(index)
      ? Vector3(geom.size.x * Self.cover, geom.size.y, geom.size.z) : geom.size
  }

  /// - Returns: nil for a geom that is no mesh and no height field.
  func triangles(ofGeom index: Int) -> TriangleSurface? {
    let geom = model.geoms[index]
    if geom.mesh >= 0 {
      if let known = meshes[geom.mesh] { return known }
      let surface = TriangleSurface(model.meshes[geom.mesh])
      meshes[geom.mesh] = surface
      return surface
    }
    if geom.heightField >= 0 {
      if let known = heightFields[geom.heightField] { return known }
      let surface = TriangleSurface(model.heightFields[geom.heightField])
      heightFields[geom.heightField] = surface
      return surface
    }
    return nil
  }

  /// - Returns: nil for a texture that has none.
  func image(_ texture: Int) -> TextureImage? {
    if let image = images[texture] { return image }
    let image = TextureImage(model.visuals.textures[texture])
    images[texture] = image
    return image
  }

  package func frame(ofBody body: Int) -> BodyFrame { simulation.frame(ofBody: body) }
  package var contacts: [Contact] { simulation.contacts }
  /// Rows of the constraint problem: limits and contacts (MuJoCo `nefc`).
  package var rowCount: Int { simulation.constraints.count }

  /// A perturbation of a body, with no force yet.
  func perturbation(of body: Int, grip: Vector3) -> Perturbation {
    Perturbation(body: body, grip: grip, in: simulation)
  }

  /// Whether the body can be moved anywhere: whether the root of its tree has a free joint.
  func canPose(_ body: Int) -> Bool { freeJoint(above: body) != nil }

  private func freeJoint(above body: Int) -> Joint? {
    let root = model.bodies[model.bodies[body].root]
    guard root.jointCount > 0, model.joints[root.firstJoint].kind == .free else { return nil }
    return model.joints[root.firstJoint]
  }

  /// The placed state with the whole robot moved and turned so that the perturbed body is at the
  /// target (MuJoCo `mjv_applyPerturbPose`); nil if the robot has no free joint.
  func posed(by perturbation: Perturbation) -> State? {
    guard let joint = freeJoint(above: perturbation.body) else { return nil }
    var state = simulation.state
    let held = frame(ofBody: perturbation.body)
    let root = frame(ofBody: joint.body)
    var (position, orientation) = (root.origin, root.orientation)
    if let target = perturbation.target {
      position += target - (held.origin + held.rotation * perturbation.grip)
    }
    if let wanted = perturbation.orientation {
      let now = held.orientation * model.bodies[perturbation.body].inertialOrientation
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

  /// Of the subtree of a body (MuJoCo `subtree_com`), m; the body's origin if the subtree has no
  /// mass.
  package func centerOfMass(under top: Int) -> Vector3 {
    StageBodies(simulation).centerOfMass(under: top)
  }

  /// The world pose of an element given in the frame of a body.
  func pose(
    ofBody body: Int, _ position: Vector3, _ orientation: Quaternion
  ) -> (position: Vector3, orientation: Quaternion) {
    let frame = frame(ofBody: body)
    return (frame.origin + frame.rotation * position, frame.orientation * orientation)
  }

  /// The pose of a camera of the model in the placed state; it looks along -z, with y up (MuJoCo `cam_xpos`,
  /// `cam_xmat`).
  package func pose(ofCamera index: Int) -> (position: Vector3, axes: Matrix3) {
    Mount(model.visuals.cameras[index]).pose(cameraOffsets[index], StageBodies(simulation))
  }

  /// The place of a light of the model in the placed state, and where it shines, a unit vector (MuJoCo
  /// `light_xpos`, `light_xdir`).
  package func pose(ofLight index: Int) -> (position: Vector3, direction: Vector3) {
    let (position, axes) = Mount(model.visuals.lights[index]).pose(
      lightOffsets[index], StageBodies(simulation))
    return (position, -axes.zAxis)
  }

  func viewpoint(ofCamera index: Int) -> Viewpoint {
    let camera = model.visuals.cameras[index]
    let (position, axes) = pose(ofCamera: index)
    let focus = max((frame(ofBody: camera.body).origin - position).length, meanSize)
    return Viewpoint(
      position: position, forward: -axes.zAxis, up: axes.yAxis,
      verticalFieldOfView: camera.verticalFieldOfView, focus: focus)
  }
}
