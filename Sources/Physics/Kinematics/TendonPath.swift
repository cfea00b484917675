/// A point that a spatial tendon passes, fixed to a body.
package struct PathPoint {
  package let body: Int
  package let root: Int
  package let isMoving: Bool
  /// In the body's frame.
  package let position: Vector3

  init(_ model: Model, body: Int, position: Vector3) {
    self.body = body
    root = model.bodies[body].root
    isMoving = model.bodies[body].weld != 0
    self.position = position
  }

  init(_ model: Model, site: Int) {
    self.init(model, body: model.sites[site].body, position: model.sites[site].position)
  }
}

/// An entry of a tendon's Jacobian, and its degree of freedom.
package struct PathEntry {
  package let dof: Int
  package let entry: Int
}

/// A straight piece of a tendon between points of two bodies. Only degrees of freedom that move one of
/// the two change its length.
package struct PathPiece {
  /// Entries that the first point contributes to: `ModelPointers.special.pathEntries` from here on.
  package let first: Int
  package let firstCount: Int
  /// The second point's follow them.
  package let secondCount: Int
  package let firstRoot: Int
  package let secondRoot: Int
}

/// From one site of a tendon to the next one.
package struct PathStep {
  package let start: PathPoint
  package let stop: PathPoint
  package let straight: PathPiece
  /// 1 / divisor of its branch.
  package let share: Double
  package let divisor: Double
  /// What may be in the way: index in `ModelPointers.special.wraps`, -1 for nothing.
  package let wrap: Int
}

/// A sphere or cylinder that a tendon is wound around.
package struct PathWrap {
  package let center: PathPoint
  /// In the frame of its body.
  package let axes: Matrix3
  package let radius: Double
  package let isSphere: Bool
  package let hasSide: Bool
  /// Marks the side of the shape on which the tendon passes; the centre if there is none.
  package let side: PathPoint
  /// From the site before to the shape, and from the shape to the site after.
  package let approach: PathPiece
  package let departure: PathPiece
}

/// The constants of all spatial tendons' paths.
struct TendonPaths {
  private(set) var steps: [PathStep] = []
  private(set) var wraps: [PathWrap] = []
  private(set) var entries: [PathEntry] = []

  /// Appends a tendon's path.
  ///
  /// - Parameter entryOfDof: where in the tendon's Jacobian each degree of freedom stands.
  mutating func add(_ tendon: Tendon, _ model: Model, entryOfDof: [Int: Int]) {
    for branch in tendon.branches {
      var start: PathPoint?
      var wrap: (geom: Int, side: Int?)?
      for part in branch.parts {
        switch part {
        case .joint, .pulley: continue
        case .geom(let geom, let side): wrap = (geom, side)
        case .site(let site):
          let stop = PathPoint(model, site: site)
          if let start {
            let straight = piece(start, stop, model, entryOfDof)
            let index = wrap.map { addWrap($0.geom, $0.side, start, stop, model, entryOfDof) }
            steps.append(
              PathStep(
                start: start, stop: stop, straight: straight, share: 1 / branch.divisor,
                divisor: branch.divisor, wrap: index ?? -1))
          }
          (start, wrap) = (stop, nil)
        }
      }
    }
  }

  private mutating func addWrap(
    _ geom: Int, _ side: Int?, _ start: PathPoint, _ stop: PathPoint, _ model: Model,
    _ entryOfDof: [Int: Int]
  ) -> Int {
    let shape = model.geoms[geom]
    let center = PathPoint(model, body: shape.body, position: shape.position)
    wraps.append(
      PathWrap(
        center: center, axes: shape.orientation.matrix, radius: shape.size.x,
        isSphere: shape.shape == .sphere, hasSide: side != nil,
        side: side.map { PathPoint(model, site: $0) } ?? center,
        approach: piece(start, center, model, entryOfDof),
        departure: piece(center, stop, model, entryOfDof)))
    return wraps.count - 1
  }

  private mutating func piece(
    _ a: PathPoint, _ b: PathPoint, _ model: Model, _ entryOfDof: [Int: Int]
  ) -> PathPiece {
    let (one, other) = (
      model.degreesOfFreedom(moving: a.body), model.degreesOfFreedom(moving: b.body)
    )
    let first = entries.count
    func append(_ dofs: Set<Int>) {
      for dof in dofs.sorted() { entries.append(PathEntry(dof: dof, entry: entryOfDof[dof] ?? 0)) }
    }
    append(one.subtracting(other))
    let firstCount = entries.count - first
    append(other.subtracting(one))
    return PathPiece(
      first: first, firstCount: firstCount, secondCount: entries.count - first - firstCount,
      firstRoot: a.root, secondRoot: b.root)
  }
}

extension Model {
  /// Of the body and all above it.
  fileprivate func degreesOfFreedom(moving body: Int) -> Set<Int> {
    var found: Set<Int> = []
    var dof = bodies[body].lastMovingDegreeOfFreedom
    while dof >= 0 {
      found.insert(dof)
      dof = degreesOfFreedom[dof].parent
    }
    return found
  }

  /// Degrees of freedom that change a tendon's length, in rising order.
  func degreesOfFreedom(changing tendon: Tendon) -> [Int] {
    var found: Set<Int> = []
    for case .joint(let joint, _) in tendon.path {
      found.insert(joints[joint].firstDegreeOfFreedom)
    }
    for branch in tendon.branches where tendon.isSpatial {
      let bodies: [Set<Int>] = branch.parts.map {
        switch $0 {
        case .site(let site): degreesOfFreedom(moving: sites[site].body)
        case .geom(let geom, _): degreesOfFreedom(moving: geoms[geom].body)
        case .joint, .pulley: []
        }
      }
      for (a, b) in zip(bodies, bodies.dropFirst()) { found.formUnion(a.symmetricDifference(b)) }
    }
    return found.sorted()
  }
}
