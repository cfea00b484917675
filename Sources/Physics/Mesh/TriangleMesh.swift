/// Points and triangles as a document or a file gives them.
struct TriangleMesh: Equatable {
  /// In the unit of the file; of single precision, as MuJoCo reads them.
  var vertices: [Vector3] = []
  /// Indices of vertices, counter-clockwise seen from outside.
  var triangles: [SIMD3<Int32>] = []
  /// Normals of no length in particular; indices may be missing where they are those of the triangles.
  var appearance = MeshAppearance()

  /// Vertices or triangles that one mesh may have.
  static let sizeLimit = 2_000_000

  /// What is wrong with it; nil if every triangle has its three vertices and every number is finite.
  var problem: String? {
    if vertices.count < 4 { return "it has \(vertices.count) vertices, not at least 4" }
    if vertices.count > Self.sizeLimit || triangles.count > Self.sizeLimit {
      return "it has more than \(Self.sizeLimit) vertices or triangles"
    }
    if let index = vertices.firstIndex(where: { !$0.squaredLength.isFinite }) {
      return "vertex \(index + 1) is not finite"
    }
    let count = Int32(vertices.count)
    for (index, triangle) in triangles.enumerated() {
      for corner in 0..<3 where !(0..<count).contains(triangle[corner]) {
        return "triangle \(index + 1) refers to vertex \(Int(triangle[corner]) + 1) of \(count)"
      }
    }
    return appearance.problem(vertexCount: vertices.count, triangleCount: triangles.count)
  }

  /// Vertices that are equal become one, in the order of their first appearance.
  init(corners: [Vector3]) {
    var indices: [SIMD3<Double>: Int32] = [:]
    var triangle = SIMD3<Int32>()
    for (number, corner) in corners.enumerated() {
      let next = Int32(vertices.count)
      let key = SIMD3(corner.x, corner.y, corner.z)
      let index = indices[key, default: next]
      if index == next {
        indices[key] = next
        vertices.append(corner)
      }
      triangle[number % 3] = index
      if number % 3 == 2 { triangles.append(triangle) }
    }
  }

  init(vertices: [Vector3], triangles: [SIMD3<Int32>]) {
    (self.vertices, self.triangles) = (vertices, triangles)
  }
}
