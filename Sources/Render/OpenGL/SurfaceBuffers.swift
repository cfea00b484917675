/// The meshes and height fields of a scene on the graphics processor.
final class SurfaceBuffers {
  struct Entry {
    let surface: TriangleSurface
    let vertexArray, vertices, indices: UInt32
  }

  private let gl: GL
  private var entries: [ObjectIdentifier: Entry] = [:]

  /// Numbers per vertex: place, normal, spot on a picture.
  private static let stride = 8

  init(_ gl: GL) { self.gl = gl }

  deinit { for entry in entries.values { delete(entry) } }

  private func delete(_ entry: Entry) {
    gl.delete(entry.vertexArray, gl.deleteVertexArrays)
    gl.delete(entry.vertices, gl.deleteBuffers)
    gl.delete(entry.indices, gl.deleteBuffers)
  }

  /// Uploads those that are new, and forgets all others.
  func keep(_ surfaces: [TriangleSurface]) {
    if surfaces.isEmpty && entries.isEmpty { return }
    let wanted = Set(surfaces.map { ObjectIdentifier($0) })
    for (id, entry) in entries where !wanted.contains(id) {
      delete(entry)
      entries[id] = nil
    }
    for surface in surfaces where entries[ObjectIdentifier(surface)] == nil {
      entries[ObjectIdentifier(surface)] = upload(surface)
    }
  }

  /// - Returns: nil of one that is not kept.
  subscript(surface: TriangleSurface) -> Entry? { entries[ObjectIdentifier(surface)] }

  private func upload(_ surface: TriangleSurface) -> Entry {
    let entry = Entry(
      surface: surface, vertexArray: gl.make(gl.genVertexArrays),
      vertices: gl.make(gl.genBuffers), indices: gl.make(gl.genBuffers))
    var numbers: [Float] = []
    numbers.reserveCapacity(Self.stride * surface.corners.count)
    for corner in surface.corners {
      for axis in 0..<3 { numbers.append(corner.place[axis]) }
      for axis in 0..<3 { numbers.append(corner.normal[axis]) }
      for axis in 0..<2 { numbers.append(corner.spot[axis]) }
    }
    gl.bindVertexArray(entry.vertexArray)
    gl.upload(numbers, to: entry.vertices, GL.arrayBuffer, GL.staticDraw)
    gl.upload(surface.indices, to: entry.indices, GL.elementArrayBuffer, GL.staticDraw)
    for (location, size, offset) in [(UInt32(0), Int32(3), 0), (1, 3, 3), (10, 2, 6)] {
      gl.point(location, size, stride: Self.stride, offset: offset)
    }
    gl.bindVertexArray(0)
    return entry
  }
}

extension GL {
  func upload<Number>(_ values: [Number], to buffer: UInt32, _ target: UInt32, _ usage: UInt32) {
    bindBuffer(target, buffer)
    values.withUnsafeBytes { bufferData(target, $0.count, $0.baseAddress, usage) }
  }

  /// - Parameters stride, offset: of numbers of single precision.
  func point(_ location: UInt32, _ size: Int32, stride: Int, offset: Int) {
    enableVertexAttribArray(location)
    vertexAttribPointer(
      location, size, GL.floatType, 0, Int32(4 * stride), UnsafeRawPointer(bitPattern: 4 * offset))
  }
}
