/// The most memory that one simulation may take for contacts: that of some 500 bodies of which each
/// can touch each.
let contactMemoryLimit = 1 << 29

extension Model {
  /// Bytes of one simulation for the contacts that its pairs can have at once: the contacts, their
  /// rows, and the matrices that have room for every entry, if some pair couples two branches.
  /// Everything is allocated with the simulation, so that a step allocates nothing.
  ///
  /// Differs from MuJoCo, whose arena is smaller than what all pairs could need: it warns and drops
  /// contacts when that is full.
  var contactMemory: Int {
    var depths: [Int] = []
    for dof in degreesOfFreedom { depths.append(dof.parent < 0 ? 1 : depths[dof.parent] + 1) }
    func leaf(_ geom: Int) -> Int { bodies[geoms[geom].body].lastMovingDegreeOfFreedom }

    let entryBytes = MemoryLayout<Double>.stride
    // residuals of the row and of its candidate, in both precisions, and whether it is active
    let rowBytes =
      MemoryLayout<ConstraintRow>.stride + 2 * entryBytes + 2 * MemoryLayout<PreciseReal>.stride + 1
    var bytes = 0
    var hasBranches = false
    var hasConvexPairs = false
    for pair in pairs {
      let leaves = [leaf(pair.first), leaf(pair.second)].filter { $0 >= 0 }
      hasBranches = hasBranches || leaves.count == 2 && leaves[0] != leaves[1]
      let entries = leaves.reduce(0) { $0 + depths[$1] }
      let rows = pair.dimension == 1 ? 1 : 2 * (pair.dimension - 1)
      let kind = collisionKind(pair)
      hasConvexPairs = hasConvexPairs || kind?.isConvex == true
      bytes +=
        (kind?.contactLimit ?? 0)
        * (MemoryLayout<Contact>.stride + rows * (rowBytes + entries * entryBytes))
    }
    if hasConvexPairs { bytes += ConvexScratch.size(options, largestPolygon: largestPolygon) }
    if hasBranches {
      // columns and rows of the layout, mass and matrix, and the latter in twice the precision
      let entryCount = velocityCount * (velocityCount + 1) / 2
      bytes += entryCount * (4 * entryBytes + MemoryLayout<PreciseReal>.stride)
    }
    return bytes
  }
}
