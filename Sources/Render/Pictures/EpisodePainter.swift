import Foundation
import IDQLPhysics
import IDQLSpelling

/// Size of the pictures of an episode, the camera and what is shown.
package struct FilmSettings: Sendable {
  /// The camera; what is nil is left as `kind` has it.
  package struct View: Equatable, Sendable {
    /// The camera to begin with.
    package enum Kind: Equatable, Sendable {
      /// One that suits the model: see `Camera.init(framing:)`.
      case automatic
      /// One that tracks the robot from nearby.
      case following
      /// A camera of the model, by name.
      case named(String)
    }

    package var kind = Kind.automatic
    /// Degrees.
    package var azimuth: Double?
    package var elevation: Double?
    /// m.
    package var distance: Double?
    /// What a camera that stands still looks at, m, world frame; nil for one that suits the model.
    package var lookAt: Vector3?

    package init() {}

    /// Where the camera stands and what it looks at, m, world frame.
    package mutating func stand(at position: Vector3, lookingAt point: Vector3) {
      let way = point - position
      lookAt = point
      distance = way.length
      azimuth = atan2(way.y, way.x) * 180 / .pi
      elevation = atan2(way.z, (way.x * way.x + way.y * way.y).squareRoot()) * 180 / .pi
    }
  }

  package var width = 1280
  package var height = 720
  package var view = View()
  package var options = SceneOptions()
  /// Whether what no shape covers is transparent.
  package var isCutOut = false

  package init() {}
}

/// Draws recorded episodes, without a window.
public final class EpisodePainter {
  package let settings: FilmSettings
  private let panels: FilmPanels?
  private let renderer: OffscreenRenderer
  private var ghostStage: Stage?
  private var episode: (recording: EpisodeRecording, stage: Stage, camera: Camera)?

  /// Pictures of an episode by a camera that suits the model: it shows all of a maze, and tracks
  /// any other robot.
  ///
  /// - Parameters:
  ///   - width: of the pictures, pixels.
  ///   - height: of the pictures, pixels.
  /// - Throws: `RenderError` if there is no OpenGL 3.3, or it cannot draw pictures of that size.
  public convenience init(width: Int, height: Int) throws(RenderError) {
    var settings = FilmSettings()
    (settings.width, settings.height) = (width, height)
    try self.init(settings)
  }

  /// - Parameter panels: for pictures of that size; nil for the scene alone.
  /// - Throws: `RenderError`.
  package init(_ settings: FilmSettings, panels: FilmPanels? = nil) throws(RenderError) {
    self.settings = settings
    self.panels = panels
    let scene = panels?.layout
    renderer = try OffscreenRenderer(
      width: scene?.sceneWidth ?? settings.width, height: scene?.sceneHeight ?? settings.height)
  }

  /// The part of a picture that shows the scene.
  package var sceneArea: PanelArea {
    panels?.sceneArea
      ?? PanelArea(x: 0, y: 0, width: Float(settings.width), height: Float(settings.height))
  }

  /// Name of the device that draws the pictures.
  package var title: String { renderer.title }

  /// Number of shapes in the last picture.
  package private(set) var shapeCount = 0

  /// The episode at a time, s, after its beginning, or at its last frame if that is earlier.
  /// Between two frames positions are interpolated.
  ///
  /// Only states are read from the recording; the episode is not affected.
  /// - Throws: `RenderError`.
  public func picture(
    of recording: EpisodeRecording, at seconds: Double
  ) throws(RenderError) -> Picture {
    try scene(of: recording, at: moment(seconds, of: recording))
  }

  /// The same with the panels, and with a branch as a second, blue robot.
  ///
  /// - Throws: `RenderError`; what making an environment throws.
  package func wholePicture(
    of recording: EpisodeRecording, at seconds: Double, branch: WhatIf? = nil
  ) throws -> Picture {
    let moment = moment(seconds, of: recording)
    let (_, camera) = try setting(for: recording)
    let other = branch.map { ghost(of: $0, at: seconds) } ?? []
    guard let panels else { return try scene(of: recording, at: moment, adding: other) }
    let futures = try panels.shapes(of: recording, at: moment.frame, distance: camera.distance)
    return try panels.picture(
      of: recording, at: moment.frame,
      scene: scene(of: recording, at: moment, adding: other + futures))
  }

  private func ghost(of branch: WhatIf, at seconds: Double) -> [Shape] {
    guard let (state, control) = branch.shownState(at: seconds) else { return [] }
    let stage = ghostStage ?? Stage(model: branch.recording.environment.simulation.model)
    ghostStage = stage
    stage.place(state, control: control)
    return stage.ghost(color: WhatIf.color)
  }

  private typealias Moment = (frame: Int, fraction: Double)

  private func moment(_ seconds: Double, of recording: EpisodeRecording) -> Moment {
    let position = max(0, seconds) / recording.frameDuration
    let number = position.wholeNumber(in: 0...recording.lastFrame)
    return (number, number == recording.lastFrame ? 0 : position - Double(number))
  }

  private func scene(
    of recording: EpisodeRecording, at moment: Moment, adding shapes: [Shape] = []
  ) throws(RenderError) -> Picture {
    let (stage, camera) = try setting(for: recording)
    stage.place(
      recording.shownState(at: moment.frame, fraction: moment.fraction),
      control: recording.frame(moment.frame).control)
    var scene = Scene(
      stage, camera: camera, options: settings.options,
      decorations: recording.marks + shapes)
    scene.style.isCutOut = settings.isCutOut
    shapeCount = scene.shapes.count
    return try renderer.picture(of: scene)
  }

  /// The stage and the camera of an episode, which are made for its first picture.
  private func setting(
    for recording: EpisodeRecording
  ) throws(RenderError) -> (Stage, Camera) {
    if let episode, episode.recording === recording { return (episode.stage, episode.camera) }
    let stage = Stage(of: recording.environment)
    stage.place(recording.frame(recording.firstFrame).state)
    let camera = try settings.view.camera(
      on: stage, aspect: Double(sceneArea.width / sceneArea.height))
    episode = (recording, stage, camera)
    return (stage, camera)
  }
}

extension FilmSettings.View {
  /// - Throws: `RenderError.noCamera`.
  package func camera(on stage: Stage, aspect: Double) throws(RenderError) -> Camera {
    var camera: Camera
    switch kind {
    case .automatic: camera = Camera(framing: stage, aspect: aspect)
    case .following: camera = Camera(following: stage, aspect: aspect)
    case .named(let name):
      let names = stage.model.visuals.cameras.map(\.name)
      guard let index = names.firstIndex(of: name) else {
        throw RenderError(.noCamera(name, known: ["auto", "follow"] + names))
      }
      camera = Camera(mode: .fixed(index))
    }
    if let lookAt { (camera.mode, camera.lookAt) = (.free, lookAt) }
    camera.azimuth = azimuth ?? camera.azimuth
    camera.elevation = elevation ?? camera.elevation
    camera.distance = distance ?? camera.distance
    return camera
  }
}
