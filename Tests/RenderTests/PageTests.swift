import CIDQLZlib
import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct PageTests {
  static func played(_ session: Session, steps: Int = .max) throws -> EpisodeRecording {
    let recording = try session.recording(of: 0)
    while recording.canAdvance, recording.lastFrame < steps { recording.advance() }
    return recording
  }

  static func page(_ recording: EpisodeRecording) throws -> String {
    try html(of: [PageEpisode(recording)], title: "a title")
  }

  // MARK: Data

  @Test func channelsAreReadBack() throws {
    let channels = [
      [], [0], [-5], [1, 1, 1, 1], [0, 1, 3, 6, 10, 15],
      [5, -9, 200, -PackedData.limit, PackedData.limit],
      (0..<300).map { ($0 * 7919) % 1000 - 500 },
    ]
    var packed = try PackedData(["count": channels.count])
    for channel in channels { packed.add(channel: channel) }
    var reader = try PageReader(packed.text)
    #expect(reader.header["count"] as? Int == channels.count)
    for channel in channels { #expect(try reader.channel(channel.count) == channel) }
    #expect(reader.isAtEnd)
  }

  /// Where the page puts the corners of every shape, compared with where the stage has them, in pixels of a picture
  /// 1080 high by the page's nearest camera. The page says half a pixel; here one is allowed, since corners of
  /// children are compared in the world.
  @Test(arguments: ["Hopper-v4", "antmaze-umaze-v2", "humanoidmaze-medium-navigate-v0"])
  func posesAreWithinAPixel(_ id: String) throws {
    let environment = try makeEnvironment(id: id)
    let recording = try EpisodeRecording(episode: 0, seed: 5, in: environment, pilot: .none)
    // a motion that uses every joint
    for step in 0..<120 {
      recording.advance(
        action: (0..<environment.spec.actionCount).map { sin(0.3 * Double(step) + Double($0)) })
    }
    let page = try PageEpisode(recording)
    #expect(page.pixelError > 0 && page.pixelError <= PageEpisode.tolerance)

    let replay = try ReplayedPage(page.data)
    #expect(replay.frameCount == recording.lastFrame + 1)
    let stage = Stage(model: environment.simulation.model)
    var (compared, largest) = (0, 0.0)
    for frame in 0...recording.lastFrame {
      stage.place(recording.frame(frame).state)
      let scene = Scene(
        stage, camera: Camera(), decorations: Shape.marks(of: recording.environment))
      let poses = replay.poses(frame)
      #expect(poses.count == scene.shapes.count)
      for (shape, pose) in zip(scene.shapes, poses) where shape.kind != .plane {
        for corner in [Vector3(1, 1, 1), Vector3(-1, 1, -1), Vector3(1, -1, -1)] {
          let local = Vector3(
            corner.x * max(shape.size.x, 0.01), corner.y * max(shape.size.y, 0.01),
            corner.z * max(shape.size.z, 0.01))
          let there = shape.position + shape.orientation.rotate(local)
          let here = pose.position + pose.orientation.rotate(local)
          largest = max(largest, (there - here).length)
          compared += 1
        }
      }
    }
    #expect(compared > 100)
    #expect(largest / replay.pixel <= 1)
  }

  /// A page knows the reward and what the critic said, to a thousandth of their range.
  @Test func curvesAreWithinAThousandth() throws {
    let recording = try Self.played(Fixture.session(), steps: 40)
    let trace = ValueTrace(recording)
    let replay = try ReplayedPage(PageEpisode(recording).data)
    for (name, expected) in [
      ("reward", trace.rewards), ("V", trace.values), ("largest Q", trace.largestQ),
    ] {
      let curve = try #require(replay.curves[name])
      let values = expected.map(Double.init)
      let range = try #require(values.max()) - (values.min() ?? 0)
      expectClose(curve, values, within: 0.5 * range / PageCurve.levels + 1e-9, name)
    }
    let total = try #require(replay.curves["return"]?.last)
    expectClose(
      [total], [recording.totalReward], within: recording.totalReward / PageCurve.levels, "return")
  }

  /// The kept decisions are those of the viewer.
  @Test func candidatesAreTheDeliberations() throws {
    let recording = try Self.played(Fixture.session(), steps: 25)
    let (found, channels) = PageDecisions.sampled(from: recording)
    let decisions = try #require(found)
    #expect(decisions.drawn == 8 && decisions.kept == 8)
    #expect(decisions.count == (25 + decisions.stride - 1) / decisions.stride)
    let last = decisions.count - 1
    let deliberation = try #require(Deliberation(recording, at: last * decisions.stride))
    let chosen = channels[2][last]
    for dimension in 0..<3 {
      let level = channels[4 + dimension][last * decisions.kept + chosen]
      let value = 2 * Float(level) / PageDecisions.levels - 1
      // half a level
      expectClose(
        [value], [deliberation.candidate(deliberation.chosen)[dimension]],
        within: Double(1 / PageDecisions.levels) + 1e-6, "dimension \(dimension)")
    }
    #expect(decisions.stride > 0 && channels.count == 4 + 3)
  }

  // MARK: Document

  @Test func isSmallAndTheSameTwice() throws {
    let recording = try Self.played(Fixture.session(), steps: 200)
    let text = try Self.page(recording)
    #expect(text.utf8.count < 300_000 + 50 * recording.lastFrame)
    #expect(try Self.page(recording) == text)
    #expect(try Self.page(Self.played(Fixture.session(), steps: 200)) == text)
  }

  /// Nothing in a page is fetched from anywhere: it names no place at all.
  @Test func namesNoPlace() throws {
    let text = try Self.page(Self.played(Fixture.actorSession(), steps: 3))
    let code = text.replacing(/data-kind="\w+"[^>]*>[^<]*/, with: "")
    for place in [
      "http:", "https:", "ws://", "src=", "href=", "url(", "import(", "@import", "fetch(",
      "XMLHttpRequest",
    ] {
      #expect(!code.contains(place), "\(place)")
    }
    #expect(text.contains("default-src 'none'"))
  }

  @Test func textFromOutsideIsText() throws {
    let recording = try Self.played(Fixture.actorSession(), steps: 2)
    let hostile = "</script><script>alert(1)</script>\" onload='x' \u{202E}&"
    let episode = try PageEpisode(recording, facts: [.init("policy", hostile)])
    let text = try html(of: [episode], title: hostile)
    #expect(!text.contains("alert(1)</script>"))
    #expect(!text.contains("onload='"))
    #expect(!text.contains("\u{202E}"))
    #expect(
      text.contains(
        "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; \\u{202E}&amp;"
      ))
    // the data are base64, of which no letter can end a tag
    #expect(
      episode.data.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) })
  }

  /// A broken robot is nowhere, and still has a page.
  @Test func aBrokenEpisodeHasAPage() throws {
    let recording = try Self.played(Session(model: Fixture.model()), steps: 3)
    var state = recording.frame(recording.lastFrame).state
    state.position[0] = .nan
    try recording.replaceLastState(with: state)
    #expect(try ReplayedPage(PageEpisode(recording).data).frameCount == 4)
  }

  @Test func camerasAreThoseOfTheModel() throws {
    let recording = try Self.played(Session(model: Fixture.model()), steps: 3)
    var settings = FilmSettings()
    #expect(try ReplayedPage(PageEpisode(recording, settings).data).cameras == ["follow", "side"])
    settings.view.kind = .named("side")
    #expect(try ReplayedPage(PageEpisode(recording, settings).data).cameras == ["side", "follow"])
    settings.view.kind = .named("top")
    #expect(throws: RenderError.self) { try PageEpisode(recording, settings) }
  }

  /// The ends of every step of a tendon, and where it touches a shape, are within half a pixel in every frame.
  @Test func tendonsAreWithinAPixel() throws {
    let session = Session(
      model: try Model(
        contentsOf: goldenPath("tendons.xml", of: "RenderTests"), profile: .mujoco4))
    let recording = try Self.played(session, steps: 150)
    let page = try ReplayedPage(PageEpisode(recording).data)
    let stage = Stage(of: recording.environment)
    var (compared, touching) = (0, 0)
    for frame in stride(from: 0, through: 150, by: 10) {
      stage.place(recording.frame(frame).state)
      let steps = stage.tendons(SceneOptions()).flatMap(\.steps)
      let found = page.tendons(frame)
      #expect(found.count == steps.count && found.count == 5)
      for (points, step) in zip(found, steps) {
        var wanted = [step.start.position, step.stop.position]
        if let wrap = step.wrap {
          let touch = wrap.touch ?? (wrap.center, wrap.center)
          wanted += [wrap.center, touch.first, touch.second]
          if wrap.touch != nil { touching += 1 }
        }
        #expect(points.count == wanted.count)
        for (a, b) in zip(points, wanted) {
          compared += 1
          #expect((a - b).length < 0.5 * page.pixel)
        }
      }
    }
    #expect(compared == 16 * 19 && touching > 16)
  }

  /// Of every mesh and height field: each corner within a fifth of a pixel, normals to 1/256; of those that are lit as
  /// planes the places alone.
  @Test func surfacesAreReadBack() throws {
    let session = Session(
      model: try Model(
        contentsOf: goldenPath("meshes.xml", of: "RenderTests"), profile: .mujoco4))
    let recording = try Self.played(session, steps: 3)
    let page = try ReplayedPage(PageEpisode(recording).data)
    let stage = Stage(of: recording.environment)
    let surfaces = stage.geomShapes(SceneOptions()).compactMap(\.triangles)
    #expect(surfaces.count == 7 && page.surfaces.count == 7)
    #expect(page.shapes.compactMap { $0["surface"] as? Int } == Array(0..<7))
    #expect(page.surfaces.count(where: \.normals.isEmpty) == 2)
    for (found, surface) in zip(page.surfaces, surfaces) {
      #expect(found.indices.count == surface.indices.count)
      #expect(found.normals.isEmpty == surface.isFaceted)
      for (index, number) in zip(found.indices, surface.indices) {
        let corner = surface.corners[Int(number)]
        for axis in 0..<3 {
          #expect(abs(found.places[index][axis] - Double(corner.place[axis])) < 0.2 * page.pixel)
          guard !surface.isFaceted else { continue }
          #expect(abs(found.normals[index][axis] - Double(corner.normal[axis])) < 1.0 / 256)
        }
      }
    }
  }

  @Test func optionsThatComeAndGoAreNotInPages() {
    var options = SceneOptions()
    #expect(options.notInPages == [])
    options[.contacts] = true
    options[.shadows] = false
    #expect(options.notInPages == [.contacts])
  }
}

/// Reads the data of a page as `PackedData` describes them.
private struct PageReader {
  var header: [String: Any] = [:]
  private var bytes: [UInt8] = []
  private var at = 0

  var isAtEnd: Bool { at == bytes.count }

  init(_ text: String) throws {
    let deflated = try [UInt8](#require(Data(base64Encoded: text)))
    var capacity = uLong(1 << 24)
    var all = [UInt8](repeating: 0, count: Int(capacity))
    #expect(uncompress(&all, &capacity, deflated, uLong(deflated.count)) == Z_OK)
    bytes = Array(all.prefix(Int(capacity)))
    let size = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    header = try #require(
      JSONSerialization.jsonObject(with: Data(bytes[4..<4 + size])) as? [String: Any])
    at = 4 + size
  }

  mutating func channel(_ count: Int) throws -> [Int] {
    let order = try next()
    var numbers: [Int] = []
    for _ in 0..<count {
      var (value, shift) = (0, 0)
      while true {
        let byte = try next()
        value |= Int(byte & 127) << shift
        shift += 7
        if byte < 128 { break }
      }
      numbers.append(value % 2 == 0 ? value / 2 : -(value + 1) / 2)
    }
    for _ in 0..<order { for i in numbers.indices.dropFirst() { numbers[i] += numbers[i - 1] } }
    return numbers
  }

  private mutating func next() throws -> UInt8 {
    defer { at += 1 }
    return try #require(bytes.indices.contains(at) ? bytes[at] : nil)
  }
}

/// An episode of a page, put together again apart from the code that took it to pieces.
private struct ReplayedPage {
  let frameCount: Int
  private(set) var curves: [String: [Double]] = [:]
  private(set) var cameras: [String] = []
  /// Edge of a pixel at what the nearest camera looks at, m.
  private(set) var pixel = Double.infinity
  private var tracks: [[[Int]]] = []
  private let parents: [Int]
  let shapes: [[String: Any]]
  private(set) var surfaces: [Surface] = []
  private let positionUnit, orientationUnit: Double

  struct Surface {
    var places, normals: [SIMD3<Double>]
    var indices: [Int]
  }

  typealias Pose = (position: Vector3, orientation: Quaternion)

  init(_ data: String) throws {
    var reader = try PageReader(data)
    let header = reader.header
    let scene = try #require(header["scene"] as? [String: Any])
    frameCount = try #require(header["frames"] as? Int)
    parents = try #require(header["parents"] as? [Int])
    shapes = try #require(scene["shapes"] as? [[String: Any]])
    positionUnit = try #require(header["positionUnit"] as? Double)
    orientationUnit = try #require(header["orientationUnit"] as? Double)
    for _ in parents { tracks.append(try (0..<7).map { _ in try reader.channel(frameCount) }) }
    for camera in try #require(scene["cameras"] as? [[String: Any]]) {
      cameras.append(try #require(camera["name"] as? String))
      let distance = try #require(camera["distance"] as? Double)
      let angle = try #require(camera["fieldOfView"] as? Double)
      pixel = min(pixel, 2 * distance * tan(angle * .pi / 360) / 1080)
      if camera["follows"] as? Bool == true {
        for _ in 0..<2 { _ = try reader.channel(frameCount) }
      }
    }
    for curve in try #require(header["curves"] as? [[String: Any]]) {
      let (low, unit) = try (
        #require(curve["low"] as? Double), #require(curve["unit"] as? Double)
      )
      let numbers = try reader.channel(#require(curve["count"] as? Int))
      curves[try #require(curve["name"] as? String)] = numbers.map { low + Double($0) * unit }
    }
    for surface in scene["surfaces"] as? [[String: Any]] ?? [] {
      let count = try #require(surface["vertices"] as? Int)
      let unit = try #require(surface["unit"] as? Double)
      func vectors(_ unit: Double) throws -> [SIMD3<Double>] {
        let channels = try (0..<3).map { _ in try reader.channel(count).map { Double($0) * unit } }
        return (0..<count).map { SIMD3(channels[0][$0], channels[1][$0], channels[2][$0]) }
      }
      let places = try vectors(unit)
      let normals = try surface["faceted"] as? Bool == true ? [] : vectors(1.0 / 512)
      surfaces.append(
        Surface(
          places: places, normals: normals,
          indices: try reader.channel(#require(surface["indices"] as? Int))))
    }
  }

  /// Of every track, in the world.
  private func places(_ frame: Int) -> [Pose] {
    var world: [Pose] = []
    for (track, parent) in zip(tracks, parents) {
      let n = track.map { Double($0[frame]) }
      let v = n[3..<6].map { $0 * orientationUnit }
      let rest = (max(0, 1 - v.reduce(0) { $0 + $1 * $1 }).squareRoot() / orientationUnit).rounded()
      let pose = (
        Vector3(n[0] * positionUnit, n[1] * positionUnit, n[2] * positionUnit),
        Quaternion((n[6] + rest) * orientationUnit, v[0], v[1], v[2]).normalized
      )
      world.append(parent < 0 ? pose : placed(pose, in: world[parent]))
    }
    return world
  }

  /// Of every step of a tendon, its points.
  func tendons(_ frame: Int) -> [[Vector3]] {
    let world = places(frame)
    return shapes.compactMap { shape in
      ((shape["tendon"] as? [String: Any])?["tracks"] as? [Int])?.map { world[$0].position }
    }
  }

  /// Of every shape.
  func poses(_ frame: Int) -> [Pose] {
    let world = places(frame)
    return shapes.map { shape in
      let n = shape["pose"] as? [Double] ?? []
      let pose = (Vector3(n[0], n[1], n[2]), Quaternion(n[3], n[4], n[5], n[6]))
      let track = shape["track"] as? Int ?? -1
      return track < 0 ? pose : placed(pose, in: world[track])
    }
  }

  private func placed(_ pose: Pose, in parent: Pose) -> Pose {
    (
      parent.position + parent.orientation.rotate(pose.position),
      parent.orientation * pose.orientation
    )
  }
}
