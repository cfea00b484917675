import Foundation
import IDQLSpelling

/// `<asset><mesh>`: triangles in the document or in a file.
struct MJCFMesh: NamedInMJCF {
  var line = SourceLine(file: "", line: 0)
  var name = ""
  /// Nil: the triangles are in the document.
  var file: String?
  var vertices: [Double] = []
  var triangles: [Double] = []
  var scale = Vector3(1, 1, 1)
  /// Of the frame that the mesh is to have, in its own.
  var referencePosition = Vector3.zero
  var referenceOrientation = Quaternion.identity
  var inertiaKind = MeshInertiaKind.legacy
  /// Of each vertex, where the file has none.
  var normals: [Double] = []
  var pictureCoordinates: [Double] = []
  var hasSmoothNormals = false
  /// Of geoms that have none of their own.
  var material = ""
  /// Of the model that it was attached from.
  var compiler: AttachedCompiler?

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    if let text = reader.text("file") { file = text }
    if let values = try reader.numbers("vertex", count: 0 ... .max) { vertices = values }
    if let values = try reader.numbers("face", count: 0 ... .max) { triangles = values }
    try reader.read("scale", into: &scale)
    try reader.read("refpos", into: &referencePosition)
    if let v = try reader.numbers("refquat", count: 4...4) {
      referenceOrientation = Quaternion(v[0], v[1], v[2], v[3])
    }
    if let value = try reader.keyword(
      "inertia",
      [
        "legacy": MeshInertiaKind.legacy, "exact": .exact, "convex": .convex, "shell": .shell,
      ])
    {
      inertiaKind = value
    }
    try reader.refuse(
      "maxhullvert", neutral: ["-1"], advice: "Leave it out: the whole convex hull is used.")
    try reader.refuse("builtin", advice: "Write the mesh to a file, and name that.")
    if let values = try reader.numbers("normal", count: 0 ... .max) { normals = values }
    if let values = try reader.numbers("texcoord", count: 0 ... .max) {
      pictureCoordinates = values
    }
    try reader.read("smoothnormal", into: &hasSmoothNormals)
    if let text = reader.text("material") { material = text }
    reader.ignore("content_type", "octree_maxdepth", "params")
  }

  /// - Parameter nameless: whether a name may be missing: as of defaults, which name nothing.
  mutating func finish(_ reader: inout AttributeReader) throws(MJCFError) {
    line = reader.here
    compiler = reader.element.compiler
    name = reader.text("name") ?? file.map(nameWithoutSuffix) ?? ""
    try reader.finish()
    if scale.x * scale.y * scale.z == 0 {
      throw .invalid(
        problem: "'scale' of <mesh> is \(scale.x) \(scale.y) \(scale.z)",
        remedy: "None of the three may be 0.", at: line)
    }
    let q = referenceOrientation
    if !(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z > 0) {
      throw .invalid(
        problem: "'refquat' of <mesh> is 0 0 0 0", remedy: "Give a quaternion with a direction.",
        at: line)
    }
  }

  /// Its triangles, those of a file beside the main document or in its `meshdir`.
  func content(_ settings: MJCFSettings, mainFolder: String?) throws(MJCFError) -> TriangleMesh {
    var mesh = try triangles(settings, mainFolder: mainFolder)
    if mesh.appearance.normals.isEmpty {
      mesh.appearance.normals = try groups(of: 3, normals, "normal").map { SIMD3($0) }
    }
    if mesh.appearance.pictureCoordinates.isEmpty {
      mesh.appearance.pictureCoordinates = try groups(of: 2, pictureCoordinates, "texcoord").map {
        SIMD2(Float($0.x), Float($0.y))
      }
    }
    if let problem = mesh.problem {
      throw .invalid(
        problem: "<mesh> is impossible: \(problem)",
        remedy:
          "'vertex' and 'normal' have three numbers a vertex, 'texcoord' two, 'face' three indices "
          + "a triangle.",
        at: line)
    }
    return mesh
  }

  /// - Parameter size: 2, where the third number is 0, or 3.
  private func groups(
    of size: Int, _ values: [Double], _ attribute: String
  ) throws(MJCFError) -> [SIMD3<Double>] {
    if values.count % size != 0 || values.count > size * TriangleMesh.sizeLimit {
      throw .invalid(
        problem: "'\(attribute)' of <mesh> has \(values.count) numbers",
        remedy:
          "Give \(size == 2 ? "two" : "three") for each, \(TriangleMesh.sizeLimit) times at most.",
        at: line)
    }
    return stride(from: 0, to: values.count, by: size).map {
      SIMD3(values[$0], values[$0 + 1], size > 2 ? values[$0 + 2] : 0)
    }
  }

  private func triangles(
    _ settings: MJCFSettings, mainFolder: String?
  ) throws(MJCFError) -> TriangleMesh {
    guard let file else { return try contentOfDocument() }
    guard let mainFolder else {
      throw .unsupported(
        feature: "the file of a <mesh> in a document without a file",
        advice: "Read the document from its file, or give 'vertex' and 'face'.", at: line)
    }
    let path = settings.path(
      of: file, in: \.meshFolder, mainFolder: mainFolder, compiler)
    do { return try TriangleMesh(contentsOf: path) } catch {
      throw .invalid(
        problem: "the mesh file '\(shortened(file))' cannot be read: \(error.reason)",
        remedy: "It is looked for in 'meshdir' of <compiler>, beside the main document.", at: line)
    }
  }

  private func contentOfDocument() throws(MJCFError) -> TriangleMesh {
    let points = try groups(of: 3, vertices, "vertex").map {
      Vector3(Double(Float($0.x)), Double(Float($0.y)), Double(Float($0.z)))
    }
    var faces: [SIMD3<Int32>] = []
    for face in try groups(of: 3, triangles, "face") {
      guard let x = Int32(exactly: face.x), let y = Int32(exactly: face.y),
        let z = Int32(exactly: face.z)
      else {
        throw .invalid(
          problem: "'face' of <mesh> has numbers that are not whole",
          remedy: "They are the indices of vertices, from 0.", at: line)
      }
      faces.append(SIMD3(x, y, z))
    }
    return TriangleMesh(vertices: points, triangles: faces)
  }

  /// In the frame and the scale of the attributes; mirrored triangles are turned over.
  func placing(_ mesh: TriangleMesh) -> TriangleMesh {
    var placed = mesh
    let turn = referenceOrientation.normalized.matrix
    for index in placed.vertices.indices {
      var vertex = placed.vertices[index] - referencePosition
      if referenceOrientation != .identity { vertex = turn.transposed(times: vertex) }
      placed.vertices[index] = Vector3(
        vertex.x * scale.x, vertex.y * scale.y, vertex.z * scale.z)
    }
    placed.appearance.transformNormals { normal in
      let turned =
        referenceOrientation != .identity ? turn.transposed(times: normal) : normal
      return Vector3(turned.x / scale.x, turned.y / scale.y, turned.z / scale.z)
    }
    if scale.x * scale.y * scale.z < 0 {
      placed.appearance.reverse()
      for index in placed.triangles.indices {
        let triangle = placed.triangles[index]
        placed.triangles[index] = SIMD3(triangle.x, triangle.z, triangle.y)
      }
    }
    return placed
  }
}

/// The name of an asset that has none but that of its file.
func nameWithoutSuffix(_ path: String) -> String {
  let name = lastComponent(of: withSlashes(path))
  return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
}

extension MJCFSettings {
  /// Where a file of an asset is.
  ///
  /// - Parameters:
  ///   - folder: of its kind, of these settings or of those of an attached model.
  ///   - mainFolder: of the main document.
  ///   - compiler: of the model that it was attached from.
  func path(
    of file: String, in folder: KeyPath<MJCFSettings, String>, mainFolder: String,
    _ compiler: AttachedCompiler?
  ) -> String {
    let (settings, main) = (compiler?.settings ?? self, compiler?.folder ?? mainFolder)
    let path = withSlashes(file)
    return joined(
      joined(main, withSlashes(settings[keyPath: folder])),
      settings.stripsPaths ? lastComponent(of: path) : path)
  }
}

/// - Parameter folder: empty, or with or without a slash at its end.
private func joined(_ folder: String, _ name: String) -> String {
  if name.utf8.first == UInt8(ascii: "/") || folder.isEmpty { return name }
  return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
}
