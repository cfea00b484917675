import Foundation
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

/// Pictures beside those that MuJoCo 4.0.0 drew of the same models by the same cameras
/// (`Scripts/compare_pictures.py --golden`).
@Suite(.serialized) struct BesideMuJoCoTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name, camera, path: String
    /// Half above what it was when it was recorded (from 0.5 to 2.8): edges of shadows are soft here, and light is
    /// reckoned for each pixel, there for each corner.
    let limit: Double
    var testDescription: String { name }
  }

  static let cases: [Case] =
    [("hopper", "track", 0.8), ("half_cheetah", "track", 0.8), ("ant", "track", 0.8)].map {
      Case(name: $0, camera: $1, path: checkoutPath("Sources/Envs/Resources/\($0).xml"), limit: $2)
    }
    + [("humanoid", "track", 0.8), ("pusher", "side", 1.1)].map {
      Case(name: $0, camera: $1, path: checkoutPath("Sources/Envs/Resources/\($0).xml"), limit: $2)
    }
    + [
      ("lights", "eye", 6.0), ("tendons", "eye", 1.9), ("meshes", "eye", 1.1),
      ("pictures", "eye", 3.1), ("mirrors", "eye", 1.3),
    ].map {
      Case(name: $0, camera: $1, path: goldenPath("\($0).xml", of: "RenderTests"), limit: $2)
    }

  static func scene(_ one: Case) throws -> Scene {
    let model = try Model(contentsOf: one.path, profile: .mujoco4)
    let stage = Stage(model: model)
    let camera = try #require(model.visuals.cameras.firstIndex { $0.name == one.camera })
    return Scene(stage, camera: Camera(mode: .fixed(camera)))
  }

  @Test(arguments: cases) func looksLikeMuJoCos(_ one: Case) throws {
    let theirs = try Picture(contentsOf: goldenPath("mujoco-\(one.name).png"))
    let renderer = try OffscreenRenderer(width: theirs.width, height: theirs.height)
    let scene = try Self.scene(one)
    let picture = try renderer.picture(of: scene)
    if let folder = ProcessInfo.processInfo.environment["IDQL_KEEP_PICTURES"] {
      try picture.writePNG(to: "\(folder)/\(one.name).png")
    }
    let distance = picture.perceptualDistance(to: theirs)
    #expect(distance < one.limit, "\(one.name): \(distance)")
    // the limit is one that wrong pictures do not pass: without light, and by a camera that rolls
    var (dark, rolled) = (scene, scene)
    dark.lights = []
    rolled.viewpoint.up = scene.viewpoint.right
    for wrong in [dark, rolled] {
      let far = try renderer.picture(of: wrong).perceptualDistance(to: theirs)
      #expect(far > 2 * one.limit, "\(one.name): \(far)")
    }
  }

  /// Each part of the scene with everything is seen: without it the picture is farther from MuJoCo's.
  @Test func everyPartOfASceneIsMuJoCos() throws {
    let one = try #require(Self.cases.first { $0.name == "lights" })
    let theirs = try Picture(contentsOf: goldenPath("mujoco-\(one.name).png"))
    let renderer = try OffscreenRenderer(width: theirs.width, height: theirs.height)
    let scene = try Self.scene(one)
    #expect(scene.lights.count == 4)
    let distance = try renderer.picture(of: scene).perceptualDistance(to: theirs)
    func without(_ change: (inout Scene) -> Void) throws -> Double {
      var other = scene
      change(&other)
      return try renderer.picture(of: other).perceptualDistance(to: theirs)
    }
    for light in 0..<4 {
      #expect(try without { $0.lights.remove(at: light) } > distance + 0.3, "light \(light)")
    }
    #expect(try without { $0.lights[2].cutoff = nil } > distance + 0.3)
    let shapes = scene.shapes.indices
    #expect(
      try without { for i in shapes { $0.shapes[i].surface.texture = nil } } > distance + 0.3)
    #expect(
      try without { for i in shapes { $0.shapes[i].surface.emission = 0 } } > distance + 0.3)
    #expect(
      try without { for i in shapes { $0.shapes[i].surface.reflectance = 0 } } > distance + 0.3)
    #expect(try without { $0.shapes[0].size = .zero } > distance + 0.3)
    #expect(try without { $0.style.hasSky = false } > distance + 0.3)
  }

  @Test func tendonsAreMuJoCos() throws {
    let one = try #require(Self.cases.first { $0.name == "tendons" })
    let theirs = try Picture(contentsOf: goldenPath("mujoco-\(one.name).png"))
    let renderer = try OffscreenRenderer(width: theirs.width, height: theirs.height)
    let scene = try Self.scene(one)
    let distance = try renderer.picture(of: scene).perceptualDistance(to: theirs)
    for tendon in 0..<4 {
      var other = scene
      other.shapes.removeAll { $0.source == .tendon(tendon) }
      let far = try renderer.picture(of: other).perceptualDistance(to: theirs)
      #expect(far > distance + 0.3, "\(tendon): \(far)")
    }
  }

  struct Textures: Decodable {
    var model: String
    var pixels: [[UInt8]]
  }

  /// Every built-in pattern with every mark, recorded from MuJoCo 4.0.0 (Scripts/record_textures.py). Colours are
  /// single precision here: a gradient may be rounded otherwise.
  @Test func texturesHaveMuJoCosPixels() throws {
    let recorded = try JSONDecoder().decode(
      Textures.self,
      from: Data(contentsOf: URL(fileURLWithPath: goldenPath("textures.json", of: "RenderTests"))))
    let textures = try Model(mjcf: recorded.model, profile: .mujoco4).visuals.textures
    #expect(textures.count == 36 && recorded.pixels.count == 36)
    for (texture, expected) in zip(textures, recorded.pixels) {
      let image = try #require(TextureImage(texture))
      let found = image.bytes.indices.filter { $0 % 4 != 3 }.map { image.bytes[$0] }
      try #require(found.count == expected.count)
      let most = zip(found, expected).map { abs(Int($0) - Int($1)) }.max() ?? 0
      #expect(most <= (texture.pattern == "gradient" ? 1 : 0), "\(texture.name): \(most)")
    }
  }

  struct FilePixels: Decodable {
    var pixels: [UInt8]
    var isSRGB: Bool
  }

  /// Pictures of every kind of PNG, flat and on cubes, from one file and from several, turned and tagged.
  @Test func picturesOfFilesHaveMuJoCosPixels() throws {
    let recorded = try JSONDecoder().decode(
      [String: FilePixels].self,
      from: Data(
        contentsOf: URL(fileURLWithPath: goldenPath("pictures/pixels.json", of: "RenderTests"))))
    let model = try Model(
      contentsOf: goldenPath("pictures.xml", of: "RenderTests"), profile: .mujoco4)
    #expect(recorded.count == 14 && model.visuals.textures.count == 14)
    for texture in model.visuals.textures {
      let expected = try #require(recorded[texture.name])
      let image = try #require(TextureImage(texture))
      let found = image.bytes.indices.filter { $0 % 4 != 3 }.map { image.bytes[$0] }
      // MuJoCo keeps one of six equal sides
      let sides = found.count / expected.pixels.count
      #expect(sides == (texture.name == "everywhere" ? 6 : 1), "\(texture.name)")
      #expect(found == (0..<sides).flatMap { _ in expected.pixels }, "\(texture.name)")
      #expect(image.isSRGB == expected.isSRGB, "\(texture.name)")
    }
  }

  /// Without what a mirror shows the picture is farther from MuJoCo's, and so it is if another were the mirror.
  @Test func theSideOfABoxIsAMirror() throws {
    let one = try #require(Self.cases.first { $0.name == "mirrors" })
    let theirs = try Picture(contentsOf: goldenPath("mujoco-\(one.name).png"))
    let renderer = try OffscreenRenderer(width: theirs.width, height: theirs.height)
    let scene = try Self.scene(one)
    let distance = try renderer.picture(of: scene).perceptualDistance(to: theirs)
    var (without, other) = (scene, scene)
    without.style.hasReflections = false
    let first = try #require(other.shapes.firstIndex { $0.surface.reflectance > 0 })
    other.shapes[first].surface.reflectance = 0
    for wrong in [without, other] {
      let far = try renderer.picture(of: wrong).perceptualDistance(to: theirs)
      #expect(far > distance + 2, "\(far)")
    }
  }
}
