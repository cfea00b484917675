import IDQLPhysics

/// All that a picture shows, as a value: it needs no graphics library (MuJoCo `mjvScene`).
public struct Scene: Equatable, Sendable {
  /// In the order in which they were added; translucent ones are sorted when they are drawn.
  public var shapes: [Shape]
  public var light: Light
  public var sky: Sky
  public var viewpoint: Viewpoint
  public var style: Style

  public init(
    shapes: [Shape] = [], light: Light = Light(), sky: Sky = Sky(), viewpoint: Viewpoint,
    style: Style = Style()
  ) {
    self.shapes = shapes
    self.light = light
    self.sky = sky
    self.viewpoint = viewpoint
    self.style = style
  }

  /// A directional light. Colours are factors on a surface's own.
  public struct Light: Equatable, Sendable {
    /// Unit vector in which it shines, world axes.
    public var direction = Vector3(0.3, 0.4, -1).normalized(or: Vector3(0, 0, -1))
    public var ambient = SIMD3<Float>(repeating: 0.3)
    public var diffuse = SIMD3<Float>(repeating: 0.7)
    public var specular = SIMD3<Float>(repeating: 0.3)

    public init() {}
  }

  /// What is behind everything, from the horizon to straight up.
  public struct Sky: Equatable, Sendable {
    public var zenith = SIMD3<Float>(0.72, 0.82, 0.92)
    public var horizon = SIMD3<Float>(0.95, 0.96, 0.98)

    public init() {}
  }

  /// How it is drawn.
  public struct Style: Equatable, Sendable {
    public var hasShadows = true
    public var hasReflections = true
    public var hasSky = true
    /// Whether the ground fades into the horizon.
    public var hasHaze = true
    /// Whether everything fades, and sooner.
    public var hasFog = false
    /// Whether translucent shapes add light to what is behind them instead of covering it.
    public var isAdditive = false
    public var isWireframe = false

    public init() {}
  }
}
