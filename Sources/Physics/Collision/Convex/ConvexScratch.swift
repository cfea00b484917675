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

  /// - Parameter isNeeded: whether the model has pairs that need it.
  init(_ options: ModelOptions, isNeeded: Bool, arena: Arena) {
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
    polygons = PolygonScratch(isNeeded: isNeeded, arena: arena)
  }

  /// Bytes of one simulation for it.
  static func size(_ options: ModelOptions) -> Int {
    let n = options.convexIterations
    return (5 + n) * MemoryLayout<DifferencePoint>.stride
      + 6 * n * (MemoryLayout<PolytopeFace>.stride + MemoryLayout<Int>.stride)
      + max(n, 35) * MemoryLayout<(Int, Int)>.stride
  }
}

/// Room for the polygons of two faces that lie on each other.
struct PolygonScratch {
  /// Corners of a face.
  static let faceCapacity = 16
  /// Clipping by an edge adds a corner at most, up to rounding.
  static let clippedCapacity = 2 * faceCapacity

  let first, second: UnsafeMutablePointer<Vector3>
  let clipped, other: UnsafeMutablePointer<Vector3>
  let edgeNormals: UnsafeMutablePointer<Vector3>

  init(isNeeded: Bool, arena: Arena) {
    func array(_ count: Int) -> UnsafeMutablePointer<Vector3> {
      arena.array(isNeeded ? count : 0, repeating: .zero)
    }
    first = array(Self.faceCapacity)
    second = array(Self.faceCapacity)
    clipped = array(Self.clippedCapacity)
    other = array(Self.clippedCapacity)
    edgeNormals = array(Self.faceCapacity)
  }
}
