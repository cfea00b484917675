/// A shape of triangles (MuJoCo `mesh_*`), about its centre of mass and along its principal axes.
public struct Mesh: Equatable, Sendable {
  /// The name that geoms refer to.
  public let name: String
  /// In its own frame, m; rounded to single precision, as MuJoCo stores them (`mesh_vert`).
  public let vertices: [Vector3]
  /// Indices of vertices (MuJoCo `mesh_face`).
  public let triangles: [SIMD3<Int32>]
  /// Where its frame is in that of the file, scaled, m (MuJoCo `mesh_pos`).
  public let position: Vector3
  /// Its frame's axes in that of the file (MuJoCo `mesh_quat`).
  public let orientation: Quaternion
  /// Half sizes of the box of the same volume and moments of inertia, m.
  public let inertiaBox: Vector3
  /// Of what has mass: m³, or m² of a shell.
  public let volume: Double
  /// Its convex hull; nil where no contact needs it.
  let hull: HullSurface?
  /// How it looks.
  package let appearance: MeshAppearance
  /// Corners of the box around it, in its frame.
  let lower, upper: Vector3

  /// Half sizes of the smallest box about its origin that contains it (MuJoCo `geom_size`).
  public var halfSize: Vector3 {
    Vector3(
      max(abs(lower.x), abs(upper.x)), max(abs(lower.y), abs(upper.y)),
      max(abs(lower.z), abs(upper.z)))
  }
}

extension Mesh {
  /// Moves the frame of a description to its centre of mass and principal axes.
  ///
  /// - Parameter collides: whether contacts need the convex hull.
  init(
    _ source: MJCFMesh, _ given: TriangleMesh, collides: Bool
  ) throws(MJCFError) {
    let line = source.line
    var content = given
    let needsHull = collides || source.inertiaKind == .convex || given.triangles.isEmpty
    let hull = needsHull ? ConvexHull(given.vertices) : nil
    if needsHull && hull == nil {
      throw .invalid(
        problem: "the vertices of mesh '\(shortened(source.name))' lie in a plane",
        remedy: "A thin box can take its place, or contype=\"0\" conaffinity=\"0\" of the geoms.",
        at: line)
    }
    if let hull, given.triangles.isEmpty { content.triangles = hull.triangles }
    if source.inertiaKind == .exact, let edge = content.repeatedEdge {
      throw .invalid(
        problem:
          "two triangles of mesh '\(shortened(source.name))' are oriented against each other at "
          + "vertices \(edge.0 + 1) and \(edge.1 + 1)",
        remedy: "Turn one over, or give inertia=\"convex\" or \"shell\".", at: line)
    }
    content.completeAppearance(isSmooth: source.hasSmoothNormals)
    let placed = source.placing(content)
    var solid = placed
    if let hull, source.inertiaKind == .convex {
      solid = source.placing(
        TriangleMesh(vertices: given.vertices, triangles: hull.triangles))
    }
    guard let inertia = MeshInertia(solid, source.inertiaKind) else {
      throw .invalid(
        problem: "mesh '\(shortened(source.name))' has no surface",
        remedy: "Its triangles must not all be points or lines.", at: line)
    }
    if !(inertia.volume >= smallestInertia) {
      throw .invalid(
        problem: "mesh '\(shortened(source.name))' has the volume \(inertia.volume)",
        remedy:
          "Its triangles are seen counter-clockwise from outside; inertia=\"shell\" needs no volume.",
        at: line)
    }
    let (moments, axes) = inertia.tensor.principalAxesOfMesh()
    // a thin mesh may miss the inequality by rounding
    let slack = 1e-6 * moments.x + 1e-9
    func halfSize(_ twice: Double) -> Double {
      0.5 * (6 * (twice < 0 && twice > -slack ? 0 : twice) / inertia.volume).squareRoot()
    }
    let box = Vector3(
      halfSize(moments.y + moments.z - moments.x), halfSize(moments.x + moments.z - moments.y),
      halfSize(moments.x + moments.y - moments.z))
    guard moments.z > 0, box.squaredLength.isFinite else {
      throw .invalid(
        problem: "mesh '\(shortened(source.name))' has the moments of inertia \(moments.x) "
          + "\(moments.y) \(moments.z)",
        remedy: "The sum of any two must reach the third; inertia=\"convex\" always has such.",
        at: line)
    }

    let turn = axes.matrix
    let exact = placed.vertices.map { turn.transposed(times: $0 - inertia.centerOfMass) }
    var (lower, upper) = (exact[0], exact[0])
    for vertex in exact {
      for axis in 0..<3 {
        lower[axis] = min(lower[axis], vertex[axis])
        upper[axis] = max(upper[axis], vertex[axis])
      }
    }
    self.hull =
      collides ? hull.map { HullSurface($0, raw: given.vertices, placed: exact) } : nil
    name = source.name
    vertices = exact.map {
      Vector3(Double(Float($0.x)), Double(Float($0.y)), Double(Float($0.z)))
    }
    triangles = placed.triangles
    var look = placed.appearance
    look.transformNormals { turn.transposed(times: $0) }
    appearance = look
    (position, orientation) = (inertia.centerOfMass, axes)
    (inertiaBox, volume) = (box, inertia.volume)
    (self.lower, self.upper) = (lower, upper)
  }
}
