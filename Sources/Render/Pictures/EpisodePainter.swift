import Foundation
import IDQLPhysics

/// How episodes are seen in pictures.
public struct FilmSettings: Sendable {
  /// Where from; what is nil is as the view has it.
  public struct View: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
      /// What suits the model: see `Camera.init(framing:)`.
      case automatic
      /// The robot from near by, followed on its way.
      case following
      /// A camera of the model, by name.
      case named(String)
    }

    public var kind = Kind.automatic
    /// Degrees.
    public var azimuth: Double?
    public var elevation: Double?
    /// m.
    public var distance: Double?

    public init() {}
  }

  public var width = 1280
  public var height = 720
  public var view = View()
  public var options = SceneOptions()

  public init() {}
}

/// Draws moments of recorded episodes, without a window.
public final class EpisodePainter {
  public let settings: FilmSettings
  private let renderer: OffscreenRenderer
  private var episode: (recording: EpisodeRecording, stage: Stage, camera: Camera)?

  /// - Throws: `RenderError`.
  public init(_ settings: FilmSettings) throws(RenderError) {
    self.settings = settings
    renderer = try OffscreenRenderer(width: settings.width, height: settings.height)
  }

  /// What makes the pictures, for a reader.
  public var title: String { renderer.title }

  /// Of the last picture.
  public private(set) var shapeCount = 0

  /// The moment `seconds` after the beginning of the episode, or its last one.
  ///
  /// Only states are read from the recording: its episode goes on as if nobody had looked.
  /// - Throws: `RenderError`.
  public func picture(
    of recording: EpisodeRecording, at seconds: Double
  ) throws(RenderError) -> Picture {
    let (stage, camera) = try setting(for: recording)
    let place = max(0, seconds) / recording.frameDuration
    let number = min(Int(place), recording.lastFrame)
    let fraction = number == recording.lastFrame ? 0 : place - Double(number)
    stage.place(
      recording.shownState(at: number, fraction: fraction),
      control: recording.frame(number).control)
    let scene = Scene(
      stage, camera: camera, options: settings.options,
      decorations: Shape.marks(of: recording.environment))
    shapeCount = scene.shapes.count
    return try renderer.picture(of: scene)
  }

  /// One stage and one camera for all of an episode, chosen at its beginning.
  private func setting(
    for recording: EpisodeRecording
  ) throws(RenderError) -> (Stage, Camera) {
    if let episode, episode.recording === recording { return (episode.stage, episode.camera) }
    let stage = Stage(model: recording.environment.simulation.model)
    stage.place(recording.frame(recording.firstFrame).state)
    let camera = try settings.view.camera(
      on: stage, aspect: Double(settings.width) / Double(settings.height))
    episode = (recording, stage, camera)
    return (stage, camera)
  }
}

extension FilmSettings.View {
  /// - Throws: `RenderError.noCamera`.
  func camera(on stage: Stage, aspect: Double) throws(RenderError) -> Camera {
    var camera: Camera
    switch kind {
    case .automatic: camera = Camera(framing: stage, aspect: aspect)
    case .following: camera = Camera(following: stage, aspect: aspect)
    case .named(let name):
      let names = stage.model.visuals.cameras.map(\.name)
      guard let index = names.firstIndex(of: name) else {
        throw .noCamera(name, known: ["auto", "follow"] + names)
      }
      camera = Camera(mode: .fixed(index))
    }
    camera.azimuth = azimuth ?? camera.azimuth
    camera.elevation = elevation ?? camera.elevation
    camera.distance = distance ?? camera.distance
    return camera
  }
}
