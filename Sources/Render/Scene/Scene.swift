import IDQLPhysics

/// The content of a picture, as a value that needs no graphics library (MuJoCo `mjvScene`).
public struct Scene: Equatable, Sendable {
  /// In the order of addition; translucent shapes are sorted when they are drawn.
  package var shapes: [Shape]
  package var light: Light
  package var sky: Sky
  package var viewpoint: Viewpoint
  package var style: Style

  package init(
    shapes: [Shape] = [], light: Light = Light(), sky: Sky = Sky(), viewpoint: Viewpoint,
    style: Style = Style()
  ) {
    self.shapes = shapes
    self.light = light
    self.sky = sky
    self.viewpoint = viewpoint
    self.style = style
  }

  /// A directional light. Colours are factors of a surface's own.
  package struct Light: Equatable, Sendable {
    /// Direction of the light, unit vector in the world frame.
    package var direction = Vector3(0.3, 0.4, -1).normalized(or: Vector3(0, 0, -1))
    package var ambient = SIMD3<Float>(repeating: 0.3)
    package var diffuse = SIMD3<Float>(repeating: 0.7)
    package var specular = SIMD3<Float>(repeating: 0.3)

    package init() {}
  }

  /// The background: a gradient of sRGB colours from the horizon to the zenith.
  package struct Sky: Equatable, Sendable {
    package var zenith = SIMD3<Float>(0.72, 0.82, 0.92)
    package var horizon = SIMD3<Float>(0.95, 0.96, 0.98)

    package init() {}
  }

  /// Effects of the renderer (MuJoCo `mjtRndFlag`).
  package struct Style: Equatable, Sendable {
    package var hasShadows = true
    package var hasReflections = true
    package var hasSky = true
    /// Whether distant ground fades into the horizon.
    package var hasHaze = true
    /// Whether everything fades into the horizon, at a shorter distance.
    package var hasFog = false
    /// Whether translucent shapes add their colour to the background instead of blending with it.
    package var isAdditive = false
    package var isWireframe = false

    package init() {}
  }
}
