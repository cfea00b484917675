import Foundation
import IDQLPhysics

/// The surface of a kind of shape as triangles, for any size.
///
/// A vertex is at `base · scale + end · (0, 0, length)`, so that the caps of a capsule stay round
/// and the head of an arrow keeps its proportions at every length. The vertices of a triangle
/// are in counterclockwise order seen from outside.
struct Mesh: Equatable {
  struct Vertex: Equatable {
    var base: SIMD3<Double>
    /// Unit, of the mesh at scale one.
    var normal: SIMD3<Double>
    /// -1, 0 or 1.
    var end: Double
  }

  var vertices: [Vertex] = []
  var indices: [UInt16] = []

  /// - Parameter segments: around the axis of round shapes.
  init(_ kind: Shape.Kind, segments: Int = 48) {
    switch kind {
    // infinite, and drawn without a mesh
    case .plane: break
    // of its own triangles
    case .mesh: break
    case .sphere, .ellipsoid: addBall(segments, end: { _ in 0 })
    case .capsule: addBall(segments, end: { $0 < 0 ? -1 : 1 })
    case .cylinder: addCylinder(segments)
    case .box: addBox()
    case .arrow: addArrow(segments)
    }
  }

  /// `scale` and `length` of a vertex for the size of a shape.
  static func stretch(of shape: Shape) -> (scale: Vector3, length: Double) {
    let size = shape.size
    switch shape.kind {
    case .plane, .mesh: return (Vector3(1, 1, 1), 0)
    case .sphere: return (Vector3(size.x, size.x, size.x), 0)
    case .capsule: return (Vector3(size.x, size.x, size.x), size.y)
    case .ellipsoid, .box: return (size, 0)
    case .cylinder: return (Vector3(size.x, size.x, 1), size.y)
    case .arrow:
      // the head of a short arrow shrinks
      let radius = min(size.x, size.z / Self.headLength)
      return (Vector3(size.x, size.x, radius), size.z)
    }
  }

  /// Those that are the same triangles at every size.
  static let kinds = Shape.Kind.allCases.filter { $0 != .plane && $0 != .mesh }

  /// Size of an arrow's head, in radii of its shaft.
  private static let headLength = 5.0
  private static let headRadius = 2.0

  private mutating func addBox() {
    for axis in 0..<3 {
      for sign in [-1.0, 1] {
        let first = UInt16(vertices.count)
        var normal = SIMD3<Double>.zero
        normal[axis] = sign
        for (u, v) in [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)] {
          var corner = normal
          corner[(axis + 1) % 3] = u * sign
          corner[(axis + 2) % 3] = v
          vertices.append(Vertex(base: corner, normal: normal, end: 0))
        }
        indices += [0, 1, 2, 0, 2, 3].map { first + $0 }
      }
    }
  }

  /// - Parameter end: of a ring, by its z. If it changes at the equator, that ring is doubled.
  private mutating func addBall(_ segments: Int, end: (Double) -> Double) {
    let rings = segments / 2
    var profile: [(radius: Double, z: Double, end: Double)] = []
    for ring in 0...rings {
      let angle = .pi * (Double(ring) / Double(rings) - 0.5)
      let (radius, z) = (ring == 0 || ring == rings ? 0 : cos(angle), sin(angle))
      if 2 * ring == rings {
        profile.append((1, 0, end(-1)))
        if end(-1) != end(1) { profile.append((1, 0, end(1))) }
      } else {
        profile.append((radius, z, end(z)))
      }
    }
    addRevolution(
      segments,
      profile.map { ring in
        Ring(radius: ring.radius, z: ring.z, normal: (ring.radius, ring.z), end: ring.end)
      })
  }

  private mutating func addCylinder(_ segments: Int) {
    for side in [-1.0, 1] {
      let rim = Ring(radius: 1, z: 0, normal: (0, side), end: side)
      let middle = Ring(radius: 0, z: 0, normal: (0, side), end: side)
      addRevolution(segments, side < 0 ? [middle, rim] : [rim, middle])
    }
    addRevolution(segments, [-1.0, 1].map { Ring(radius: 1, z: 0, normal: (1, 0), end: $0) })
  }

  /// From the origin along +z to `length`, the end of its head.
  private mutating func addArrow(_ segments: Int) {
    let (length, radius) = (Self.headLength, Self.headRadius)
    addRevolution(
      segments,
      [0, 1.0].map { Ring(radius: $0, z: 0, normal: (0, -1), end: 0) })
    addRevolution(
      segments,
      [
        Ring(radius: 1, z: 0, normal: (1, 0), end: 0),
        Ring(radius: 1, z: -length, normal: (1, 0), end: 1),
      ])
    addRevolution(
      segments, [1, radius].map { Ring(radius: $0, z: -length, normal: (0, -1), end: 1) })
    let slope = (length * length + radius * radius).squareRoot()
    addRevolution(
      segments,
      [radius, 0].map {
        Ring(
          radius: $0, z: $0 > 0 ? -length : 0, normal: (length / slope, radius / slope), end: 1)
      })
  }

  private struct Ring {
    var radius: Double
    var z: Double
    /// Radial and axial component.
    var normal: (Double, Double)
    var end: Double
  }

  /// The surface between rings around z. The outside is to the right of the profile from the first
  /// ring to the last.
  private mutating func addRevolution(_ segments: Int, _ rings: [Ring]) {
    let first = vertices.count
    for ring in rings {
      for segment in 0...segments {
        // the last column equals the first one, to the bit
        let angle = 2 * .pi * Double(segment % segments) / Double(segments)
        let (c, s) = (cos(angle), sin(angle))
        vertices.append(
          Vertex(
            base: SIMD3(ring.radius * c, ring.radius * s, ring.z),
            normal: SIMD3(ring.normal.0 * c, ring.normal.0 * s, ring.normal.1), end: ring.end))
      }
    }
    let columns = segments + 1
    for row in 0..<rings.count - 1 {
      for column in 0..<segments {
        let a = UInt16(first + row * columns + column)
        let (b, c) = (a + 1, a + UInt16(columns))
        // a triangle at the axis has no area
        if rings[row].radius > 0 { indices += [a, b, c + 1] }
        if rings[row + 1].radius > 0 { indices += [a, c + 1, c] }
      }
    }
  }
}
