import IDQLPhysics

/// What all pages have: scripts, style, shaders, meshes and colours.
enum PageContents {
  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  static let style = text(PackageResources.page_css)

  /// In the order in which they need each other.
  static let scripts = [
    PackageResources.vectors_js, PackageResources.episode_js, PackageResources.renderer_js,
    PackageResources.plots_js, PackageResources.player_js,
  ].map(text)

  /// What shows the episodes that places are marked for.
  static let start = text(PackageResources.start_js)

  private struct Drawing: Encodable {
    var shaders: [String: String]
    var meshes: [MeshSize]
    /// Vertices are in these units.
    var unit: Double
    /// Colours of Q from the lowest to the highest, 0…1.
    var palette: [[Float]]
  }

  private struct MeshSize: Encodable {
    /// `Shape.Kind.rawValue`.
    var kind: Int
    var vertices, indices: Int
  }

  /// The shaders and meshes of `Renderer`, for WebGL.
  static func drawing() throws -> String {
    let unit = 1.0 / 4096
    let meshes = Mesh.kinds.map { ($0, Mesh($0, segments: 32)) }
    var packed = try PackedData(
      Drawing(
        shaders: Shaders.forWebGL,
        meshes: meshes.map {
          MeshSize(kind: $0.rawValue, vertices: $1.vertices.count, indices: $1.indices.count)
        },
        unit: unit, palette: QColor.stops.map { stop in (0..<3).map { stop[$0] } }))
    for (_, mesh) in meshes {
      for component in 0..<7 {
        packed.add(
          channel: mesh.vertices.map { vertex in
            let value =
              component < 3
              ? vertex.base[component]
              : component < 6 ? vertex.normal[component - 3] : vertex.end
            return Int((value / unit).rounded())
          })
      }
      packed.add(channel: mesh.indices.map(Int.init))
    }
    return packed.text
  }
}
