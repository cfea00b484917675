import Foundation
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct MeshTests {
  static let solids: [(Shape.Kind, Vector3)] = [
    (.sphere, Vector3(0.7, 0, 0)), (.capsule, Vector3(0.3, 0.8, 0)),
    (.ellipsoid, Vector3(0.5, 0.7, 0.9)), (.cylinder, Vector3(0.4, 0.6, 0)),
    (.box, Vector3(0.3, 0.5, 0.7)), (.arrow, Vector3(0.1, 0.1, 2)),
  ]

  /// The corners of all triangles of a shape at the origin.
  func triangles(
    _ kind: Shape.Kind, _ size: Vector3, segments: Int
  ) -> [[(place: SIMD3<Double>, normal: SIMD3<Double>)]] {
    let mesh = Mesh(kind, segments: segments)
    let shape = Shape(
      kind, at: .zero, size: size, surface: Surface(color: SIMD4(repeating: 1)))
    let (scale, length) = Mesh.stretch(of: shape)
    let factors = SIMD3(scale.x, scale.y, scale.z)
    // as the vertex shader has it
    let placed = mesh.vertices.map { vertex in
      let turned = vertex.normal / factors
      return (
        vertex.base * factors + SIMD3(0, 0, vertex.end * length),
        turned / (turned * turned).sum().squareRoot()
      )
    }
    return stride(from: 0, to: mesh.indices.count, by: 3).map { first in
      (0..<3).map { placed[Int(mesh.indices[first + $0])] }
    }
  }

  func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  /// Every edge belongs to two triangles that run along it in opposite directions: no holes, and all
  /// triangles face outwards or all inwards.
  @Test(arguments: solids) func surfacesAreClosed(_ kind: Shape.Kind, _ size: Vector3) {
    var edges: [String: Int] = [:]
    for triangle in triangles(kind, size, segments: 24) {
      // by place, for corners with several normals are there several times
      let names = triangle.map { corner in
        (0..<3).map { String(format: "%.9f", corner.place[$0] + 0.0) }.joined(separator: " ")
          .replacing("-0.000000000", with: "0.000000000")
      }
      for i in 0..<3 {
        let (a, b) = (names[i], names[(i + 1) % 3])
        #expect(a != b)
        edges[a < b ? "\(a)|\(b)" : "\(b)|\(a)", default: 0] += a < b ? 1 : -1
      }
    }
    #expect(!edges.isEmpty && edges.values.allSatisfy { $0 == 0 })
  }

  @Test(arguments: solids) func normalsAreUnitAndOutward(_ kind: Shape.Kind, _ size: Vector3) {
    for vertex in Mesh(kind).vertices {
      #expect(abs((vertex.normal * vertex.normal).sum() - 1) < 1e-12)
    }
    for triangle in triangles(kind, size, segments: 24) {
      let face = cross(
        triangle[1].place - triangle[0].place, triangle[2].place - triangle[0].place)
      for corner in triangle { #expect((face * corner.normal).sum() > 0) }
    }
  }

  /// Areas and volumes of the triangles come near to the closed forms, four times nearer when there are
  /// twice as many around.
  @Test(arguments: solids) func areaAndVolumeConverge(_ kind: Shape.Kind, _ size: Vector3) {
    func measure(_ segments: Int) -> (area: Double, volume: Double) {
      triangles(kind, size, segments: segments).reduce((0, 0)) { sum, t in
        let face = cross(t[1].place - t[0].place, t[2].place - t[0].place)
        return (
          sum.0 + 0.5 * (face * face).sum().squareRoot(),
          sum.1 + (t[0].place * face).sum() / 6
        )
      }
    }
    let exact = Self.closedForm(kind, size)
    let (coarse, fine) = (measure(32), measure(64))
    if kind == .box {
      expectClose([fine.area, fine.volume], [exact.area, exact.volume], within: 1e-12)
      return
    }
    for (a, b, c) in [
      (coarse.area, fine.area, exact.area), (coarse.volume, fine.volume, exact.volume),
    ] {
      #expect(b < c && a < b)
      // the ratio of the errors is 4 up to terms of fourth order
      #expect(abs((c - a) / (c - b) - 4) < 0.1, "\(kind) \(a) \(b) \(c)")
    }
  }

  static func closedForm(_ kind: Shape.Kind, _ s: Vector3) -> (area: Double, volume: Double) {
    let (r, h) = (s.x, s.y)
    switch kind {
    case .plane, .mesh: return (0, 0)
    case .sphere: return (4 * .pi * r * r, 4 / 3 * .pi * r * r * r)
    case .capsule:
      return (4 * .pi * r * r + 4 * .pi * r * h, 4 / 3 * .pi * r * r * r + 2 * .pi * r * r * h)
    case .cylinder: return (2 * .pi * r * r + 4 * .pi * r * h, 2 * .pi * r * r * h)
    case .box:
      return (8 * (s.x * s.y + s.y * s.z + s.z * s.x), 8 * s.x * s.y * s.z)
    case .ellipsoid:
      return (ellipsoidArea(s), 4 / 3 * .pi * s.x * s.y * s.z)
    case .arrow:
      // a shaft of radius r, and a cone of radius 2r and length 5r
      let shaft = s.z - 5 * r
      let slope = (4 * r * r + 25 * r * r).squareRoot()
      let area = .pi * r * r + 2 * .pi * r * shaft + 3 * .pi * r * r + .pi * 2 * r * slope
      return (area, .pi * r * r * shaft + .pi * 4 * r * r * 5 * r / 3)
    }
  }

  /// By integration over the sphere of its directions, in steps fine enough for ten digits.
  static func ellipsoidArea(_ s: Vector3) -> Double {
    let n = 400
    var sum = 0.0
    for i in 0..<n {
      let z = -1 + 2 * (Double(i) + 0.5) / Double(n)
      let rho = (1 - z * z).squareRoot()
      for j in 0..<n {
        let angle = 2 * .pi * (Double(j) + 0.5) / Double(n)
        let (x, y) = (rho * cos(angle), rho * sin(angle))
        let (u, v, w) = (x * s.y * s.z, y * s.x * s.z, z * s.x * s.y)
        sum += (u * u + v * v + w * w).squareRoot()
      }
    }
    return 4 * .pi * sum / Double(n * n)
  }
}
