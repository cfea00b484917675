/// Memory of the search for the depth of two convex shapes, allocated with the simulation.
package struct ConvexScratch {
  let limits: ConvexLimits
  let vertices: UnsafeMutablePointer<DifferencePoint>
  let faces: UnsafeMutablePointer<PolytopeFace>
  let faceCapacity: Int
  /// Indices of the faces that may still be the nearest.
  let candidates: UnsafeMutablePointer<Int>
  /// Faces along the edge of what a new vertex sees, and which of their edges it is.
  let horizon: UnsafeMutablePointer<(face: Int, edge: Int)>
  let horizonCapacity: Int
  let polygons: PolygonScratch
  /// Length 6: the corners of a prism of a height field.
  let prism: UnsafeMutablePointer<Vector3>

  /// - Parameters:
  ///   - isNeeded: whether the model has pairs that need it.
  ///   - largestPolygon: corners of a polygon or polygons of a corner of a mesh, at most.
  init(_ options: ModelOptions, isNeeded: Bool, largestPolygon: Int, arena: Arena) {
    limits = ConvexLimits(
      iterations: options.convexIterations, tolerance: options.convexTolerance,
      findsSeveralContacts: !options.disabled.contains(.severalConvexContacts))
    faceCapacity = isNeeded ? 6 * limits.iterations : 0
    // as in MuJoCo, where they are what is left of the memory for the faces
    horizonCapacity = isNeeded ? max(limits.iterations, 35) - 11 : 0
    vertices = arena.array(isNeeded ? 5 + limits.iterations : 0, repeating: DifferencePoint())
    faces = arena.array(faceCapacity, repeating: PolytopeFace())
    candidates = arena.array(faceCapacity, repeating: 0)
    horizon = arena.array(horizonCapacity, repeating: (0, 0))
    prism = arena.array(isNeeded ? 6 : 0, repeating: .zero)
    polygons = PolygonScratch(
      faceCapacity: isNeeded ? max(PolygonScratch.cornersOfDisc, largestPolygon) : 0, arena: arena)
  }

  /// Bytes of one simulation for it.
  static func size(_ options: ModelOptions, largestPolygon: Int) -> Int {
    let n = options.convexIterations
    return (5 + n) * MemoryLayout<DifferencePoint>.stride
      + 6 * n * (MemoryLayout<PolytopeFace>.stride + MemoryLayout<Int>.stride)
      + max(n, 35) * MemoryLayout<(Int, Int)>.stride
      + max(PolygonScratch.cornersOfDisc, largestPolygon)
      * (7 * MemoryLayout<Vector3>.stride + 3 * MemoryLayout<FaceContacts.Direction>.stride)
  }
}

/// Room for the polygons of two faces that lie on each other.
struct PolygonScratch {
  /// Of the polygon that stands for the face of a cylinder.
  static let cornersOfDisc = 16

  let first, second: UnsafeMutablePointer<Vector3>
  /// Clipping by an edge adds a corner at most, up to rounding.
  let clippedCapacity: Int
  let clipped, other: UnsafeMutablePointer<Vector3>
  let edgeNormals: UnsafeMutablePointer<Vector3>
  let firstFaces, secondFaces, edges: UnsafeMutablePointer<FaceContacts.Direction>

  /// - Parameter faceCapacity: corners of a face, or faces of a corner.
  init(faceCapacity: Int, arena: Arena) {
    func array(_ count: Int) -> UnsafeMutablePointer<Vector3> {
      arena.array(count, repeating: .zero)
    }
    func directions() -> UnsafeMutablePointer<FaceContacts.Direction> {
      arena.array(faceCapacity, repeating: FaceContacts.Direction())
    }
    clippedCapacity = 2 * faceCapacity
    first = array(faceCapacity)
    second = array(faceCapacity)
    clipped = array(clippedCapacity)
    other = array(clippedCapacity)
    edgeNormals = array(faceCapacity)
    firstFaces = directions()
    secondFaces = directions()
    edges = directions()
  }
}
