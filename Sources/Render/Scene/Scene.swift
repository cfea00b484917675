import IDQLPhysics

/// The content of a picture, as a value that needs no graphics library (MuJoCo `mjvScene`).
public struct Scene: Equatable, Sendable {
  /// In the order of addition; translucent shapes are sorted when they are drawn.
  package var shapes: [Shape]
  /// The first eight are drawn.
  package var lights: [Light]
  package var sky: Sky
  /// Colour that infinite ground fades into.
  package var haze = SIMD3<Float>(repeating: 1)
  package var viewpoint: Viewpoint
  package var style: Style

  package init(
    shapes: [Shape] = [], lights: [Light] = [Light()], sky: Sky = Sky(), viewpoint: Viewpoint,
    style: Style = Style()
  ) {
    self.shapes = shapes
    self.lights = lights
    self.sky = sky
    self.viewpoint = viewpoint
    self.style = style
  }

  /// A light (MuJoCo `mjvLight`). Its colours are factors of a surface's own.
  package struct Light: Equatable, Sendable {
    /// m, world frame; nil if its rays are parallel.
    package var position: Vector3?
    /// Where it shines, unit vector in the world frame.
    package var direction = Vector3(0.3, 0.4, -1).normalized(or: Vector3(0, 0, -1))
    package var ambient = SIMD3<Float>(repeating: 0.3)
    package var diffuse = SIMD3<Float>(repeating: 0.7)
    package var specular = SIMD3<Float>(repeating: 0.3)
    /// Constant, linear and quadratic term of the distance from `position`, whose sum divides the light.
    package var attenuation = SIMD3<Float>(1, 0, 0)
    /// Half the angle of a cone around `direction` outside of which it does not shine, degrees; nil for all around.
    package var cutoff: Double?
    /// Of the cosine of the angle from `direction`.
    package var exponent: Float = 0
    package var castsShadow = true
    /// Whether it shines from the viewpoint.
    package var isHeadlight = false

    package init() {}
  }

  /// The lights that are drawn, as many as OpenGL's fixed pipeline had (MuJoCo `mjMAXLIGHT` is more).
  package static let lightLimit = 8

  /// Index of the light whose shadows are drawn: the first that casts any.
  package var shadowingLight: Int? {
    lights.prefix(Self.lightLimit).firstIndex { $0.castsShadow && $0.diffuse != .zero }
  }

  /// The background: a colour for every elevation, sRGB.
  package struct Sky: Equatable, Sendable {
    /// Straight up, and straight down.
    package var upper = SIMD3<Float>(0.72, 0.82, 0.92)
    package var lower = SIMD3<Float>(0.95, 0.96, 0.98)
    /// Whether one colour changes into the other; else the upper one is everywhere but on the lower side of the cube
    /// around the viewpoint.
    package var isGradient = true
    /// Pictures on the cube around the viewpoint, in place of the colours.
    package var image: TextureImage?

    package init() {}

    /// Its colour at elevation 0.
    var horizon: SIMD3<Float> { image?.mean ?? (isGradient ? 0.5 * (upper + lower) : upper) }

    /// Of one colour.
    package init(_ color: SIMD3<Float>) { (upper, lower, isGradient) = (color, color, false) }
  }

  /// Effects of the renderer (MuJoCo `mjtRndFlag`).
  package struct Style: Equatable, Sendable {
    package var hasShadows = true
    package var hasReflections = true
    package var hasSky = true
    /// Whether distant ground without an edge fades into the horizon.
    package var hasHaze = true
    /// Whether everything fades into the horizon, at a shorter distance.
    package var hasFog = false
    /// Whether translucent shapes add their colour to the background instead of blending with it.
    package var isAdditive = false
    package var isWireframe = false
    /// Whether what no shape covers stays transparent.
    package var isCutOut = false

    package init() {}
  }
}
