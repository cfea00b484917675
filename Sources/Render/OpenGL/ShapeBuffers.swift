import IDQLPhysics

/// The meshes of all kinds of shapes in one buffer, and the instances of a frame in another.
final class ShapeBuffers {
  /// Shapes of one kind, and with one image, that are drawn by one call.
  struct Batch {
    var kind: Shape.Kind
    var image: TextureImage?
    /// Index of its first shape among the uploaded ones.
    var first: Int
    var count: Int
  }

  private let gl: GL
  private let vertexArray, emptyArray, vertices, indices, instances: UInt32
  private var ranges: [Shape.Kind: (first: Int, count: Int)] = [:]
  /// The instances of the current frame, as the shader reads them.
  private var packed: [Float] = []

  /// Numbers per vertex and per shape.
  private static let vertexStride = 7
  private static let instanceStride = 28

  init(_ gl: GL) {
    self.gl = gl
    vertexArray = gl.make(gl.genVertexArrays)
    emptyArray = gl.make(gl.genVertexArrays)
    vertices = gl.make(gl.genBuffers)
    indices = gl.make(gl.genBuffers)
    instances = gl.make(gl.genBuffers)
    uploadMeshes()
  }

  deinit {
    for array in [vertexArray, emptyArray] { gl.delete(array, gl.deleteVertexArrays) }
    for buffer in [vertices, indices, instances] { gl.delete(buffer, gl.deleteBuffers) }
  }

  private func uploadMeshes() {
    var (numbers, order): ([Float], [UInt16]) = ([], [])
    for kind in Shape.Kind.allCases where kind != .plane {
      let mesh = Mesh(kind, segments: 32)
      let first = UInt16(numbers.count / Self.vertexStride)
      ranges[kind] = (order.count, mesh.indices.count)
      order += mesh.indices.map { first + $0 }
      for vertex in mesh.vertices {
        numbers += [vertex.base.x, vertex.base.y, vertex.base.z].map(Float.init)
        numbers += [vertex.normal.x, vertex.normal.y, vertex.normal.z].map(Float.init)
        numbers.append(Float(vertex.end))
      }
    }
    gl.bindVertexArray(vertexArray)
    upload(numbers, to: vertices, GL.arrayBuffer, GL.staticDraw)
    upload(order, to: indices, GL.elementArrayBuffer, GL.staticDraw)
    for (location, size, offset) in [(UInt32(0), Int32(3), 0), (1, 3, 3), (2, 1, 6)] {
      point(location, size, stride: Self.vertexStride, offset: offset)
    }
    gl.bindVertexArray(0)
  }

  private func upload<Number>(
    _ values: [Number], to buffer: UInt32, _ target: UInt32, _ usage: UInt32
  ) {
    gl.bindBuffer(target, buffer)
    values.withUnsafeBytes { gl.bufferData(target, $0.count, $0.baseAddress, usage) }
  }

  private func point(_ location: UInt32, _ size: Int32, stride: Int, offset: Int) {
    gl.enableVertexAttribArray(location)
    gl.vertexAttribPointer(
      location, size, GL.floatType, 0, Int32(4 * stride), UnsafeRawPointer(bitPattern: 4 * offset))
  }

  /// Uploads the shapes in drawing order. Consecutive shapes of one kind and image form a batch.
  func upload(_ shapes: [Shape]) -> [Batch] {
    var batches: [Batch] = []
    packed.removeAll(keepingCapacity: true)
    for (index, shape) in shapes.enumerated() {
      let image = shape.surface.texture?.image
      if let last = batches.last, last.kind == shape.kind, last.image === image {
        batches[batches.count - 1].count += 1
      } else {
        batches.append(Batch(kind: shape.kind, image: image, first: index, count: 1))
      }
      pack(shape)
    }
    upload(packed, to: instances, GL.arrayBuffer, GL.streamDraw)
    return batches
  }

  private func pack(_ shape: Shape) {
    let (axes, p) = (shape.orientation.matrix, shape.position)
    func add(_ x: Double, _ y: Double, _ z: Double, _ w: Double) {
      packed.append(Float(x))
      packed.append(Float(y))
      packed.append(Float(z))
      packed.append(Float(w))
    }
    add(axes.xAxis.x, axes.yAxis.x, axes.zAxis.x, p.x)
    add(axes.xAxis.y, axes.yAxis.y, axes.zAxis.y, p.y)
    add(axes.xAxis.z, axes.yAxis.z, axes.zAxis.z, p.z)
    let (scale, length) = Mesh.stretch(of: shape)
    let slack = Self.slack(of: shape)
    add(slack * scale.x, slack * scale.y, slack * scale.z, length)
    let surface = shape.surface
    for channel in 0..<4 { packed.append(surface.color[channel]) }
    packed += [surface.specular, surface.exponent, surface.emission, Self.nearness(of: shape)]
    let mapping = surface.texture?.scale ?? .zero
    add(mapping.x, mapping.y, mapping.z, Double(shape.kind.rawValue))
  }

  /// Factor of the size. Walls are rows of boxes, which are enlarged slightly so that rounding leaves
  /// no gaps.
  static func slack(of shape: Shape) -> Double { shape.kind == .box ? 1.0005 : 1 }

  /// Share of the depth by which a shape is drawn nearer. Coinciding surfaces of neighbouring bodies
  /// get different depths, so that one of them is in front everywhere.
  static func nearness(of shape: Shape) -> Float { 4e-6 * Float(shape.body % 8) }

  func draw(_ batches: [Batch]) {
    gl.bindVertexArray(vertexArray)
    gl.bindBuffer(GL.arrayBuffer, instances)
    for batch in batches {
      guard let range = ranges[batch.kind] else { continue }
      for row in 0..<7 {
        let location = UInt32(3 + row)
        point(
          location, 4, stride: Self.instanceStride,
          offset: batch.first * Self.instanceStride + 4 * row)
        gl.vertexAttribDivisor(location, 1)
      }
      gl.drawElementsInstanced(
        GL.triangles, Int32(range.count), GL.unsignedShort,
        UnsafeRawPointer(bitPattern: 2 * range.first), Int32(batch.count))
    }
    gl.bindVertexArray(0)
  }

  /// Draws triangles whose vertices the shader computes from their indices.
  func drawTriangles(vertices: Int32) {
    gl.bindVertexArray(emptyArray)
    gl.drawArrays(GL.triangles, 0, vertices)
    gl.bindVertexArray(0)
  }
}

extension Surface {
  /// Exponent of the cosine of the specular highlight, as MuJoCo gives it to OpenGL.
  var exponent: Float { 128 * shininess }
}
