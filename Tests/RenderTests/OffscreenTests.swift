import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

/// These need an OpenGL library and fail without one: Scripts/install-packages installs Mesa's.
@Suite(.serialized) struct OffscreenTests {
  static func scene(_ id: String, steps: Int = 30) throws -> Scene {
    let environment = try movedEnvironment(id, steps: steps)
    let stage = stage(of: environment)
    return Scene(
      stage, camera: Camera(framing: stage), decorations: Shape.marks(of: environment))
  }

  static let goldens = ["Hopper-v4", "HalfCheetah-v4", "Ant-v4", "antmaze-umaze-v2"]

  /// Pictures by llvmpipe 15 on x86-64. Another driver may place samples and round otherwise, which
  /// moves edges by less than a pixel.
  ///
  /// The limit 0.7: OSMesa's pictures are within 0.1 of EGL's, and an eye that moved by 2 mm makes less
  /// than it, while the smallest fault below, the hopper's shadow gone, makes 0.85.
  static let limit = 0.7

  @Test(arguments: goldens) func looksAsRecorded(_ id: String) throws {
    let renderer = try OffscreenRenderer(width: 320, height: 180)
    let picture = try renderer.picture(of: Self.scene(id))
    // to be looked at, and to take the place of the recorded ones when they are meant to change
    if let folder = ProcessInfo.processInfo.environment["IDQL_KEEP_PICTURES"] {
      try picture.writePNG(to: "\(folder)/\(id).png")
    }
    let golden = try Picture(contentsOf: goldenPath("\(id).png"))
    let distance = picture.perceptualDistance(to: golden)
    #expect(distance < Self.limit)
  }

  /// The limit is one that wrong pictures do not pass.
  @Test(arguments: goldens) func wrongPicturesAreFarAway(_ id: String) throws {
    let renderer = try OffscreenRenderer(width: 320, height: 180)
    let scene = try Self.scene(id)
    let right = try renderer.picture(of: scene)
    func distance(_ change: (inout Scene) -> Void) throws -> Double {
      var other = scene
      change(&other)
      return try renderer.picture(of: other).perceptualDistance(to: right)
    }
    let shadowless = try distance { $0.style.hasShadows = false }
    #expect(shadowless > Self.limit)
    #expect(try distance { $0.style.isWireframe = true } > Self.limit)
    #expect(try distance { $0.shapes.removeAll { $0.kind == .plane } } > Self.limit)
    let moving = id.hasPrefix("antmaze") ? Shape.Kind.box : .capsule
    #expect(try distance { $0.shapes.removeAll { $0.kind == moving } } > 2 * Self.limit)
    #expect(
      try distance {
        for i in $0.shapes.indices where $0.shapes[i].kind == moving {
          $0.shapes[i].surface.color = SIMD4(0, 0.6, 0, 1)
        }
      } > 2 * Self.limit)
    // but one that hardly differs is near
    #expect(try distance { $0.viewpoint.position.x += 0.002 } < Self.limit)
  }

  /// MuJoCo's sigmoid of the elevation, which the shader approximates, at every pixel of five views.
  @Test(arguments: [-80.0, -30, 0, 40, 88]) func theSkysGradientIsTheSigmoid(_ elevation: Double)
    throws
  {
    let camera = Camera(lookAt: .zero, distance: 3, azimuth: 20, elevation: elevation)
    let stage = Stage(model: try Fixture.model())
    var scene = Scene(stage, camera: camera)
    scene.shapes = []
    scene.sky.isGradient = true
    (scene.sky.upper, scene.sky.lower) = (SIMD3(1, 0.5, 0), SIMD3(0, 1, 0.2))
    let (width, height) = (96, 54)
    let picture = try OffscreenRenderer(width: width, height: height).picture(of: scene)
    var worst = 0.0
    for y in 0..<height {
      for x in 0..<width {
        let ray = scene.viewpoint.ray(throughPixel: x, y, width: width, height: height)
        let e = asin(ray.direction.z / ray.direction.length) / (.pi / 2)
        let share = 0.5 + 0.5.squareRoot() * e / (1 + e * e).squareRoot()
        for channel in 0..<3 {
          let (low, high) = (scene.sky.lower[channel], scene.sky.upper[channel])
          let wanted = 255 * (Double(low) + share * Double(high - low))
          worst = max(worst, abs(Double(picture[x, y][channel]) - wanted))
        }
      }
    }
    // half a level of rounding, 0.1 of the approximation, and the average over a pixel near the zenith
    #expect(worst < 0.75)
  }

  /// Whatever the light, the shadow of every caster on a plane is where it is looked for.
  @Test func shadowsAreWithinTheirRegion() throws {
    var inside = 0
    for index in 0..<200 {
      func wave(_ k: Double) -> Double { sin(k * Double(index + 1)) }
      var light = Scene.Light()
      light.direction = Vector3(0.8 * wave(1.3), 0.8 * wave(2.1), -0.3 - abs(wave(0.7))).normalized(
        or: Vector3(0, 0, -1))
      let casters = (0..<3).map { number in
        Shape(
          .sphere, at: Vector3(wave(1.9 + Double(number)), wave(2.7), 0.6 + 0.5 * wave(3.1)),
          size: Vector3(0.2, 0, 0), surface: Surface(color: .one))
      }
      let view = Viewpoint(
        position: Vector3(0, -4, 1), forward: Vector3(0, 1, 0), up: Vector3(0, 0, 1),
        verticalFieldOfView: 45, focus: 4)
      let frame = try #require(ShadowMap.frame(of: casters, light: light, viewpoint: view))
      let region = try #require(
        frame.shadowed(.zero, Vector3(1, 0, 0), Vector3(0, 1, 0), reach: 100))
      for caster in casters {
        for turn in 0..<8 {
          let angle = Double(turn) * .pi / 4
          let point = caster.position + 0.2 * Vector3(cos(angle), sin(angle), 0)
          let shadow = point - (point.z / light.direction.z) * light.direction
          #expect(region.x.contains(shadow.x) && region.y.contains(shadow.y))
          inside += 1
        }
      }
      // never more than what contains a sphere around all of them
      let widest = 2 * frame.radius / abs(light.direction.z) + 1e-9
      #expect(region.x.upperBound - region.x.lowerBound <= widest)
      #expect(region.y.upperBound - region.y.lowerBound <= widest)
    }
    #expect(inside == 200 * 24)
  }

  @Test func theSameSceneGivesTheSameBytes() throws {
    let scene = try Self.scene("Ant-v4")
    let other = try Self.scene("antmaze-umaze-v2")
    let renderer = try OffscreenRenderer(width: 320, height: 180)
    let first = try renderer.picture(of: scene)
    _ = try renderer.picture(of: other)
    #expect(try renderer.picture(of: scene) == first)
    #expect(try OffscreenRenderer(width: 320, height: 180).picture(of: scene) == first)
  }

  /// The two libraries are two routes to one picture.
  @Test func oSMesaDrawsTheSame() throws {
    let egl = try OffscreenRenderer(width: 320, height: 180, in: OffscreenContext([.egl]))
    let mesa = try OffscreenRenderer(width: 320, height: 180, in: OffscreenContext([.osmesa]))
    #expect(egl.title.contains("EGL") && mesa.title.contains("OSMesa"))
    let scene = try Self.scene("Hopper-v4")
    let distance = try egl.picture(of: scene).perceptualDistance(to: mesa.picture(of: scene))
    #expect(distance < 0.1)
  }

  /// Each pixel shows the shape that a ray through it meets: the renderer's transformations, meshes and
  /// depths against the geometry of rays.
  /// Not of Walker2d, whose two legs lie in one another, so that either may be seen.
  @Test(arguments: everyKindOfModel.filter { !$0.hasPrefix("Walker2d") }) func raysMeetWhatIsDrawn(
    _ id: String
  ) throws {
    try Self.expectRaysMeetWhatIsDrawn(Self.scene(id))
  }

  @Test func raysMeetMeshesAndHeightFields() throws {
    let model = try Model(
      contentsOf: goldenPath("meshes.xml", of: "RenderTests"), profile: .mujoco4)
    let scene = Scene(Stage(model: model), camera: Camera(mode: .fixed(0)))
    #expect(scene.shapes.count { $0.kind == .mesh } == 7)
    try Self.expectRaysMeetWhatIsDrawn(scene)
  }

  static func expectRaysMeetWhatIsDrawn(_ given: Scene) throws {
    let (width, height) = (160, 90)
    var scene = given
    scene.shapes.removeAll { $0.kind == .plane || $0.source == .decoration }
    scene.style.hasShadows = false
    scene.style.hasSky = false
    scene.style.hasHaze = false
    // each in a colour of its own that no light changes
    scene.lights = []
    for i in scene.shapes.indices {
      let code = SIMD4<Float>(Float(i % 4) / 4, Float(i / 4 % 6) / 6, Float(i / 24) / 6, 1)
      scene.shapes[i].surface = Surface(color: code, specular: 0, emission: 1)
    }
    let renderer = try OffscreenRenderer(width: width, height: height, samples: 0)
    let picture = try renderer.picture(of: scene)

    var (compared, differing, met) = (0, 0, 0)
    for y in 0..<height {
      for x in 0..<width {
        let ray = scene.viewpoint.ray(throughPixel: x, y, width: width, height: height)
        var expected = SIMD3<UInt8>(255, 255, 255)
        if let hit = scene.hit(by: ray) {
          let color = 255 * scene.shapes[hit.shape].surface.color
          expected = SIMD3(
            UInt8(color.x.rounded()), UInt8(color.y.rounded()), UInt8(color.z.rounded()))
          met += 1
        }
        compared += 1
        let found = picture[x, y]
        let isSame = (0..<3).allSatisfy { abs(Int(found[$0]) - Int(expected[$0])) <= 1 }
        if !isSame { differing += 1 }
      }
    }
    #expect(met > 30)
    // pixels at edges, where 32 corners cut off a sliver of a circle, and where round ends of two
    // links coincide
    #expect(Double(differing) < 0.05 * Double(met) + 5, "\(differing) of \(met), \(compared)")
  }

  /// A mirror is blended only where its image can be. A second plane, which is behind the viewer, makes that everywhere:
  /// no byte changes, from near and from far, nor where what is mirrored is partly behind the eye.
  @Test(arguments: ["Hopper-v4", "Ant-v4", "antmaze-umaze-v2", "Humanoid-v5"])
  func mirrorsAreBlendedWhereTheirImageIs(_ id: String) throws {
    let (width, height) = (200, 120)
    let renderer = try OffscreenRenderer(width: width, height: height)
    let given = try Self.scene(id)
    var parts = 0
    for (distance, rise) in [(1.0, 0.0), (0.3, -0.1), (3.0, 1.0), (0.05, 0.0)] {
      var scene = given
      let focus = scene.viewpoint.position + scene.viewpoint.focus * scene.viewpoint.forward
      scene.viewpoint.position =
        focus - (distance * scene.viewpoint.focus) * scene.viewpoint.forward
      scene.viewpoint.position.z += rise
      let view = View(scene.viewpoint, Double(width) / Double(height))
      guard let mirror = scene.mirror(seenFrom: view.eye) else { continue }
      var other = scene
      other.shapes.append(
        Shape(
          .plane, at: view.eye - 1000 * scene.viewpoint.forward, size: Vector3(0.01, 0.01, 0),
          surface: Surface(color: .one)))
      #expect(try renderer.picture(of: scene) == renderer.picture(of: other))
      let target = Renderer.Target(width: width, height: height)
      let solids = scene.shapes.filter { $0.kind != .plane }
      guard let part = target.part(of: view.mirrored(in: mirror.face), showing: solids) else {
        continue
      }
      if part.width * part.height < width * height { parts += 1 }
      let pieces = target.rest(beside: part)
      #expect(
        pieces.reduce(part.width * part.height) { $0 + $1.width * $1.height } == width * height)
    }
    #expect(parts > 0)
  }

  /// What it holds of OpenGL is the same after the first picture and after the last, and nothing is left
  /// when it is gone.
  @Test func nothingIsLeftBehind() throws {
    let scenes = try ["Hopper-v4", "antmaze-umaze-v2"].map { try Self.scene($0, steps: 1) }
    var renderer: OffscreenRenderer? = try OffscreenRenderer(width: 16, height: 9)
    let gl = try #require(renderer?.gl)
    // programs for their lights are made once
    for scene in scenes { _ = try renderer?.picture(of: scene) }
    let held = gl.liveObjectCount
    #expect(held > 10)
    for frame in 0..<200 {
      _ = try renderer?.picture(of: scenes[frame % 2])
      #expect(gl.liveObjectCount == held)
    }
    renderer = nil
    #expect(gl.liveObjectCount == 0)
  }

  @Test func everyFlagIsSeen() throws {
    let environment = try movedEnvironment("Ant-v4", steps: 60)
    let stage = stage(of: environment)
    let camera = Camera(following: stage)
    let renderer = try OffscreenRenderer(width: 320, height: 180)
    let usual = try renderer.picture(of: Scene(stage, camera: camera))
    let usualCamera = camera
    // those of perturbations and tendons have tests of their own
    let others: Set<SceneOptions.Flag> = [.perturbation, .perturbationForce, .tendons]
    for flag in SceneOptions.Flag.allCases where !others.contains(flag) {
      var (options, camera, usual) = (SceneOptions(), usualCamera, usual)
      switch flag {
      // inside the torso
      case .centersOfMass, .connections, .additive: options[.transparent] = true
      case .scaledInertia: options[.inertia] = true
      case .splitForces: options[.contactForces] = true
      // the model's own stand farther away
      case .cameras, .lights: camera.distance *= 3
      case .sky: camera.elevation = 0
      default: break
      }
      if options != SceneOptions() || camera != usualCamera {
        usual = try renderer.picture(of: Scene(stage, camera: camera, options: options))
      }
      options[flag].toggle()
      let picture = try renderer.picture(of: Scene(stage, camera: camera, options: options))
      // 0.2: a dozen of the 57,600 pixels in a colour quite their own; a few rows of haze in the colour of the
      // horizon, and marks inside a torso that half hides them, are less
      let least = flag == .haze ? 0.03 : flag == .centersOfMass ? 0.08 : 0.2
      #expect(picture.perceptualDistance(to: usual) > least, "\(flag)")
    }
    for frames in SceneOptions.Frames.allCases where frames != .none && frames != .sites {
      var options = SceneOptions()
      options.frames = frames
      let picture = try renderer.picture(of: Scene(stage, camera: camera, options: options))
      #expect(picture.perceptualDistance(to: usual) > 0.2, "\(frames)")
    }
  }

  @Test func emptyAndExtremeScenesAreDrawn() throws {
    let renderer = try OffscreenRenderer(width: 8, height: 4)
    let view = Camera().orbit(around: .zero)
    let plain = try renderer.picture(
      of: Scene(sky: Scene.Sky(SIMD3(0.2, 0.4, 0.6)), viewpoint: view))
    #expect(plain == Picture(width: 8, height: 4, color: SIMD3(51, 102, 153)))
    let empty = try renderer.picture(of: Scene(viewpoint: view))
    let grey = Surface(color: SIMD4(0.5, 0.5, 0.5, 1))
    for value in [Double.nan, .infinity, 1e300, 0] {
      let shape = Shape(
        .capsule, at: Vector3(value, 0, 0), size: Vector3(value, 1, 1), surface: grey)
      let floor = Shape(.plane, at: Vector3(0, 0, -1), size: Vector3(0, 0, 1), surface: grey)
      _ = try renderer.picture(of: Scene(shapes: [floor, shape], viewpoint: view))
    }
    #expect(try renderer.picture(of: Scene(viewpoint: view)) == empty)
    // a window that is minimised
    let context = try OffscreenContext()
    let other = try Renderer(context.load)
    other.draw(Scene(viewpoint: view), into: .init(width: 0, height: 0))
    #expect(other.gl.getError() == 0)
  }

  @Test func refusesSizesThatNoPictureHas() {
    for (width, height) in [(0, 10), (10, 0), (-1, 5), (20_000, 5)] {
      expectMessage("a picture has 1 to 16384 pixels each way, not \(width) x \(height).") {
        _ = try OffscreenRenderer(width: width, height: height)
      }
    }
    expectMessage("this OpenGL has no function 'glGetString'; 3.3 is needed.") {
      _ = try Renderer { _ in nil }
    }
  }

  @Test func aFilmIsTheEpisodeWhateverIsDrawnOfIt() throws {
    let session = Session(title: "", pilot: .none, seed: 5) { try makeEnvironment(id: "Ant-v4") }
    let alone = try session.play(2)
    let filmed = try EpisodeRecording(
      episode: 2, seed: 5, in: makeEnvironment(id: "Ant-v4"), pilot: .none)
    var settings = FilmSettings()
    (settings.width, settings.height) = (64, 36)
    let painter = try EpisodePainter(settings)
    while filmed.canAdvance {
      filmed.advance()
      if filmed.lastFrame % 50 == 0 {
        // now and earlier
        _ = try painter.picture(of: filmed, at: filmed.duration)
        _ = try painter.picture(of: filmed, at: 0.4 * filmed.duration)
      }
    }
    #expect(filmed.hash == alone.hash && filmed.episode == alone.episode)
    #expect(filmed.episode != nil)
  }

  @Test func aFilmHasThePicturesOfItsTimes() throws {
    let recording = try EpisodeRecording(
      seed: 1, in: makeEnvironment(id: "Hopper-v4"),
      policy: loadPolicy(contentsOf: Fixture.actorPath))
    for _ in 0..<50 { recording.advance() }
    #expect(recording.duration == 50 * recording.frameDuration)
    let painter = try EpisodePainter(width: 64, height: 36)
    try withTemporaryFolder { folder in
      try painter.writeFilm(of: recording, to: "\(folder)/%d.png", framesPerSecond: 10)
      // 0.4 s of the episode: times 0, 0.1 ... 0.4
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
      #expect(
        try Picture(contentsOf: "\(folder)/3.png") == painter.picture(of: recording, at: 3 * 0.1))
      #expect(
        try Picture(contentsOf: "\(folder)/4.png") != Picture(contentsOf: "\(folder)/0.png"))
      try painter.writeFilm(of: recording, to: "\(folder)/film.GIF")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/film.GIF")).starts(
          with: Array("GIF8".utf8)))
      expectMessage(
        "film.avi: a film ends in .mp4, .webm or .gif; out/%04d.png makes a PNG file of each picture."
      ) { try painter.writeFilm(of: recording, to: "film.avi") }
    }
  }
}

extension Viewpoint {
  /// Through the middle of a pixel, counted from the upper left.
  fileprivate func ray(throughPixel x: Int, _ y: Int, width: Int, height: Int) -> Ray {
    ray(
      x: 2 * (Double(x) + 0.5) / Double(width) - 1,
      y: 1 - 2 * (Double(y) + 0.5) / Double(height), aspect: Double(width) / Double(height))
  }
}
