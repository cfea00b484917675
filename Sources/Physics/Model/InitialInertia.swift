/// The joint-space inertia matrix in the initial configuration, and the weights that MuJoCo derives
/// from it (`engine_setconst.c: set0`).
///
/// M = Σ over bodies of m Jₚᵀ Jₚ + Jᵣᵀ I Jᵣ, plus armature on the diagonal and what tendons with
/// inertia add; Jₚ and Jᵣ are the Jacobians of a body's centre of mass and rotation in world axes.
/// Dense within each tree of bodies and slow, and independent of the simulation's composite inertia:
/// tests compare the two.
struct InitialInertia {
  /// The lower triangle L of M = L Lᵀ.
  private let factor: TriangularBlocks
  /// Of M.
  private let diagonal: [Double]
  private let columns: BodyJacobians

  /// - Parameter rows: of the tendons in the initial configuration.
  init(_ model: Model, _ rows: TendonRows) throws(DerivationFault) {
    let columns = BodyJacobians(model)
    var matrix = TriangularBlocks(parents: model.degreesOfFreedom.map(\.parent))

    for (index, body) in model.bodies.enumerated() where body.lastMovingDegreeOfFreedom >= 0 {
      let inertia = SymmetricMatrix3(
        moments: body.inertia, orientation: columns.inertialOrientation[index])
      let moving = columns.degreesOfFreedom(moving: index)
      for i in moving {
        let (moveI, turnI) = columns.column(i, of: index)
        for j in moving where j <= i {
          let (moveJ, turnJ) = columns.column(j, of: index)
          matrix[i, j] += body.mass * moveI.dot(moveJ) + turnI.dot(inertia * turnJ)
        }
      }
    }
    for (i, degreeOfFreedom) in model.degreesOfFreedom.enumerated() {
      matrix[i, i] += degreeOfFreedom.armature
    }
    for (tendon, row) in zip(model.tendons, rows.jacobians) where tendon.armature > 0 {
      for (i, own) in row {
        // as in the mass matrix of a step, branches stay uncoupled
        var j = i
        while j >= 0 {
          if let other = row.first(where: { $0.dof == j })?.entry {
            matrix[i, j] += tendon.armature * own * other
          }
          j = model.degreesOfFreedom[j].parent
        }
      }
    }
    guard let factor = choleskyFactor(matrix) else { throw .jointsWithoutInertia }
    (self.factor, self.columns) = (factor, columns)
    diagonal = model.degreesOfFreedom.indices.map { matrix[$0, $0] }
  }

  /// Sets `dof_invweight0` and `body_invweight0`.
  func setInverseWeights(of model: inout Model) {
    for joint in model.joints {
      let first = joint.firstDegreeOfFreedom
      // for a single body on sliders MuJoCo uses the mass without armature
      if isCarriedBySliders(model, joint.body) {
        model.degreesOfFreedom[first].inverseWeight = 1 / model.bodies[joint.body].mass
        continue
      }
      let inverse = inverseDiagonals(first..<(first + joint.kind.degreeOfFreedomCount))
      // one weight for the three directions of a vector
      for (offset, own) in inverse.enumerated() {
        let group =
          inverse.count == 1 ? [own] : Array(inverse[(offset / 3 * 3)..<(offset / 3 * 3 + 3)])
        model.degreesOfFreedom[first + offset].inverseWeight =
          group.reduce(0, +) / Double(group.count)
      }
    }
    for index in model.bodies.indices where model.bodies[index].weld != 0 {
      (model.bodies[index].inverseTranslationWeight, model.bodies[index].inverseRotationWeight) =
        bodyWeights(model, index)
    }
  }

  private func bodyWeights(_ model: Model, _ index: Int) -> (Double, Double) {
    if isCarriedBySliders(model, index) { return (1 / model.bodies[index].mass, 0) }
    let moving = columns.degreesOfFreedom(moving: index)
    let motions = moving.map { columns.column($0, of: index) }
    let forms = inverseQuadraticForms(
      moving, motions.map { [$0.x, $0.y, $0.z, $1.x, $1.y, $1.z] })
    return ((forms[0] + forms[1] + forms[2]) / 3, (forms[3] + forms[4] + forms[5]) / 3)
  }

  /// Whether the body has only slide joints along its own axes, no children, and a parent that does
  /// not move (MuJoCo `body_simple` 2).
  private func isCarriedBySliders(_ model: Model, _ index: Int) -> Bool {
    let body = model.bodies[index]
    let parent = model.bodies[body.parent]
    let isAtRest = body.parent == 0 || (parent.parent == 0 && parent.degreeOfFreedomCount == 0)
    if !isAtRest || !body.isCentered(model.profile) || body.jointCount == 0 { return false }
    // the first child of a body is the next one
    let hasChildren =
      index + 1 < model.bodies.count && model.bodies[index + 1].parent == index
    if hasChildren { return false }
    return model.joints[body.firstJoint..<(body.firstJoint + body.jointCount)].allSatisfy {
      let axis = $0.axis
      let directions = [axis.x, axis.y, axis.z].filter { abs($0) > 1e-14 }
      return $0.kind == .slide && $0.anchor == .zero && directions.count == 1
    }
  }

  /// The inertia that a force with these shares on the degrees of freedom from `first` on feels,
  /// 1 / (g M⁻¹ gᵀ); 0 where it moves nothing.
  func effective(from first: Int, _ shares: [Double]) -> Double {
    let vectors = shares.map { [$0, 0, 0, 0, 0, 0] }
    let inverse = inverseQuadraticForms(Array(first..<(first + shares.count)), vectors)[0]
    return inverse > 1e-15 ? 1 / inverse : 0
  }

  /// J M⁻¹ Jᵀ of a row with these entries, in rising order.
  func inverse(along row: [(dof: Int, entry: Double)]) -> Double {
    // trees do not couple
    var sum = 0.0
    var rest = row[...]
    while let first = rest.first {
      let block = factor.block(of: first.dof)
      let own = rest.prefix { block.contains($0.dof) }
      let vectors = own.map { [$0.entry, 0, 0, 0, 0, 0] }
      sum += inverseQuadraticForms(own.map(\.dof), vectors)[0]
      rest = rest.dropFirst(own.count)
    }
    return sum
  }

  /// Σ Mᵢᵢ / Jᵢ² over the degrees of freedom that a row reaches.
  func diagonal(along row: [(dof: Int, entry: Double)]) -> Double {
    row.reduce(0) {
      $1.entry * $1.entry > 1e-15 ? $0 + diagonal[$1.dof] / ($1.entry * $1.entry) : $0
    }
  }

  /// Where a point of a body is.
  func position(ofPoint point: Vector3, on body: Int) -> Vector3 {
    columns.origin[body] + columns.frame[body].rotate(point)
  }

  /// A point of the world in the frame of a body.
  func position(ofPoint point: Vector3, inFrameOf body: Int) -> Vector3 {
    columns.frame[body].conjugate.rotate(point - columns.origin[body])
  }

  func orientation(of body: Int) -> Quaternion { columns.frame[body] }

  /// Σ Mᵢᵢ / gᵢ² over the degrees of freedom that it reaches.
  func diagonal(from first: Int, _ shares: [Double]) -> Double {
    zip(diagonal[first...], shares).reduce(0) {
      $1.1 * $1.1 > 1e-15 ? $0 + $1.0 / ($1.1 * $1.1) : $0
    }
  }

  /// Of M⁻¹, those of one joint.
  private func inverseDiagonals(_ range: Range<Int>) -> [Double] {
    let units = range.map { i in (0..<6).map { range.lowerBound + $0 == i ? 1.0 : 0 } }
    return Array(inverseQuadraticForms(Array(range), units)[..<range.count])
  }

  /// vᵀ M⁻¹ v = |L⁻¹ v|², of six vectors at once: one alone would wait for each of its sums.
  ///
  /// - Parameters:
  ///   - indices: of the elements that are not zero, all of one tree; at least one.
  ///   - values: for each of them that of the six vectors.
  private func inverseQuadraticForms(_ indices: [Int], _ values: [[Double]]) -> [Double] {
    let block = factor.block(of: indices[0])
    var x = [Double](repeating: 0, count: 6 * block.count)
    for (index, value) in zip(indices, values) {
      for (v, element) in value.enumerated() { x[6 * (index - block.lowerBound) + v] = element }
    }
    var sums = [Double](repeating: 0, count: 6)
    for i in block {
      let own = 6 * (i - block.lowerBound)
      var (a, b, c) = (x[own], x[own + 1], x[own + 2])
      var (d, e, f) = (x[own + 3], x[own + 4], x[own + 5])
      var other = 0
      for j in block.lowerBound..<i {
        let entry = factor[i, j]
        a -= entry * x[other]
        b -= entry * x[other + 1]
        c -= entry * x[other + 2]
        d -= entry * x[other + 3]
        e -= entry * x[other + 4]
        f -= entry * x[other + 5]
        other += 6
      }
      (x[own], x[own + 1], x[own + 2]) = (a, b, c)
      (x[own + 3], x[own + 4], x[own + 5]) = (d, e, f)
      for v in 0..<6 {
        x[own + v] /= factor[i, i]
        sums[v] += x[own + v] * x[own + v]
      }
    }
    return sums
  }
}

/// The lower triangle of a symmetric matrix over degrees of freedom, dense for each tree of bodies,
/// and nothing between two trees.
private struct TriangularBlocks {
  private var elements: [Double] = []
  /// Where column 0 of each row would be.
  private var rows: [Int] = []
  /// Degrees of freedom of the tree that each one belongs to.
  private var blocks: [Range<Int>] = []

  var count: Int { rows.count }

  /// Zero.
  ///
  /// - Parameter parents: of each degree of freedom, -1 at a root; a tree's are in one piece.
  init(parents: [Int]) {
    let roots = parents.indices.filter { parents[$0] < 0 }
    for (root, end) in zip(roots, roots.dropFirst() + [parents.count]) {
      for i in root..<end {
        rows.append(elements.count - root)
        blocks.append(root..<end)
        elements += repeatElement(0, count: i - root + 1)
      }
    }
  }

  func block(of i: Int) -> Range<Int> { blocks[i] }

  /// - Precondition: `j` is at most `i`, and of its tree.
  subscript(i: Int, j: Int) -> Double {
    get { elements[rows[i] + j] }
    set { elements[rows[i] + j] = newValue }
  }
}

/// L with M = L Lᵀ, or nil if M is not positive definite by more than rounding.
private func choleskyFactor(_ matrix: TriangularBlocks) -> TriangularBlocks? {
  var l = matrix
  for i in 0..<matrix.count {
    let first = matrix.block(of: i).lowerBound
    for j in first...i {
      var sum = matrix[i, j]
      for k in first..<j { sum -= l[i, k] * l[j, k] }
      if i > j {
        l[i, j] = sum / l[j, j]
      } else if sum > 1e-13 * matrix[i, i] {
        l[i, i] = sum.squareRoot()
      } else {
        return nil
      }
    }
  }
  return l
}

/// How each degree of freedom moves each body, in the initial configuration and in world axes.
private struct BodyJacobians {
  /// A rotation about an axis through a point, or (`axis` zero) a translation.
  private struct Motion {
    var axis: Vector3
    var anchor: Vector3
    var translation: Vector3
  }

  private(set) var inertialOrientation: [Quaternion] = []
  private(set) var origin: [Vector3] = []
  private(set) var frame: [Quaternion] = []
  private var centre: [Vector3] = []
  private var motions: [Motion] = []
  private let model: Model

  init(_ model: Model) {
    self.model = model
    for (index, body) in model.bodies.enumerated() {
      // every joint is at its reference: bodies have their frames of the document
      let isWorld = index == 0
      origin.append(
        isWorld
          ? .zero : origin[body.parent] + frame[body.parent].rotate(body.position))
      frame.append(
        isWorld ? .identity : (frame[body.parent] * body.orientation).normalized)
      centre.append(origin[index] + frame[index].rotate(body.inertialPosition))
      inertialOrientation.append((frame[index] * body.inertialOrientation).normalized)

      for joint in model.joints[body.firstJoint..<(body.firstJoint + body.jointCount)] {
        let axes = frame[index].matrix
        let anchor = origin[index] + frame[index].rotate(joint.anchor)
        let turns = [axes.xAxis, axes.yAxis, axes.zAxis].map {
          Motion(axis: $0, anchor: anchor, translation: .zero)
        }
        switch joint.kind {
        case .free:
          let identity = Matrix3.identity
          motions += [identity.xAxis, identity.yAxis, identity.zAxis].map {
            Motion(axis: .zero, anchor: .zero, translation: $0)
          }
          motions += turns
        case .ball: motions += turns
        case .slide:
          motions.append(
            Motion(axis: .zero, anchor: .zero, translation: frame[index].rotate(joint.axis)))
        case .hinge:
          motions.append(
            Motion(axis: frame[index].rotate(joint.axis), anchor: anchor, translation: .zero))
        }
      }
    }
  }

  /// From the body to the root.
  func degreesOfFreedom(moving body: Int) -> [Int] {
    var found: [Int] = []
    var i = model.bodies[body].lastMovingDegreeOfFreedom
    while i >= 0 {
      found.append(i)
      i = model.degreesOfFreedom[i].parent
    }
    return found
  }

  /// Velocity of the body's centre of mass and angular velocity, at unit speed of `i`.
  func column(_ i: Int, of body: Int) -> (translation: Vector3, rotation: Vector3) {
    let motion = motions[i]
    return (
      motion.translation + motion.axis.cross(centre[body] - motion.anchor), motion.axis
    )
  }
}
