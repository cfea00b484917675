import Foundation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Meshes against MuJoCo 4.0.0 (`Scripts/record_meshes.py`), closed forms and broken files.
@Suite struct MeshTests {
  struct Recorded: Decodable {
    struct Pair: Decodable {
      struct Case: Decodable {
        var position: [Double]
        var contacts: [Double]
      }
      var document: String
      var cases: [Case]
    }
    var compiled: [String: [String: [Double]]]
    var touching: [String: Pair]
  }

  static let recorded = Result {
    try JSONDecoder().decode(
      Recorded.self,
      from: Data(contentsOf: URL(fileURLWithPath: goldenPath("meshes/expected.json"))))
  }

  // MARK: Compiling

  /// Files of every format, kinds of inertia, scales, references and fitted shapes. Vertices are of
  /// single precision; all else is rounding of sums in another order.
  @Test func meshesCompileToMuJoCosArrays() throws {
    let documents = try Self.recorded.get().compiled
    #expect(documents.count == 9)
    for (name, expected) in documents {
      let model = try Model(contentsOf: goldenPath("meshes/\(name).xml"), profile: .mujoco4)
      for (key, values) in expected {
        let scale = values.reduce(1e-300) { max($0, abs($1)) }
        let tolerance = key == "mesh_vert" ? 1e-7 : 1e-12
        expectClose(
          arrays(of: model, key), values, within: tolerance * scale, "\(name) \(key)")
      }
    }
  }

  private func arrays(of model: Model, _ key: String) -> [Double] {
    switch key {
    case "body_mass": model.bodies.map(\.mass)
    case "body_inertia": model.bodies.flatMap(\.inertia.array)
    case "body_ipos": model.bodies.flatMap(\.inertialPosition.array)
    case "body_iquat": model.bodies.flatMap { numbers($0.inertialOrientation) }
    case "geom_pos": model.geoms.flatMap(\.position.array)
    case "geom_quat": model.geoms.flatMap { numbers($0.orientation) }
    case "geom_size": model.geoms.flatMap { numbers(of: $0) }
    case "geom_rbound": model.geoms.map(\.boundingRadius)
    default:
      model.geoms.filter { $0.mesh >= 0 }.flatMap {
        model.meshes[$0.mesh].vertices.flatMap(\.array)
      }
    }
  }

  struct Appearance: Decodable {
    var places, normals, pictureCoordinates: [Double]
  }

  /// By corner of every triangle: from files of each format and from the document, smooth and flat, turned, stretched and
  /// mirrored. 1e-6: single precision, of sums that MuJoCo takes in single precision too.
  @Test func normalsAndTextureCoordinatesAreMuJoCos() throws {
    let recorded = try JSONDecoder().decode(
      [String: Appearance].self,
      from: Data(contentsOf: URL(fileURLWithPath: goldenPath("meshes/appearance.json"))))
    let model = try Model(contentsOf: goldenPath("meshes/appearance.xml"), profile: .mujoco4)
    #expect(recorded.count == 9 && model.meshes.count == 9)
    for mesh in model.meshes {
      let expected = try #require(recorded[mesh.name])
      let look = mesh.appearance
      func corners(_ triangles: [SIMD3<Int32>]) -> [Int] {
        triangles.flatMap { triangle in (0..<3).map { Int(triangle[$0]) } }
      }
      let found = Appearance(
        places: corners(mesh.triangles).flatMap { mesh.vertices[$0].array },
        normals: corners(look.triangleNormals).flatMap { index in
          (0..<3).map { Double(look.normals[index][$0]) }
        },
        pictureCoordinates: corners(look.trianglePictureCoordinates).flatMap { index in
          (0..<2).map { Double(look.pictureCoordinates[index][$0]) }
        })
      // triangles of a hull begin at other corners than MuJoCo's
      if mesh.name == "hull" {
        #expect(found.places.count == expected.places.count)
        #expect(found.pictureCoordinates.count == expected.pictureCoordinates.count)
        continue
      }
      expectClose(found.places, expected.places, within: 1e-6, mesh.name)
      expectClose(found.normals, expected.normals, within: 1e-6, mesh.name)
      expectClose(
        found.pictureCoordinates, expected.pictureCoordinates, within: 1e-6, mesh.name)
    }
  }

  @Test func aGeomTakesTheMaterialOfItsMesh() throws {
    let model = try Model(
      mjcf: """
        <mujoco><asset><material name="a"/><material name="b"/>
        <mesh name="m" vertex="\(Self.cube)" material="b"/></asset>
        <worldbody><geom type="mesh" mesh="m"/><geom type="mesh" mesh="m" material="a"/></worldbody>
        </mujoco>
        """, profile: .mujoco4)
    #expect(model.geoms.map { model.visuals.materials[$0.material].name } == ["b", "a"])
  }

  private func numbers(_ q: Quaternion) -> [Double] { [q.w, q.x, q.y, q.z] }

  private func numbers(of geom: Geom) -> [Double] { geom.size.array }

  /// A box of triangles has mass and inertia of a box, whatever the kind, but a shell those of six
  /// plates.
  @Test(arguments: ["legacy", "exact", "convex", "shell"])
  func aBoxOfTrianglesIsABox(_ kind: String) throws {
    let model = try Model(
      mjcf: """
        <mujoco><asset><mesh name="a" inertia="\(kind)" vertex="\(Self.cube)"
          face="0 1 3 0 3 2 4 7 5 4 6 7 0 5 1 0 4 5 2 3 7 2 7 6 0 6 4 0 2 6 1 5 7 1 7 3"
          scale="0.1 0.2 0.3"/></asset>
        <worldbody><body><freejoint/>
        <geom type="mesh" mesh="a" density="1000" contype="0" conaffinity="0"/></body></worldbody>
        </mujoco>
        """, profile: .mujoco4)
    let body = model.bodies[1]
    // 0.2 m × 0.4 m × 0.6 m; moments in descending order
    if kind != "shell" { expectClose(body.inertia.array, [2.08, 1.6, 0.8], within: 1e-6) }
    expectClose([body.mass], [kind == "shell" ? 880 : 48], within: 1e-4)
    #expect(body.inertialPosition.length < 1e-7)
  }

  private static let cube = "-1 -1 -1 -1 -1 1 -1 1 -1 -1 1 1 1 -1 -1 1 -1 1 1 1 -1 1 1 1"

  // MARK: Contacts

  /// 1e-8: the search ends within 1e-6 of the depth, by the same steps as MuJoCo's but for the rounding
  /// of vertices to single precision. A polygon that a patch of nearly parallel triangles makes begins
  /// at another corner, and so may have another normal: at most one contact in a hundred is off.
  @Test func contactsAreMuJoCos() throws {
    var (count, off) = (0, 0)
    for (name, pair) in try Self.recorded.get().touching.sorted(by: { $0.key < $1.key }) {
      let model = try Model(mjcf: pair.document, named: name, profile: .mujoco4)
      let simulation = Simulation(model: model)
      for (number, recorded) in pair.cases.enumerated() {
        simulation.reset(
          position: recorded.position,
          velocity: Array(repeating: 0, count: model.velocityCount))
        simulation.refresh()
        let label = "\(name) \(number)"
        var rest = simulation.contacts
        #expect(7 * rest.count == recorded.contacts.count, "\(label)")
        // faces begin at other corners than MuJoCo's
        for start in stride(from: 0, to: recorded.contacts.count, by: 7) {
          let expected = Array(recorded.contacts[start..<start + 7])
          let place = Vector3(expected[1], expected[2], expected[3])
          guard
            let index = rest.indices.min(by: {
              (rest[$0].position - place).length < (rest[$1].position - place).length
            })
          else { break }
          let contact = rest.remove(at: index)
          let found = [contact.distance] + contact.position.array + contact.normal.array
          if zip(found, expected).contains(where: { abs($0 - $1) > 1e-8 }) { off += 1 }
          count += 1
        }
      }
    }
    #expect(count > 400 && 100 * off < count, "\(off) of \(count)")
  }

  @Test func olderReleasesRefuseContactsOfMeshes() {
    let document = """
      <mujoco><asset><mesh name="a" vertex="\(Self.cube)"/></asset><worldbody>
      <geom type="plane" size="1 1 1"/>
      <body><freejoint/><geom name="box" type="mesh" mesh="a"/></body></worldbody></mujoco>
      """
    #expect(throws: MJCFError.self) { try Model(mjcf: document, profile: .mujoco3) }
    #expect(throws: Never.self) { try Model(mjcf: document, profile: .mujoco4) }
  }

  // MARK: Convex hulls

  /// Every edge has two triangles, and no point is outside of one.
  @Test func hullsContainTheirPoints() throws {
    var generator = NumPyGenerator(seed: 3)
    for number in 0..<60 {
      let count = 4 + generator.integer(below: 300)
      let points = (0..<count).map { _ in
        let point = generator.vector(-1, 1)
        // on a sphere, in a ball, or on a grid with many of its points in one plane
        return number % 3 == 0
          ? point.normalized(or: point)
          : number % 3 == 1
            ? point
            : Vector3((2 * point.x).rounded(), (2 * point.y).rounded(), (2 * point.z).rounded())
      }
      let hull = try #require(ConvexHull(points))
      var edges: Set<SIMD2<Int32>> = []
      for triangle in hull.triangles {
        for corner in 0..<3 {
          #expect(edges.insert(SIMD2(triangle[corner], triangle[(corner + 1) % 3])).inserted)
        }
        let (a, b, c) = (
          points[Int(triangle.x)], points[Int(triangle.y)], points[Int(triangle.z)]
        )
        let across = (b - a).cross(c - a)
        if across.length < 1e-12 { continue }
        let normal = across.normalized(or: across)
        #expect(points.allSatisfy { ($0 - a).dot(normal) < 2e-12 })
      }
      #expect(edges.allSatisfy { edges.contains(SIMD2($0.y, $0.x)) })
      if number % 3 == 0 { #expect(hull.corners.count == count) }
    }
  }

  @Test func pointsInAPlaneHaveNoHull() {
    var generator = NumPyGenerator(seed: 4)
    let (origin, x, y) = (
      generator.vector(-1, 1), generator.vector(-1, 1), generator.vector(-1, 1)
    )
    #expect(ConvexHull([]) == nil)
    #expect(ConvexHull([origin, origin, origin, origin]) == nil)
    let flat = (0..<50).map { _ in
      origin + generator.uniform(-1, 1) * x + generator.uniform(-1, 1) * y
    }
    #expect(ConvexHull(flat) == nil)
    #expect(ConvexHull(flat + [origin + x.cross(y)]) != nil)
  }

  // MARK: Files

  /// Cut, lengthened or altered anywhere: refused with a reason, or read within bounds.
  @Test(arguments: ["ball.stl", "angle.STL", "lump.msh", "box.obj"])
  func brokenFilesAreRefused(_ name: String) throws {
    let path = goldenPath("meshes/files/\(name)")
    let intact = Array(try #require(FileManager.default.contents(atPath: path)))
    let format = String(name.suffix(3)).lowercased()
    #expect(throws: Never.self) { try TriangleMesh(bytes: intact, format: format) }
    var generator = NumPyGenerator(seed: 5)
    var refused = 0
    for number in 0..<400 {
      var bytes = intact
      switch number % 4 {
      case 0: bytes = Array(bytes.prefix(generator.integer(below: bytes.count)))
      case 1: bytes += (0..<1 + generator.integer(below: 9)).map { _ in 0xFF }
      default:
        for _ in 0..<1 + generator.integer(below: 4) {
          bytes[generator.integer(below: bytes.count)] = UInt8(generator.integer(below: 256))
        }
      }
      do {
        let mesh = try TriangleMesh(bytes: bytes, format: format)
        #expect(mesh.problem == nil)
      } catch {
        refused += 1
        #expect(!error.reason.isEmpty)
      }
    }
    #expect(refused > 50)
  }

  @Test func whatIsWrongIsNamed() {
    func message(_ asset: String, _ geom: String = #"mesh="a""#) -> String {
      let document = """
        <mujoco><asset><mesh name="a" \(asset)/></asset>
        <worldbody><body><freejoint/><geom type="mesh" \(geom)/></body></worldbody></mujoco>
        """
      do {
        _ = try Model(mjcf: document, profile: .mujoco4)
        return "accepted"
      } catch { return error.description }
    }
    #expect(message("vertex='\(Self.cube)'") == "accepted")
    #expect(
      message("file='a.stl'")
        == "model.xml:1: the file of a <mesh> in a document without a file is not supported. Read the "
        + "document from its file, or give 'vertex' and 'face'.")
    #expect(
      message("vertex='0 0 0 1 0 0 0 1 0'")
        == "model.xml:1: <mesh> is impossible: it has 3 vertices, not at least 4. 'vertex' and "
        + "'normal' have three numbers a vertex, 'texcoord' two, 'face' three indices a triangle.")
    #expect(
      message("vertex='\(Self.cube)' face='0 1 8'")
        == "model.xml:1: <mesh> is impossible: triangle 1 refers to vertex 9 of 8. 'vertex' and "
        + "'normal' have three numbers a vertex, 'texcoord' two, 'face' three indices a triangle.")
    #expect(
      message("vertex='0 0 0 1 0 0 0 1 0 1 1 0'")
        == "model.xml:1: the vertices of mesh 'a' lie in a plane. A thin box can take its place, or "
        + "contype=\"0\" conaffinity=\"0\" of the geoms.")
    #expect(
      message("vertex='\(Self.cube)' normal='0 0 1'").contains(
        "it has 1 normals for 8 vertices"))
    #expect(
      message("vertex='\(Self.cube)' texcoord='0 0 1'").contains(
        "'texcoord' of <mesh> has 3 numbers"))
    #expect(
      message("vertex='\(Self.cube)' scale='1 0 1'")
        == "model.xml:1: 'scale' of <mesh> is 1.0 0.0 1.0. None of the three may be 0.")
    #expect(
      message("vertex='\(Self.cube)' maxhullvert='8'")
        == "model.xml:1: maxhullvert=\"8\" of <mesh> is not supported. Leave it out: the whole convex "
        + "hull is used.")
    #expect(
      message("vertex='\(Self.cube)'", "mesh='b'").hasPrefix("model.xml:2: no mesh is named 'b'."))
    #expect(
      message("vertex='\(Self.cube)'", "") == "model.xml:2: <geom> needs the attribute 'mesh'.")
  }

  /// Masses and sizes of other geoms can be changed, the size of a mesh cannot.
  @Test func theSizeOfAMeshIsFixed() throws {
    let model = try Model(
      contentsOf: goldenPath("meshes/kind-exact.xml"), profile: .mujoco4)
    #expect(throws: ModelEditError.self) { try model.edited { $0.geoms[0].size.x *= 2 } }
    let heavier = try model.edited { $0.bodies[1].mass *= 2 }
    #expect(heavier.bodies[1].mass == 2 * model.bodies[1].mass)
  }
}
