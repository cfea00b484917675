import IDQLSpelling

extension TriangleMesh {
  /// Wavefront OBJ: lines `v x y z` and `f a b c …` of vertices counted from 1, or from the end if
  /// negative; of the faces those of the first object or group that has some.
  ///
  /// A face of four is divided along its shorter diagonal, one of more from its first vertex.
  init(obj bytes: [UInt8]) throws(MeshFileError) {
    var vertices: [Vector3] = []
    var triangles: [SIMD3<Int32>] = []
    var isComplete = false
    var line = 0
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let words = text.split { $0 == 32 || $0 == 9 || $0 == 13 }
      guard let key = words.first else { continue }
      if key.elementsEqual("v".utf8) {
        vertices.append(try vertex(words, line))
      } else if key.elementsEqual("f".utf8), !isComplete {
        let corners = try face(words, vertexCount: vertices.count, line)
        triangles += divided(corners, vertices)
      } else if key.elementsEqual("o".utf8) || key.elementsEqual("g".utf8) {
        isComplete = isComplete || !triangles.isEmpty
      }
      if max(vertices.count, triangles.count) > Self.sizeLimit { break }
    }
    self.init(vertices: vertices, triangles: triangles)
  }
}

private typealias Words = [ArraySlice<UInt8>]

private func vertex(_ words: Words, _ line: Int) throws(MeshFileError) -> Vector3 {
  var vertex = Vector3.zero
  for axis in 0..<3 {
    guard words.count > axis + 1,
      let number = Float(String(decoding: words[axis + 1], as: UTF8.self))
    else { throw MeshFileError("line \(line) has no three numbers") }
    vertex[axis] = Double(number)
  }
  return vertex
}

private func face(
  _ words: Words, vertexCount: Int, _ line: Int
) throws(MeshFileError) -> [Int32] {
  var corners: [Int32] = []
  for word in words.dropFirst() {
    let index = word.prefix { $0 != UInt8(ascii: "/") }
    guard let number = Int32(String(decoding: index, as: UTF8.self)), number != 0,
      Int(number.magnitude) <= TriangleMesh.sizeLimit
    else { throw MeshFileError("line \(line) has no indices of vertices") }
    corners.append(number > 0 ? number - 1 : Int32(vertexCount) + number)
  }
  if corners.count < 3 {
    throw MeshFileError("line \(line) is a face of \(corners.count) vertices")
  }
  return corners
}

private func divided(_ corners: [Int32], _ vertices: [Vector3]) -> [SIMD3<Int32>] {
  func distance(_ first: Int32, _ second: Int32) -> Double {
    guard vertices.indices.contains(Int(first)), vertices.indices.contains(Int(second)) else {
      return 0
    }
    return (vertices[Int(first)] - vertices[Int(second)]).squaredLength
  }
  let c = corners
  if c.count == 4, distance(c[1], c[3]) <= distance(c[0], c[2]) {
    return [SIMD3(c[0], c[1], c[3]), SIMD3(c[1], c[2], c[3])]
  }
  return (1..<(c.count - 1)).map { SIMD3(c[0], c[$0], c[$0 + 1]) }
}
