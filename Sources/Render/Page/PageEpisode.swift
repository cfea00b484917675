import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLSpelling

/// A recorded episode as a page replays it: the scene once, the motion in whole numbers, rewards and values, and some of
/// the policy's decisions.
///
/// It is made from the same `Scene` that OpenGL draws, without OpenGL.
package struct PageEpisode: Sendable {
  /// Deflated, as base64.
  let data: String
  /// For a list of episodes: `episode 7: return 3210.5`.
  package let name: String
  /// Largest distance of a corner of a shape from where it was, in pixels of a picture 1080 high by the nearest of the
  /// cameras, at what it looks at.
  package let pixelError: Double

  /// A line below the picture.
  package struct Fact: Encodable, Sendable {
    var name: String
    var text: String

    package init(_ name: String, _ text: String) {
      self.name = name
      self.text = text.printable
    }
  }

  /// Half of a pixel: nothing that anybody sees.
  static let tolerance = 0.5
  /// Of a corner of a mesh in its own frame, pixels.
  static let detail = 0.1
  private static let height = 1080.0
  private static let aspect = 16.0 / 9

  private struct Header: Encodable {
    var title: String
    var facts: [Fact]
    var frames: Int
    /// Steps that were taken before the first frame.
    var firstStep: Int
    var frameDuration: Double
    var scene: PageScene
    /// Of each track the index of its parent, or -1.
    var parents: [Int]
    var positionUnit: Double
    var orientationUnit: Double
    var curves: [PageCurve]
    var decisions: PageDecisions?
  }

  /// - Parameters:
  ///   - recording: of one frame at least.
  ///   - settings: camera, and what is shown; its size does not matter.
  ///   - outcome: of the whole episode, where the recording was cut; nil for the recording's.
  ///   - facts: besides those that the recording gives.
  /// - Throws: `RenderError.noCamera`.
  package init(
    _ recording: EpisodeRecording, _ settings: FilmSettings = FilmSettings(),
    outcome: Episode? = nil, facts: [Fact] = []
  ) throws {
    let stage = Stage(of: recording.environment)
    let numbers = Array(recording.range)
    stage.place(recording.frame(numbers[0]).state, control: recording.frame(numbers[0]).control)
    let views = try Self.views(settings.view, on: stage)
    let scene = Scene(
      stage, camera: views[0].camera, options: settings.options,
      decorations: recording.marks)

    let bodies = stage.model.bodies.indices.filter { $0 != 0 && stage.model.bodies[$0].weld == $0 }
    var cast = Cast(stage, bodies: bodies, scene: scene, options: settings.options, views: views)
    for number in numbers {
      stage.place(recording.frame(number).state)
      cast.append(stage)
    }
    let pixel =
      cast.cameras.map { 2 * $0.distance * tan($0.fieldOfView * .pi / 360) }
      .min().map { $0 / Self.height } ?? 1e-3
    let motion = EpisodeMotion(
      cast.tracks, reach: cast.reach, tolerance: Self.tolerance * pixel)
    pixelError = motion.error / pixel
    let surfaces = cast.surfaces.map { PageSurface.packed($0, tolerance: Self.detail * pixel) }

    let (curves, curveChannels) = PageCurve.all(of: recording)
    let (decisions, decisionChannels) = PageDecisions.sampled(from: recording)
    let episode = outcome ?? recording.episode
    name =
      "episode \(recording.index)"
      + (episode.map {
        ": " + ($0.totalReward.map { "return \($0.text(decimals: 2))" } ?? "broken")
      } ?? "")
    var packed = try PackedData(
      Header(
        title: recording.environment.spec.id, facts: Self.facts(of: recording, episode) + facts,
        frames: numbers.count, firstStep: recording.frame(numbers[0]).stepCount,
        frameDuration: recording.frameDuration,
        scene: PageScene(
          scene, shapes: cast.shapes, surfaces: surfaces.map(\.header), cameras: cast.cameras),
        parents: motion.tracks.map { $0.parent ?? -1 },
        positionUnit: motion.positionUnit, orientationUnit: motion.orientationUnit,
        curves: curves, decisions: decisions))
    for channel in motion.channels { packed.add(channel: channel) }
    for center in cast.centers {
      packed.add(channel: center.map { Self.whole($0.x / motion.positionUnit) })
      packed.add(channel: center.map { Self.whole($0.y / motion.positionUnit) })
    }
    for channel in curveChannels + decisionChannels + surfaces.flatMap(\.channels) {
      packed.add(channel: channel)
    }
    data = packed.text
  }

  private static func whole(_ value: Double) -> Int {
    value.rounded().wholeNumber(in: -PackedData.limit...PackedData.limit)
  }

  /// The camera to begin with, then the others that there are, each with its name.
  private static func views(
    _ chosen: FilmSettings.View, on stage: Stage
  ) throws -> [(name: String, camera: Camera)] {
    var kinds: [(String, FilmSettings.View.Kind)] = [("follow", .following)]
    if stage.hasWalls { kinds.insert(("whole", .automatic), at: 0) }
    kinds += stage.model.visuals.cameras.map(\.name).filter { !$0.isEmpty }.map {
      ($0, .named($0))
    }
    let wanted = chosen.kind == .automatic && !stage.hasWalls ? .following : chosen.kind
    // refused by name if the model has none of it
    let first = (
      kinds.first { $0.1 == wanted }?.0 ?? "camera", try chosen.camera(on: stage, aspect: aspect)
    )
    return try [first]
      + kinds.filter { $0.1 != wanted }.map { name, kind in
        var view = FilmSettings.View()
        view.kind = kind
        return (name, try view.camera(on: stage, aspect: aspect))
      }
  }

  private static func facts(of recording: EpisodeRecording, _ outcome: Episode?) -> [Fact] {
    var facts = [
      Fact(
        "environment",
        "\(recording.environment.spec.id), physics \(recording.environment.spec.physics.name)")
    ]
    if case .policy(let policy) = recording.pilot {
      facts.append(Fact("policy", PolicyRecord(policy).line))
    }
    if let trajectory = recording.trajectory {
      return facts + [Fact("states", trajectory.text(duration: recording.duration))]
    }
    // each episode has a seed of its own
    facts.append(Fact("episode", "\(recording.index), reset seed \(recording.seed)"))
    guard let episode = outcome else { return facts }
    let ending =
      episode.isBroken
      ? "broken by a non-finite number"
      : episode.isTerminated ? "terminated" : "truncated by the time limit"
    facts.append(
      Fact(
        "outcome",
        (episode.totalReward.map { "return \($0.text(decimals: 2)), " } ?? "")
          + (episode.score.map { "score \($0.text(decimals: 2)), " } ?? "")
          + (episode.isSuccess.map { $0 ? "goal reached, " : "goal not reached, " } ?? "")
          + "\(episode.length) steps, \(ending)"))
    facts.append(Fact("hash", recording.hash))
    return facts
  }
}

/// What moves in a scene: bodies, cameras of the model, and points that cameras follow.
private struct Cast {
  private(set) var tracks: [EpisodeMotion.Track]
  /// Of each track, the corners of what is fixed to it.
  private(set) var reach: [[Vector3]]
  private(set) var shapes: [PageScene.PageShape] = []
  /// Of the meshes among the shapes, each once.
  private(set) var surfaces: [TriangleSurface] = []
  private(set) var cameras: [PageScene.PageCamera] = []
  /// Of each camera that follows, the points.
  private(set) var centers: [[Vector3]] = []

  private let bodies: [Int]
  /// Of each track of a camera its index in the model.
  private var fixed: [Int] = []
  private var followed: [Int] = []
  private let options: SceneOptions

  /// - Parameters:
  ///   - bodies: those that move, parents first.
  ///   - scene: of the state on the stage, with these options.
  init(
    _ stage: Stage, bodies: [Int], scene: Scene, options: SceneOptions,
    views: [(name: String, camera: Camera)]
  ) {
    self.bodies = bodies
    self.options = options
    let model = stage.model
    func track(of body: Int) -> Int? { bodies.firstIndex(of: model.bodies[body].weld) }
    tracks = bodies.map { EpisodeMotion.Track(parent: track(of: model.bodies[$0].parent)) }
    var reach = bodies.map { _ in [Vector3]() }
    // tendons change their length
    let rigid = scene.shapes.filter { if case .tendon = $0.source { false } else { true } }
    for shape in rigid {
      let world = EpisodeMotion.Pose(position: shape.position, orientation: shape.orientation)
      var local = shape
      let index = track(of: shape.body)
      if let index {
        let pose = world.relative(to: Cast.pose(stage, body: bodies[index]))
        (local.position, local.orientation) = (pose.position, pose.orientation)
        reach[index] += local.bounds?.corners ?? []
      }
      var entry = PageScene.PageShape(local, track: index)
      if let triangles = shape.triangles {
        entry.surface = surfaces.firstIndex { $0 === triangles } ?? surfaces.count
        if entry.surface == surfaces.count { surfaces.append(triangles) }
      }
      shapes.append(entry)
    }
    for (name, camera) in views {
      var entry = PageScene.PageCamera(
        name: name, lookAt: camera.lookAt.components, distance: camera.distance,
        azimuth: camera.azimuth, elevation: camera.elevation,
        fieldOfView: camera.verticalFieldOfView, follows: false)
      switch camera.mode {
      case .free: break
      case .tracking(let body):
        entry.follows = true
        followed.append(body)
        centers.append([])
      case .fixed(let index):
        let view = stage.viewpoint(ofCamera: index)
        (entry.distance, entry.fieldOfView) = (view.focus, view.verticalFieldOfView)
        entry.track = tracks.count
        fixed.append(index)
        // one that follows does not turn with its body
        let mount = model.visuals.cameras[index]
        tracks.append(
          EpisodeMotion.Track(parent: mount.tracking == .fixed ? track(of: mount.body) : nil))
        reach.append([.zero, Vector3(0, 0, -view.focus)])
      }
      cameras.append(entry)
    }
    for tendon in stage.tendons(options) {
      for step in tendon.steps {
        let points = Cast.points(of: step, stage)
        var shape = PageScene.PageShape(
          Shape(.capsule, at: .zero, size: Vector3(tendon.radius, 0, 0), surface: tendon.surface),
          track: nil)
        let first = tracks.count
        shape.tendon = PageScene.PageTendon(
          tracks: Array(first..<first + points.count), radius: step.wrap?.radius,
          isSphere: step.wrap?.isSphere)
        shapes.append(shape)
        for point in points {
          tracks.append(EpisodeMotion.Track(parent: point.body.flatMap { track(of: $0) }))
          reach.append([.zero])
        }
      }
    }
    self.reach = reach
  }

  /// Appends the state on the stage to every track.
  mutating func append(_ stage: Stage) {
    let world =
      bodies.map { Cast.pose(stage, body: $0) }
      + fixed.map { index in
        let view = stage.viewpoint(ofCamera: index)
        return EpisodeMotion.Pose(
          position: view.position,
          orientation: Quaternion(Matrix3(view.right, view.up, -view.forward)))
      }
      + stage.tendons(options).flatMap { tendon in
        tendon.steps.flatMap { Cast.points(of: $0, stage).map(\.pose) }
      }
    for index in tracks.indices {
      let parent = tracks[index].parent
      tracks[index].poses.append(
        parent.map { world[index].relative(to: world[$0]) } ?? world[index])
    }
    for (index, body) in followed.enumerated() {
      centers[index].append(stage.centerOfMass(under: body))
    }
  }

  /// The two ends of a step of a tendon, and of one that may touch a shape: the shape, and where it is touched, which is
  /// at the shape's centre while it is not. Each with the body that it is fixed to.
  private static func points(
    of step: Simulation.TendonStep, _ stage: Stage
  ) -> [(pose: EpisodeMotion.Pose, body: Int?)] {
    func fixed(_ position: Vector3, _ body: Int) -> (pose: EpisodeMotion.Pose, body: Int?) {
      (.init(position: position, orientation: stage.frame(ofBody: body).orientation), body)
    }
    let ends = [
      fixed(step.start.position, step.start.body), fixed(step.stop.position, step.stop.body),
    ]
    guard let wrap = step.wrap else { return ends }
    let touch = wrap.touch ?? (wrap.center, wrap.center)
    return ends + [
      (.init(position: wrap.center, orientation: Quaternion(wrap.axes)), wrap.body),
      (.init(position: touch.first, orientation: .identity), nil),
      (.init(position: touch.second, orientation: .identity), nil),
    ]
  }

  private static func pose(_ stage: Stage, body: Int) -> EpisodeMotion.Pose {
    let frame = stage.frame(ofBody: body)
    return EpisodeMotion.Pose(position: frame.origin, orientation: frame.orientation)
  }
}
