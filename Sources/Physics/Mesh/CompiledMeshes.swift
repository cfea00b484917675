/// The meshes and height fields of a document that geoms refer to, each compiled once, where the first one
/// does.
struct CompiledMeshes {
  /// Those that are shapes of geoms.
  private(set) var meshes: [Mesh] = []
  private(set) var heightFields: [HeightField] = []

  private let document: MJCFDocument
  private var compiled: [String: Mesh] = [:]
  private var indices: [String: Int] = [:]
  private var vertexCount = 0

  /// Vertices that the shapes of a model may have together.
  private static let vertexLimit = 20_000_000

  /// Meshes that collide as shapes of geoms.
  private let colliding: Set<String>

  init(_ document: MJCFDocument) {
    self.document = document
    let explicit = Set(document.pairs.flatMap { [$0.first, $0.second] })
    let geoms = document.bodies.flatMap(\.geoms).filter { geom in
      geom.shape == .mesh
        && (geom.contactType != 0 || geom.contactAffinity != 0 || explicit.contains(geom.name))
    }
    colliding = Set(geoms.compactMap(\.mesh))
  }

  /// The geom in the frame of its mesh, and the index of the mesh if that is its shape, else -1. A shape
  /// of another kind has the size that fits it.
  mutating func resolving(_ geom: MJCFGeom) throws(MJCFError) -> (geom: MJCFGeom, mesh: Int) {
    if let name = geom.heightField { return (try level(geom, name), -1) }
    guard let name = geom.mesh else {
      if geom.shape == .mesh {
        throw .missingAttribute("mesh", element: "geom", at: geom.line)
      }
      if geom.shape == .heightField {
        throw .missingAttribute("hfield", element: "geom", at: geom.line)
      }
      return (geom, -1)
    }
    if geom.ends != nil {
      throw .invalid(
        problem: "<geom> has 'fromto' and 'mesh'", remedy: "Give one of them.", at: geom.line)
    }
    let mesh = try compiledMesh(name, at: geom.line)
    var placed = geom
    if placed.material.isEmpty, let source = document.meshes.first(where: { $0.name == name }) {
      placed.material = source.material
    }
    var center = Vector3.zero
    var index = -1
    if geom.shape == .mesh {
      placed.size = mesh.halfSize
      index = indices[name] ?? meshes.count
      if index == meshes.count {
        indices[name] = index
        meshes.append(mesh)
      }
    } else {
      (placed.size, center) = try mesh.fitted(
        geom, toExtents: document.settings.fitsExtents)
    }
    let turn = geom.orientation.value
    let offset = mesh.orientation.rotate(center) + mesh.position
    placed.position = geom.position + turn.rotate(offset)
    placed.orientation = MJCFOrientation(value: (turn * mesh.orientation).normalized)
    return (placed, index)
  }

  /// The index of the height field that is a geom's shape, else -1.
  func heightField(of geom: MJCFGeom) -> Int {
    heightFields.firstIndex { $0.name == geom.heightField } ?? -1
  }

  /// A geom with its height field, which has sizes of its own.
  private mutating func level(_ geom: MJCFGeom, _ name: String) throws(MJCFError) -> MJCFGeom {
    if geom.shape != .heightField || geom.ends != nil || geom.mesh != nil {
      throw .invalid(
        problem: "<geom> has 'hfield' beside another shape, 'fromto' or 'mesh'",
        remedy: "Give type=\"hfield\" without these, or leave 'hfield' out.", at: geom.line)
    }
    var index = heightField(of: geom)
    if index < 0 {
      let sources = document.heightFields
      let source = sources[
        try indexOfName(name, in: sources.map(\.name), kind: "hfield", at: geom.line)]
      index = heightFields.count
      heightFields.append(
        try source.content(document.settings, mainFolder: document.folder))
    }
    var sized = geom
    sized.size = heightFields[index].halfSize
    return sized
  }

  private mutating func compiledMesh(_ name: String, at line: SourceLine) throws(MJCFError) -> Mesh
  {
    if let mesh = compiled[name] { return mesh }
    let sources = document.meshes
    let source = sources[
      try indexOfName(name, in: sources.map(\.name), kind: "mesh", at: line)]
    let mesh = try Mesh(
      source, source.content(document.settings, mainFolder: document.folder),
      collides: colliding.contains(name))
    vertexCount += mesh.vertices.count
    if vertexCount > Self.vertexLimit {
      throw .tooLarge(what: "vertices of meshes", limit: Self.vertexLimit, at: source.line)
    }
    compiled[name] = mesh
    return mesh
  }
}

extension Mesh {
  /// Sizes of another shape that fits it, and where its centre is in the frame of the mesh.
  fileprivate func fitted(
    _ geom: MJCFGeom, toExtents: Bool
  ) throws(MJCFError) -> (size: Vector3, center: Vector3) {
    var center = Vector3.zero
    var half = inertiaBox
    var size = geom.size
    if toExtents {
      center = 0.5 * (lower + upper)
      half = upper - center
    }
    switch (geom.shape, toExtents) {
    case (.sphere, false): size.x = (half.x + half.y + half.z) / 3
    case (.sphere, true): size.x = max(half.x, half.y, half.z)
    case (.capsule, false):
      size.x = (half.x + half.y) / 2
      size.y = max(0, half.z - size.x / 2)
    case (.cylinder, false): (size.x, size.y) = ((half.x + half.y) / 2, half.z)
    case (.capsule, true):
      size.x = max(half.x, half.y)
      size.y = half.z - size.x
    case (.cylinder, true): (size.x, size.y) = (max(half.x, half.y), half.z)
    case (.box, _), (.ellipsoid, _): size = half
    case (.plane, _), (.heightField, _), (.mesh, _):
      throw .invalid(
        problem: "a \(geom.shape) with 'mesh'",
        remedy: "A sphere, capsule, cylinder, ellipsoid or box can be fitted to one.", at: geom.line
      )
    }
    return (geom.fittedScale * size, center)
  }
}
