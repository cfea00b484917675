import IDQLPhysics

/// One thing to draw: a geometry, where it is, how large, and what it looks like (MuJoCo `mjvGeom`).
public struct Shape: Equatable, Sendable {
  public enum Kind: Int, CaseIterable, Sendable {
    /// Infinite, as it is to contacts; its local +z points out of the ground.
    case plane
    case sphere
    /// Along local z, with round ends.
    case capsule
    case ellipsoid
    case cylinder
    case box
    /// From its position along local +z: `size` is the radius of its shaft twice, then its length.
    case arrow
  }

  /// What it stands for.
  public enum Source: Hashable, Sendable {
    case geom(Int)
    case site(Int)
    case joint(Int)
    case body(Int)
    case contact(Int)
    case actuator(Int)
    case camera(Int)
    case light(Int)
    /// Belongs to no element of the model: a ghost, a path, the mark of a goal.
    case decoration
  }

  public var kind: Kind
  /// In the world frame, m.
  public var position: Vector3
  public var orientation: Quaternion
  /// As `Geom.size`: half sizes, or radius and half length. Not used by a plane.
  public var size: Vector3
  public var surface: Surface
  public var source: Source
  /// The body it is fixed to; the world for decorations.
  public var body: Int
  public var castsShadow: Bool

  public init(
    _ kind: Kind, at position: Vector3, orientation: Quaternion = .identity, size: Vector3,
    surface: Surface, source: Source = .decoration, body: Int = 0, castsShadow: Bool = true
  ) {
    self.kind = kind
    self.position = position
    self.orientation = orientation
    self.size = size
    self.surface = surface
    self.source = source
    self.body = body
    self.castsShadow = castsShadow
  }

  public var isTranslucent: Bool { surface.color.w < 1 }
}

/// How a shape meets light. Colours are as on the screen (sRGB), 0…1.
public struct Surface: Equatable, Sendable {
  /// Red, green, blue, opacity.
  public var color: SIMD4<Float>
  public var specular: Float
  /// 0…1, as in MJCF: 1 is a small sharp highlight.
  public var shininess: Float
  /// Share of what a plane mirrors, 0…1.
  public var reflectance: Float
  /// Share of its colour that it shows whatever the light, 0…1.
  public var emission: Float
  public var checker: Checker?

  /// Squares of two colours that alternate along the local x and y of a plane.
  public struct Checker: Equatable, Sendable {
    public var first: SIMD3<Float>
    public var second: SIMD3<Float>
    /// Edge of a square, m.
    public var edge: Double

    public init(first: SIMD3<Float>, second: SIMD3<Float>, edge: Double) {
      self.first = first
      self.second = second
      self.edge = edge
    }
  }

  public init(
    color: SIMD4<Float>, specular: Float = 0.5, shininess: Float = 0.5, reflectance: Float = 0,
    emission: Float = 0, checker: Checker? = nil
  ) {
    self.color = color
    self.specular = specular
    self.shininess = shininess
    self.reflectance = reflectance
    self.emission = emission
    self.checker = checker
  }
}

extension Shape {
  /// A straight line of that radius, with round ends.
  public static func segment(
    from start: Vector3, to end: Vector3, radius: Double, surface: Surface,
    source: Source = .decoration
  ) -> Shape {
    let way = end - start
    return Shape(
      .capsule, at: 0.5 * (start + end), orientation: turn(zOnto: way),
      size: Vector3(radius, 0.5 * way.length, 0), surface: surface, source: source,
      castsShadow: false)
  }

  /// - Parameter radius: of the shaft; the head is twice as wide.
  public static func arrow(
    from start: Vector3, to end: Vector3, radius: Double, surface: Surface,
    source: Source = .decoration
  ) -> Shape {
    let way = end - start
    return Shape(
      .arrow, at: start, orientation: turn(zOnto: way),
      size: Vector3(radius, radius, way.length), surface: surface, source: source,
      castsShadow: false)
  }

  private static func turn(zOnto way: Vector3) -> Quaternion {
    Quaternion(turningZOnto: way.normalized(or: Vector3(0, 0, 1)))
  }
}
