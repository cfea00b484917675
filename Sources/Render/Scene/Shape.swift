import IDQLPhysics

/// A geometry to draw: its pose, size and appearance (MuJoCo `mjvGeom`).
package struct Shape: Equatable, Sendable {
  /// The geometry.
  package enum Kind: Int, CaseIterable, Sendable {
    /// Its local +z points out of the ground; a half size of 0 is infinite, as planes are in collision detection.
    case plane
    case sphere
    /// Along local z, with round ends.
    case capsule
    case ellipsoid
    case cylinder
    case box
    /// From its position along local +z; `size` is (shaft radius, shaft radius, length).
    case arrow
    /// Of the triangles of its surface, which have their own size.
    case mesh
  }

  /// The element of the model that it stands for.
  package enum Source: Hashable, Sendable {
    case geom(Int)
    case site(Int)
    case tendon(Int)
    case joint(Int)
    case body(Int)
    case contact(Int)
    case actuator(Int)
    case camera(Int)
    case light(Int)
    /// No element of the model: a ghost, a path, the mark of a goal.
    case decoration
  }

  package var kind: Kind
  /// In the world frame, m.
  package var position: Vector3
  /// From its local frame to the world frame.
  package var orientation: Quaternion
  /// As `Geom.size`: half sizes, or radius and half length, m.
  package var size: Vector3
  package var surface: Surface
  package var source: Source
  /// The body it is fixed to; the world for decorations.
  package var body: Int
  package var castsShadow: Bool
  /// Of a mesh.
  package var triangles: TriangleSurface?

  package init(
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

  package var isTranslucent: Bool { surface.color.w < 1 }
}

/// The material of a shape. Colours are sRGB, 0…1.
package struct Surface: Equatable, Sendable {
  /// Red, green, blue, opacity.
  package var color: SIMD4<Float>
  package var specular: Float
  /// 0…1, as in MJCF: 1 gives a small sharp highlight.
  package var shininess: Float
  /// Share of the mirror image that is added to a plane's colour, 0…1.
  package var reflectance: Float
  /// Share of its colour that it has besides that of the lights, 0…1.
  package var emission: Float
  package var checker: Checker?
  package var texture: Texture?

  /// Rectangles of alternating colours along the local x and y of a plane.
  package struct Checker: Equatable, Sendable {
    /// Of the rectangle with the corner where x and -y are least, and of those diagonal to it.
    package var first: SIMD3<Float>
    package var second: SIMD3<Float>
    /// Edges of a rectangle, m.
    package var edges: SIMD2<Double>
    /// Of the plane's middle from that corner, in rectangles.
    package var middle: SIMD2<Double>
  }

  /// An image whose colours are factors of what is seen.
  package struct Texture: Equatable, Sendable {
    package var image: TextureImage
    /// Of a flat image: how often it is repeated along x and y, per metre of a plane, or over the whole of a shape. Of
    /// a cube: the factors of the direction in which it is looked up.
    package var scale: SIMD3<Double>
    /// Of the middle of a plane or a mesh from the image's upper left corner, in repetitions.
    package var middle = SIMD2<Double>.zero
  }

  package init(
    color: SIMD4<Float>, specular: Float = 0.5, shininess: Float = 0.5, reflectance: Float = 0,
    emission: Float = 0, checker: Checker? = nil, texture: Texture? = nil
  ) {
    self.color = color
    self.specular = specular
    self.shininess = shininess
    self.reflectance = reflectance
    self.emission = emission
    self.checker = checker
    self.texture = texture
  }
}

extension Shape {
  /// A line segment as a capsule of that radius.
  package static func segment(
    from start: Vector3, to end: Vector3, radius: Double, surface: Surface,
    source: Source = .decoration
  ) -> Shape {
    let offset = end - start
    return Shape(
      .capsule, at: 0.5 * (start + end), orientation: turn(zOnto: offset),
      size: Vector3(radius, 0.5 * offset.length, 0), surface: surface, source: source,
      castsShadow: false)
  }

  /// - Parameter radius: of the shaft; the head is twice as wide.
  package static func arrow(
    from start: Vector3, to end: Vector3, radius: Double, surface: Surface,
    source: Source = .decoration
  ) -> Shape {
    let offset = end - start
    return Shape(
      .arrow, at: start, orientation: turn(zOnto: offset),
      size: Vector3(radius, radius, offset.length), surface: surface, source: source,
      castsShadow: false)
  }

  private static func turn(zOnto direction: Vector3) -> Quaternion {
    Quaternion(turningZOnto: direction.normalized(or: Vector3(0, 0, 1)))
  }
}
