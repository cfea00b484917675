import IDQLPhysics

/// The meshes of all kinds of shapes in one buffer, and the instances of a frame in another.
final class ShapeBuffers {
  /// Shapes of one kind and surface, and with one image, that are drawn by one call.
  struct Batch {
    var kind: Shape.Kind
    var image: TextureImage?
    /// Of meshes.
    var triangles: TriangleSurface?
    /// Index of its first shape among the uploaded ones.
    var first: Int
    var count: Int
  }

  private let gl: GL
  private let vertexArray, emptyArray, vertices, indices, instances: UInt32
  private var ranges: [Shape.Kind: (first: Int, count: Int)] = [:]
  private let surfaces: SurfaceBuffers
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
    surfaces = SurfaceBuffers(gl)
    uploadMeshes()
  }

  deinit {
    for array in [vertexArray, emptyArray] { gl.delete(array, gl.deleteVertexArrays) }
    for buffer in [vertices, indices, instances] { gl.delete(buffer, gl.deleteBuffers) }
  }

  private func uploadMeshes() {
    var (numbers, order): ([Float], [UInt16]) = ([], [])
    for kind in Mesh.kinds {
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
    gl.upload(numbers, to: vertices, GL.arrayBuffer, GL.staticDraw)
    gl.upload(order, to: indices, GL.elementArrayBuffer, GL.staticDraw)
    for (location, size, offset) in [(UInt32(0), Int32(3), 0), (1, 3, 3), (2, 1, 6)] {
      gl.point(location, size, stride: Self.vertexStride, offset: offset)
    }
    gl.bindVertexArray(0)
  }

  /// Uploads the surfaces that are new, and forgets all others.
  func keep(_ triangles: [TriangleSurface]) { surfaces.keep(triangles) }

  /// Uploads the shapes in drawing order. Consecutive shapes of one kind, surface and image form a batch.
  func upload(_ shapes: [Shape]) -> [Batch] {
    var batches: [Batch] = []
    packed.removeAll(keepingCapacity: true)
    for (index, shape) in shapes.enumerated() {
      let image = shape.surface.texture?.image
      if let last = batches.last, last.kind == shape.kind, last.image === image,
        last.triangles === shape.triangles
      {
        batches[batches.count - 1].count += 1
      } else {
        batches.append(
          Batch(
            kind: shape.kind, image: image, triangles: shape.triangles, first: index, count: 1))
      }
      pack(shape)
    }
    gl.upload(packed, to: instances, GL.arrayBuffer, GL.streamDraw)
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
    // a mesh knows no depth of a flat image, but where its middle is
    let isFlat = shape.kind == .mesh && surface.texture?.image.layout == .flat
    add(
      mapping.x, mapping.y, isFlat ? surface.texture?.middle.x ?? 0 : mapping.z,
      Double(shape.kind.rawValue))
  }

  /// Factor of the size. Walls are rows of boxes, which are enlarged slightly so that rounding leaves
  /// no gaps.
  static func slack(of shape: Shape) -> Double { shape.kind == .box ? 1.0005 : 1 }

  /// Share of the depth by which a shape is drawn nearer. Coinciding surfaces of neighbouring bodies
  /// get different depths, so that one of them is in front everywhere.
  static func nearness(of shape: Shape) -> Float { 4e-6 * Float(shape.body % 8) }

  func draw(_ batches: [Batch]) {
    var bound: UInt32 = 0
    func bind(_ array: UInt32) {
      if array == bound { return }
      gl.bindVertexArray(array)
      gl.bindBuffer(GL.arrayBuffer, instances)
      bound = array
    }
    for batch in batches {
      if let triangles = batch.triangles {
        guard let surface = surfaces[triangles] else { continue }
        bind(surface.vertexArray)
        pointAtInstances(from: batch.first)
        gl.drawElementsInstanced(
          GL.triangles, Int32(triangles.indices.count), GL.unsignedInt, nil, Int32(batch.count))
      } else {
        guard let range = ranges[batch.kind] else { continue }
        bind(vertexArray)
        pointAtInstances(from: batch.first)
        gl.drawElementsInstanced(
          GL.triangles, Int32(range.count), GL.unsignedShort,
          UnsafeRawPointer(bitPattern: 2 * range.first), Int32(batch.count))
      }
    }
    gl.bindVertexArray(0)
  }

  private func pointAtInstances(from first: Int) {
    for row in 0..<7 {
      let location = UInt32(3 + row)
      gl.point(
        location, 4, stride: Self.instanceStride, offset: first * Self.instanceStride + 4 * row)
      gl.vertexAttribDivisor(location, 1)
    }
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
