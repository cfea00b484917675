import Physics

/// A model put into given states to be looked at.
///
/// It has a simulation of its own: what is drawn never touches the one that makes the episode. It is
/// not for use by several threads at once.
public final class Stage {
  public let model: Model
  private let simulation: Simulation

  public init(model: Model) {
    self.model = model
    simulation = Simulation(model: model)
  }

  /// Puts everything where it is in a state, contacts and forces included.
  ///
  /// - Parameter control: as it was when the state was reached; it acts on contact forces alone.
  /// - Precondition: the arrays have the model's lengths.
  public func place(_ state: State, control: [Double]? = nil) {
    if let control { simulation.control = control }
    simulation.state = state
  }

  public func frame(ofBody body: Int) -> BodyFrame { simulation.frame(ofBody: body) }
  public var contacts: [Contact] { simulation.contacts }

  func viewpoint(ofCamera index: Int) -> Viewpoint {
    let camera = model.visuals.cameras[index]
    let frame = frame(ofBody: camera.body)
    let axes = frame.rotation * camera.orientation.matrix
    return Viewpoint(
      position: frame.origin + frame.rotation * camera.position, forward: -axes.zAxis,
      up: axes.yAxis, verticalFieldOfView: camera.verticalFieldOfView)
  }
}

extension Scene {
  /// What the stage shows now.
  public init(_ stage: Stage, camera: Camera, options: SceneOptions = SceneOptions()) {
    self.init(viewpoint: camera.viewpoint(on: stage))
    style.hasShadows = options[.shadows]
    style.hasReflections = options[.reflections]
    style.hasSky = options[.sky]
    style.hasHaze = options[.haze]
    style.isWireframe = options[.wireframe]
  }
}
