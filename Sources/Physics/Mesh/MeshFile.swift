/// Why a mesh file cannot be read; for the end of a sentence.
struct MeshFileError: Error, Equatable {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

extension TriangleMesh {
  /// Reads a file of the format that its name ends with.
  init(contentsOf path: String) throws(MeshFileError) {
    let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard ["stl", "obj", "msh"].contains(suffix) else {
      throw MeshFileError("its name ends with '\(shortened(suffix))', not with stl, obj or msh")
    }
    let bytes: [UInt8]
    do { bytes = try bytesOfFile(at: path) } catch { throw MeshFileError(error.reason) }
    try self.init(bytes: bytes, format: suffix)
  }

  /// - Parameter format: `stl`, `obj` or `msh`.
  init(bytes: [UInt8], format: String) throws(MeshFileError) {
    switch format {
    case "stl": try self.init(stl: bytes)
    case "obj": try self.init(obj: bytes)
    default: try self.init(msh: bytes)
    }
    if let problem { throw MeshFileError(problem) }
  }
}

/// Numbers in little-endian order.
struct LittleEndianBytes {
  let bytes: [UInt8]

  func word(at offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }

  func integer(at offset: Int) -> Int32 { Int32(bitPattern: word(at: offset)) }

  func vector(at offset: Int) -> Vector3 {
    func number(_ index: Int) -> Double {
      Double(Float(bitPattern: word(at: offset + 4 * index)))
    }
    return Vector3(number(0), number(1), number(2))
  }

  func single(at offset: Int) -> Float { Float(bitPattern: word(at: offset)) }

  func triangle(at offset: Int) -> SIMD3<Int32> {
    SIMD3(integer(at: offset), integer(at: offset + 4), integer(at: offset + 8))
  }
}

extension TriangleMesh {
  /// Binary STL: a header of 80 bytes, the number of triangles, and 50 bytes each: normal, three
  /// corners, an attribute.
  fileprivate init(stl bytes: [UInt8]) throws(MeshFileError) {
    let data = LittleEndianBytes(bytes: bytes)
    let count = bytes.count < 84 ? 0 : Int(data.word(at: 80))
    guard count >= 1, count <= Self.sizeLimit, 84 + 50 * count == bytes.count else {
      throw MeshFileError("it is not a binary STL file of \(count) triangles")
    }
    var corners: [Vector3] = []
    corners.reserveCapacity(3 * count)
    for triangle in 0..<count {
      for corner in 1...3 { corners.append(data.vector(at: 84 + 50 * triangle + 12 * corner)) }
    }
    self.init(corners: corners)
  }

  /// MuJoCo's own format: the numbers of vertices, normals, texture coordinates and triangles, then
  /// these.
  fileprivate init(msh bytes: [UInt8]) throws(MeshFileError) {
    let data = LittleEndianBytes(bytes: bytes)
    guard bytes.count >= 16 else { throw MeshFileError("it ends within its header") }
    let counts = (0..<4).map { Int(data.integer(at: 4 * $0)) }
    let (vertexCount, triangleCount) = (counts[0], counts[3])
    guard vertexCount >= 4, counts.allSatisfy({ (0...Self.sizeLimit).contains($0) }),
      counts[1] == 0 || counts[1] == vertexCount, counts[2] == 0 || counts[2] == vertexCount
    else {
      throw MeshFileError(
        "its header has the counts " + counts.map { "\($0)" }.joined(separator: ", "))
    }
    let trianglesStart = 16 + 12 * vertexCount + 12 * counts[1] + 8 * counts[2]
    let size = trianglesStart + 12 * triangleCount
    guard bytes.count == size else {
      throw MeshFileError("it has \(bytes.count) bytes where its header means \(size)")
    }
    self.init(
      vertices: (0..<vertexCount).map { data.vector(at: 16 + 12 * $0) },
      triangles: (0..<triangleCount).map { data.triangle(at: trianglesStart + 12 * $0) })
    let normalsStart = 16 + 12 * vertexCount
    appearance.normals = (0..<counts[1]).map { index in
      let place = normalsStart + 12 * index
      return SIMD3(data.single(at: place), data.single(at: place + 4), data.single(at: place + 8))
    }
    let coordinatesStart = normalsStart + 12 * counts[1]
    appearance.pictureCoordinates = (0..<counts[2]).map { index in
      let place = coordinatesStart + 8 * index
      return SIMD2(data.single(at: place), data.single(at: place + 4))
    }
  }
}
