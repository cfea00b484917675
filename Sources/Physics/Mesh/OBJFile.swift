import IDQLSpelling

extension TriangleMesh {
  /// Wavefront OBJ: lines `v x y z`, `vt u v`, `vn x y z`, and `f a/b/c …` of the numbers of a vertex, and, if it has them,
  /// of its coordinates on a picture and its normal, counted from 1, or from the end if negative; of the faces those of
  /// the first object or group that has some.
  ///
  /// A face of four is divided along its shorter diagonal, one of more from its first vertex.
  init(obj bytes: [UInt8]) throws(MeshFileError) {
    var content = OBJContent()
    var triangles: [[OBJCorner]] = []
    var isComplete = false
    var line = 0
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let words = text.split { $0 == 32 || $0 == 9 || $0 == 13 }
      guard let key = words.first else { continue }
      if key.elementsEqual("v".utf8) {
        let place = try numbers(words, 3, line)
        content.vertices.append(Vector3(Double(place[0]), Double(place[1]), Double(place[2])))
      } else if key.elementsEqual("vt".utf8) {
        // from the lower left corner
        let place = try numbers(words, min(2, words.count - 1), line)
        content.pictureCoordinates.append(SIMD2(place[0], 1 - (place.count > 1 ? place[1] : 0)))
      } else if key.elementsEqual("vn".utf8) {
        let normal = try numbers(words, 3, line)
        content.normals.append(SIMD3(normal[0], normal[1], normal[2]))
      } else if key.elementsEqual("f".utf8), !isComplete {
        triangles += content.divided(try content.face(words, line))
      } else if key.elementsEqual("o".utf8) || key.elementsEqual("g".utf8) {
        isComplete = isComplete || !triangles.isEmpty
      }
      if max(content.largestCount, triangles.count) > Self.sizeLimit { break }
    }
    func indices(_ part: (OBJCorner) -> Int32) -> [SIMD3<Int32>] {
      triangles.map { SIMD3(part($0[0]), part($0[1]), part($0[2])) }
    }
    self.init(vertices: content.vertices, triangles: indices(\.vertex))
    // what not every corner has, none has
    if triangles.allSatisfy({ $0.allSatisfy { $0.normal != OBJCorner.none } }), !triangles.isEmpty {
      appearance.normals = content.normals
      appearance.triangleNormals = content.normals.isEmpty ? [] : indices(\.normal)
    }
    if triangles.allSatisfy({ $0.allSatisfy { $0.picture != OBJCorner.none } }), !triangles.isEmpty
    {
      appearance.pictureCoordinates = content.pictureCoordinates
      appearance.trianglePictureCoordinates =
        content.pictureCoordinates.isEmpty ? [] : indices(\.picture)
    }
  }
}

private typealias Words = [ArraySlice<UInt8>]

private struct OBJCorner {
  static let none: Int32 = -1

  var vertex: Int32
  var picture = none
  var normal = none
}

private struct OBJContent {
  var vertices: [Vector3] = []
  var pictureCoordinates: [SIMD2<Float>] = []
  var normals: [SIMD3<Float>] = []

  var largestCount: Int { max(vertices.count, pictureCoordinates.count, normals.count) }

  func face(_ words: Words, _ line: Int) throws(MeshFileError) -> [OBJCorner] {
    var corners: [OBJCorner] = []
    for word in words.dropFirst() {
      let parts = word.split(
        separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
      var corner = OBJCorner(vertex: try index(parts[0], of: vertices.count, "vertices", line))
      if parts.count > 1, !parts[1].isEmpty {
        corner.picture = try index(
          parts[1], of: pictureCoordinates.count, "texture coordinates", line)
      }
      if parts.count > 2, !parts[2].isEmpty {
        corner.normal = try index(parts[2], of: normals.count, "normals", line)
      }
      corners.append(corner)
    }
    if corners.count < 3 {
      throw MeshFileError("line \(line) is a face of \(corners.count) vertices")
    }
    return corners
  }

  private func index(
    _ word: ArraySlice<UInt8>, of count: Int, _ name: String, _ line: Int
  ) throws(MeshFileError) -> Int32 {
    guard let number = Int32(String(decoding: word, as: UTF8.self)), number != 0,
      Int(number.magnitude) <= TriangleMesh.sizeLimit
    else { throw MeshFileError("line \(line) has no indices of \(name)") }
    return number > 0 ? number - 1 : Int32(count) + number
  }

  func divided(_ c: [OBJCorner]) -> [[OBJCorner]] {
    if c.count == 4, distance(c[1], c[3]) <= distance(c[0], c[2]) {
      return [[c[0], c[1], c[3]], [c[1], c[2], c[3]]]
    }
    return (1..<(c.count - 1)).map { [c[0], c[$0], c[$0 + 1]] }
  }

  private func distance(_ first: OBJCorner, _ second: OBJCorner) -> Double {
    let (a, b) = (Int(first.vertex), Int(second.vertex))
    guard vertices.indices.contains(a), vertices.indices.contains(b) else { return 0 }
    return (vertices[a] - vertices[b]).squaredLength
  }
}

/// The numbers after the first word.
private func numbers(
  _ words: Words, _ count: Int, _ line: Int
) throws(MeshFileError) -> [Float] {
  var numbers: [Float] = []
  for index in 1...max(1, count) {
    guard words.count > index, let number = Float(String(decoding: words[index], as: UTF8.self))
    else { throw MeshFileError("line \(line) has no \(count == 3 ? "three " : "")numbers") }
    numbers.append(number)
  }
  return numbers
}
