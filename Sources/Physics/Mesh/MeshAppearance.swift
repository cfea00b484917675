/// What of a mesh is seen besides its triangles: the normals of their corners, and where these are on a picture.
package struct MeshAppearance: Equatable, Sendable {
  /// Of length 1, in the frame of the mesh (MuJoCo `mesh_normal`).
  package internal(set) var normals: [SIMD3<Float>] = []
  /// By triangle, the normals of its corners (MuJoCo `mesh_facenormal`).
  package internal(set) var triangleNormals: [SIMD3<Int32>] = []
  /// In widths and heights of a picture, from its upper left corner; empty for none (MuJoCo `mesh_texcoord`).
  package internal(set) var pictureCoordinates: [SIMD2<Float>] = []
  /// By triangle, the coordinates of its corners (MuJoCo `mesh_facetexcoord`).
  package internal(set) var trianglePictureCoordinates: [SIMD3<Int32>] = []

  /// What is wrong with it for a mesh of so many vertices and triangles; nil if every corner has what it needs.
  func problem(vertexCount: Int, triangleCount: Int) -> String? {
    func problem(_ count: Int, _ triangles: [SIMD3<Int32>], _ name: String) -> String? {
      if count == 0 { return nil }
      if triangles.isEmpty {
        return count == vertexCount ? nil : "it has \(count) \(name) for \(vertexCount) vertices"
      }
      if triangles.count != triangleCount { return "some of its triangles have no \(name)" }
      for (index, triangle) in triangles.enumerated() {
        for corner in 0..<3 where !(0..<Int32(count)).contains(triangle[corner]) {
          return "triangle \(index + 1) has no \(name)"
        }
      }
      return nil
    }
    return problem(normals.count, triangleNormals, "normals")
      ?? problem(pictureCoordinates.count, trianglePictureCoordinates, "texture coordinates")
  }

  /// Turns triangles over.
  mutating func reverse() {
    func reversed(_ triangle: SIMD3<Int32>) -> SIMD3<Int32> {
      SIMD3(triangle.x, triangle.z, triangle.y)
    }
    triangleNormals = triangleNormals.map(reversed)
    trianglePictureCoordinates = trianglePictureCoordinates.map(reversed)
  }

  /// Replaces each normal by what becomes of it, at length 1.
  mutating func transformNormals(_ transform: (Vector3) -> Vector3) {
    normals = normals.map { normal in
      let (x, y, z) = (Double(normal.x), Double(normal.y), Double(normal.z))
      return transform(Vector3(x, y, z)).normalized(or: Vector3(0, 0, 1)).single
    }
  }
}

extension Vector3 {
  fileprivate var single: SIMD3<Float> { SIMD3(Float(x), Float(y), Float(z)) }
}

extension TriangleMesh {
  /// Gives every corner a normal and, where there are coordinates on a picture, these: those of its vertex, where the
  /// source names none.
  ///
  /// - Parameter isSmooth: whether normals of vertices are those of all triangles around them; else of those at a small
  ///   angle to their mean.
  mutating func completeAppearance(isSmooth: Bool) {
    if appearance.normals.isEmpty { setNormals(isSmooth: isSmooth) }
    if appearance.triangleNormals.isEmpty { appearance.triangleNormals = triangles }
    if !appearance.pictureCoordinates.isEmpty, appearance.trianglePictureCoordinates.isEmpty {
      appearance.trianglePictureCoordinates = triangles
    }
  }

  /// The normal of a vertex is the mean of those of its triangles, by area (MuJoCo `mjCMesh::MakeNormal`).
  private mutating func setNormals(isSmooth: Bool) {
    // of twice the area
    let faces = triangles.map { triangle in
      let corner = vertices[Int(triangle.x)]
      return (vertices[Int(triangle.y)] - corner).cross(vertices[Int(triangle.z)] - corner)
    }
    var sums = [SIMD3<Float>](repeating: .zero, count: vertices.count)
    for (triangle, face) in zip(triangles, faces) {
      for corner in 0..<3 { sums[Int(triangle[corner])] += face.single }
    }
    if !isSmooth {
      var apart = [SIMD3<Float>](repeating: .zero, count: vertices.count)
      for (triangle, face) in zip(triangles, faces) {
        let direction = face.normalized(or: .zero)
        for corner in 0..<3 {
          let sum = sums[Int(triangle[corner])]
          let mean = Vector3(Double(sum.x), Double(sum.y), Double(sum.z)).normalized(or: .zero)
          if direction.dot(mean) < Self.smallestCosine {
            apart[Int(triangle[corner])] += face.single
          }
        }
      }
      for index in sums.indices { sums[index] -= apart[index] }
    }
    appearance.normals = sums
    appearance.triangleNormals = triangles
    appearance.transformNormals { $0 }
  }

  /// Of the angle between the normal of a triangle and that of its vertex, so that the triangle is one of those that the
  /// vertex takes its normal from.
  private static let smallestCosine = 0.8
}
