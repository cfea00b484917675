import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLRender

/// Triangles of meshes and height fields as they are drawn.
@Suite struct TriangleSurfaceTests {
  static func stage() throws -> Stage {
    Stage(
      model: try Model(
        contentsOf: goldenPath("meshes.xml", of: "RenderTests"), profile: .mujoco4))
  }

  static func surface(_ mesh: String) throws -> TriangleSurface {
    let model = try stage().model
    return TriangleSurface(try #require(model.meshes.first { $0.name == mesh }))
  }

  /// Corners of each triangle, and the outward normal of length 1.
  static func triangles(
    _ surface: TriangleSurface
  ) -> [(corners: [TriangleSurface.Corner], normal: Vector3, area: Double)] {
    stride(from: 0, to: surface.indices.count, by: 3).map { first in
      let corners = (0..<3).map { surface.corners[Int(surface.indices[first + $0])] }
      let p = corners.map { wide($0.place) }
      let twice = (p[1] - p[0]).cross(p[2] - p[0])
      return (corners, twice.normalized(or: .zero), 0.5 * twice.length)
    }
  }

  static func wide(_ v: SIMD3<Float>) -> Vector3 {
    Vector3(Double(v.x), Double(v.y), Double(v.z))
  }

  /// By the divergence theorem.
  static func volume(_ surface: TriangleSurface) -> Double {
    triangles(surface).reduce(0) { sum, triangle in
      sum + triangle.area * triangle.normal.dot(wide(triangle.corners[0].place)) / 3
    }
  }

  /// Places that are on one side of an edge only.
  static func openEdges(_ surface: TriangleSurface) -> Int {
    var edges: Set<[SIMD3<Float>]> = []
    for triangle in triangles(surface) {
      let p = triangle.corners.map(\.place)
      for (a, b) in [(p[0], p[1]), (p[1], p[2]), (p[2], p[0])] {
        if edges.remove([b, a]) == nil { edges.insert([a, b]) }
      }
    }
    return edges.count
  }

  @Test func meshesHaveTheirVolume() throws {
    let model = try Self.stage().model
    for mesh in model.meshes where mesh.name != "pipe" && mesh.name != "ring" {
      let surface = TriangleSurface(mesh)
      // of an L that is not convex, MuJoCo's kind of volume counts overlapping pyramids twice
      if mesh.name != "angle" {
        #expect(abs(Self.volume(surface) - mesh.volume) < 1e-6 * mesh.volume, "\(mesh.name)")
      }
      #expect(Self.openEdges(surface) == 0)
    }
    #expect(abs(Self.volume(try Self.surface("angle")) - 4 * 0.22 * 0.22 * 0.22) < 1e-7)
    #expect(try Self.openEdges(Self.surface("pipe")) == 2 * 8 + 2)
  }

  /// Two prisms to each square of the grid, whose volume is that of their mean height.
  @Test func heightFieldsAreClosedAndHaveTheirVolume() throws {
    let field = try #require(try Self.stage().model.heightFields.first)
    let surface = TriangleSurface(field)
    let (rows, columns) = (field.rowCount, field.columnCount)
    let base = 4 * field.halfWidth * field.halfDepth / Double(2 * (rows - 1) * (columns - 1))
    var volume = 0.0
    func height(_ row: Int, _ column: Int) -> Double {
      Double(field.elevations[row * columns + column]) * field.height + field.base
    }
    for row in 1..<rows {
      for column in 1..<columns {
        let ends = height(row - 1, column - 1) + height(row, column)
        volume += base * (2 * ends + height(row - 1, column) + height(row, column - 1)) / 3
      }
    }
    #expect(abs(Self.volume(surface) - volume) < 1e-6)
    #expect(surface.isFaceted)
    // the bottom is one rectangle, walls are by square
    #expect(
      surface.indices.count == 6 * ((rows - 1) * (columns - 1) + 2 * (rows + columns - 2) + 1))
    #expect(Self.openEdges(surface) == 2 * (rows + columns - 2) + 4)
  }

  /// Smooth where the surface is, and sharp at edges: MuJoCo's cosine of 0.8.
  @Test func normalsAreThoseOfTheSurface() throws {
    let ring = try Self.surface("ring")
    #expect(!ring.isFaceted && ring.hasPictureCoordinates)
    var turned = 0
    for triangle in Self.triangles(ring) {
      for corner in triangle.corners {
        let cosine = Self.wide(corner.normal).dot(triangle.normal)
        #expect(cosine > 0.8)
        if cosine < 0.999 { turned += 1 }
      }
    }
    #expect(turned > 100)
    // an icosahedron, whose corners are at a cosine of 0.795 to its faces
    let ball = try Self.surface("ball")
    #expect(ball.isFaceted && !ball.hasPictureCoordinates)
    for triangle in Self.triangles(ball) {
      for corner in triangle.corners {
        #expect((Self.wide(corner.normal) - triangle.normal).length < 1e-6)
      }
    }
  }

  /// A box of triangles is met where the box is.
  @Test func raysMeetTheTriangles() throws {
    let model = try Model(
      mjcf: """
        <mujoco><asset><mesh name="a" vertex="-1 -1 -1 -1 -1 1 -1 1 -1 -1 1 1 1 -1 -1 1 -1 1 1 1 -1 1 1 1"
          scale="0.3 0.2 0.1"/></asset>
        <worldbody><geom type="mesh" mesh="a" pos="1 2 3" euler="10 20 30"/></worldbody></mujoco>
        """, profile: .mujoco4)
    let mesh = try #require(Stage(model: model).geomShapes(SceneOptions()).first)
    #expect(mesh.kind == .mesh)
    var box = mesh
    (box.kind, box.triangles) = (.box, nil)
    var generator = NumPyGenerator(seed: 3)
    func vector(_ reach: Double) -> Vector3 {
      Vector3(
        generator.uniform(-reach, reach), generator.uniform(-reach, reach),
        generator.uniform(-reach, reach))
    }
    var (hits, misses) = (0, 0)
    for _ in 0..<500 {
      let origin = mesh.position + 2 * vector(1).normalized(or: Vector3(1, 0, 0))
      let way = mesh.position + vector(0.35) - origin
      let ray = Ray(origin: origin, direction: way.normalized(or: Vector3(1, 0, 0)))
      let (found, expected) = (mesh.distance(along: ray), box.distance(along: ray))
      #expect((found == nil) == (expected == nil))
      if let found, let expected {
        hits += 1
        #expect(abs(found - expected) < 1e-6)
      } else {
        misses += 1
      }
    }
    #expect(hits > 100 && misses > 50)
  }
}
