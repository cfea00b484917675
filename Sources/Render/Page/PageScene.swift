import Foundation
import IDQLPhysics
import IDQLSpelling

/// A `Scene` as a page has it: what does not change, once, and what moves it by the index of a track.
struct PageScene: Encodable {
  var shapes: [PageShape]
  /// Nil if there are none.
  var surfaces: [PageSurface]?
  /// As in the first frame.
  var lights: [PageLight]
  /// Index of the one whose shadows are drawn, or -1.
  var shadowing: Int
  var haze: [Float]
  var sky: PageSky
  var style: PageStyle
  var cameras: [PageCamera]

  struct PageShape: Encodable {
    /// `Shape.Kind.rawValue`.
    var kind: Int
    /// Of a mesh, the index of its surface.
    var surface: Int?
    /// Of the track that it is fixed to; -1 for the world.
    var track: Int
    /// In the frame of the track: x, y, z, then w, x, y, z.
    var pose: [Double]
    /// Nil of what keeps its size.
    var tendon: PageTendon?
    var size: [Double]
    /// `Mesh.stretch`: scale x, y, z, then length.
    var stretch: [Double]
    /// Red, green, blue, opacity.
    var color: [Float]
    /// Specular, exponent, emission, reflectance.
    var finish: [Float]
    /// Share of the depth by which it is in front of what coincides with it.
    var nearness: Float
    /// First colour, second colour, edges, middle; nil without a pattern.
    var checker: [Double]?
    var castsShadow: Bool
  }

  /// A step of a tendon, from site to site.
  struct PageTendon: Encodable {
    /// Of its ends; then of what it may be wound around, and of the points where it touches that.
    var tracks: [Int]
    /// m; nil if nothing is in the way.
    var radius: Double?
    var isSphere: Bool?
  }

  struct PageLight: Encodable {
    /// Nil for parallel rays.
    var position: [Double]?
    var direction: [Double]
    /// Of half its cone; -2 for none.
    var cosine: Double
    /// Attenuation, and exponent of the cone.
    var fall: [Float]
    var ambient, diffuse, specular: [Float]
    var casts, headlight: Bool
  }

  struct PageSky: Encodable {
    var upper, lower: [Float]
    var gradient: Bool
  }

  struct PageStyle: Encodable {
    var shadows, reflections, sky, haze, fog, additive: Bool
  }

  struct PageCamera: Encodable {
    var name: String
    /// m, world frame, or relative to the point that `follows`.
    var lookAt: [Double]
    var distance, azimuth, elevation, fieldOfView: Double
    /// Whether two channels have x and y of the point that it follows.
    var follows: Bool
    /// Of a camera of the model, its track: it looks along -z, with y up.
    var track: Int?
  }
}

extension PageScene.PageShape {
  /// - Parameter shape: in the frame of the track.
  init(_ shape: Shape, track: Int?) {
    let (scale, length) = Mesh.stretch(of: shape)
    let surface = shape.surface
    kind = shape.kind.rawValue
    self.track = track ?? -1
    self.pose =
      (shape.position.components
      + [shape.orientation.w, shape.orientation.x, shape.orientation.y, shape.orientation.z])
      .map { $0.rounded(decimals: 9) }
    size = shape.size.components
    stretch = (ShapeBuffers.slack(of: shape) * scale).components + [length]
    // images are left out but for their colour
    let color = surface.color * SIMD4(surface.texture?.image.mean ?? .one, 1)
    self.color = (0..<4).map { color[$0] }
    finish = [surface.specular, surface.exponent, surface.emission, surface.reflectance]
    nearness = ShapeBuffers.nearness(of: shape)
    checker = surface.checker.map { checker in
      ((0..<3).map { checker.first[$0] } + (0..<3).map { checker.second[$0] }).map(Double.init)
        + [checker.edges.x, checker.edges.y, checker.middle.x, checker.middle.y]
    }
    castsShadow = shape.castsShadow
  }
}

extension PageScene {
  /// - Parameters:
  ///   - scene: of the first frame.
  ///   - shapes: its shapes, with their tracks.
  ///   - surfaces: those that shapes refer to.
  init(
    _ scene: Scene, shapes: [PageShape], surfaces: [PageSurface], cameras: [PageCamera]
  ) {
    func list(_ color: SIMD3<Float>) -> [Float] { (0..<3).map { color[$0] } }
    self.shapes = shapes
    self.surfaces = surfaces.isEmpty ? nil : surfaces
    self.cameras = cameras
    lights = scene.lights.prefix(Scene.lightLimit).map { light in
      PageLight(
        position: light.position?.components, direction: light.direction.components,
        cosine: light.cutoff.map { cos($0 * .pi / 180) } ?? -2,
        fall: list(light.attenuation) + [light.exponent], ambient: list(light.ambient),
        diffuse: list(light.diffuse), specular: list(light.specular), casts: light.castsShadow,
        headlight: light.isHeadlight)
    }
    shadowing = scene.shadowingLight ?? -1
    haze = list(scene.haze)
    let mean = scene.sky.image?.mean
    sky = PageSky(
      upper: list(mean ?? scene.sky.upper), lower: list(mean ?? scene.sky.lower),
      gradient: scene.sky.isGradient)
    style = PageStyle(
      shadows: scene.style.hasShadows, reflections: scene.style.hasReflections,
      sky: scene.style.hasSky, haze: scene.style.hasHaze, fog: scene.style.hasFog,
      additive: scene.style.isAdditive)
  }
}

extension SceneOptions {
  /// The options that are on and that no page shows: shapes that come and go, and lines.
  package var notInPages: [Flag] {
    Flag.allCases.filter { flag in
      switch flag {
      case .texture, .perturbation, .perturbationForce, .transparent, .staticBodies, .shadows,
        .reflections, .additive, .sky, .fog, .haze, .tendons:
        false
      default: self[flag]
      }
    }
  }
}
