/// One scalar inequality J·a ≥ reference, softened (a row of MuJoCo's `efc_*` arrays).
package struct ConstraintRow {
  /// Where its Jacobian starts in the pool, and how many entries it has.
  package var jacobian: Int
  package var count: Int
  /// The degrees of freedom of these entries: `layout.chain` from here on …
  package var chain: Int
  /// … of which the first has this many ancestors in the layout.
  package var depth: Int
  /// MuJoCo `efc_D`.
  package var inverseRegularizer: Real
  /// Reference acceleration (MuJoCo `efc_aref`).
  package var reference: Real
  /// Signed distance, and the distance below which the row is active (MuJoCo `efc_pos`,
  /// `efc_margin`).
  package var position: Real
  package var margin: Double

  static let none = ConstraintRow(
    jacobian: 0, count: 0, chain: 0, depth: 0, inverseRegularizer: .zero, reference: .zero,
    position: .zero, margin: 0)
}

/// The rows of one step, with room for every limit and every contact.
package struct ConstraintBuffer {
  package let rows: UnsafeMutablePointer<ConstraintRow>
  /// Entries of all Jacobians.
  package let jacobians: UnsafeMutablePointer<Real>
  package let capacity: Int
  package var rowCount = 0
  package var entryCount = 0

  init(_ model: Model, _ pairs: [PairConstraint], contactLimits: [Int], arena: Arena) {
    let contactRows = zip(pairs, contactLimits).reduce(0) { $0 + $1.0.rowCount * $1.1 }
    capacity = 2 * model.joints.count + contactRows
    rows = arena.array(capacity, repeating: .none)
    jacobians = arena.reals(6 * model.joints.count + contactRows * model.velocityCount)
  }
}

/// Adds rows for joints beyond their limits (MuJoCo `mj_instantiateLimit`): lower before upper.
///
/// | Argument   | Shape         | Meaning                          |
/// |------------|---------------|----------------------------------|
/// | `layout`   |               | what the rows' entries refer to  |
/// | `position` | positionCount | `qpos`                           |
/// | `velocity` | dofCount      | `qvel`                           |
@inline(__always)
func addLimitRows(
  _ m: ModelPointers, _ layout: MatrixLayout, position: UnsafePointer<Real>,
  velocity: UnsafePointer<Real>, _ buffer: inout ConstraintBuffer
) {
  for index in 0..<m.limitedJointCount {
    let j = m.limitedJoints[index]
    let joint = m.joints + j
    let q = position + joint.pointee.firstPosition
    if joint.pointee.kind == .ball {
      let rotation = Quaternion(q[0], q[1], q[2], q[3]).normalized.rotationVector
      let axis = rotation.normalized(or: Vector3(1, 0, 0))
      let distance = max(joint.pointee.lower, joint.pointee.upper) - rotation.length
      addLimitRow(m, layout, index, distance, -axis, 3, velocity, &buffer)
    } else {
      addLimitRow(
        m, layout, index, q[0] - joint.pointee.lower, Vector3(1, 0, 0), 1, velocity, &buffer)
      addLimitRow(
        m, layout, index, joint.pointee.upper - q[0], Vector3(-1, 0, 0), 1, velocity, &buffer)
    }
  }
}

@inline(__always)
private func addLimitRow(
  _ m: ModelPointers, _ layout: MatrixLayout, _ index: Int, _ distance: Real,
  _ entries: Vector3, _ count: Int, _ velocity: UnsafePointer<Real>,
  _ buffer: inout ConstraintBuffer
) {
  let joint = m.joints + m.limitedJoints[index]
  let margin = joint.pointee.margin
  let exists = distance < margin
  if !someLane(exists) { return }
  let dof = joint.pointee.firstDegreeOfFreedom
  let jacobian = buffer.jacobians + buffer.entryCount
  jacobian[0] = entries.x
  var rate = entries.x * velocity[dof]
  if count == 3 {
    jacobian[1] = entries.y
    jacobian[2] = entries.z
    rate += entries.y * velocity[dof + 1] + entries.z * velocity[dof + 2]
  }

  let law = m.limitLaws[index]
  let impedance = law.impedance(at: distance - margin)
  let regularizer = larger(1e-15, (1 - impedance) / impedance * m.dofs[dof].inverseWeight)
  let last = dof + count - 1
  buffer.rows[buffer.rowCount] = ConstraintRow(
    jacobian: buffer.entryCount, count: count,
    chain: layout.start[last] + layout.depth[dof], depth: layout.depth[dof],
    inverseRegularizer: 1 / regularizer,
    reference: referenceAcceleration(
      exists, -law.damping * rate - law.stiffness * impedance * (distance - margin)),
    position: distance, margin: margin)
  buffer.rowCount &+= 1
  buffer.entryCount &+= count
}

/// Adds rows for contacts (MuJoCo `mj_instantiateContact`): for dimension 1 the normal, else two
/// opposite edges of the friction pyramid for each friction direction: n ± μ t.
@inline(__always)
func addContactRows(
  _ m: ModelPointers, _ layout: MatrixLayout, frames: UnsafePointer<BodyFrame>,
  axes: UnsafePointer<SpatialVector>, velocity: UnsafePointer<Real>,
  contacts: ContactBuffer, _ buffer: inout ConstraintBuffer
) {
  for c in 0..<contacts.count {
    let contact = contacts.contacts + c
    let pair = m.pairConstraints + contact.pointee.pair
    let margin = pair.pointee.margin - pair.pointee.gap
    let distance = contact.pointee.distance
    let exists = contact.pointee.exists && distance < margin
    if !someLane(exists) { continue }
    contact.pointee.firstRow = buffer.rowCount

    // Jacobians of all rows of this contact
    let rowCount = pair.pointee.rowCount
    let leaf = max(pair.pointee.firstLeaf, pair.pointee.secondLeaf)
    #if DEBUG
      precondition(leaf >= 0, "a contact within one rigid body has no rows")
    #endif
    let count = layout.depth[leaf] + 1
    let jacobian = buffer.jacobians + buffer.entryCount
    jacobian.update(repeating: .zero, count: rowCount * count)
    addChain(
      m, layout, pair, contact, leaf: pair.pointee.firstLeaf, sign: -1,
      offset: contact.pointee.position - frames[pair.pointee.firstRoot].origin, axes, jacobian,
      count)
    addChain(
      m, layout, pair, contact, leaf: pair.pointee.secondLeaf, sign: 1,
      offset: contact.pointee.position - frames[pair.pointee.secondRoot].origin, axes, jacobian,
      count)

    let law = pair.pointee.law
    let impedance = law.impedance(at: distance - margin)
    let regularizer =
      larger(1e-15, (1 - impedance) / impedance * pair.pointee.inverseWeight)
      * pair.pointee.regularizerScale
    let restoring = law.stiffness * impedance * (distance - margin)
    let chain = layout.chain + layout.start[leaf]
    for r in 0..<rowCount {
      let row = jacobian + r * count
      var rate = Real.zero
      for e in 0..<count { rate += row[e] * velocity[chain[e]] }
      buffer.rows[buffer.rowCount] = ConstraintRow(
        jacobian: buffer.entryCount, count: count, chain: layout.start[leaf], depth: 0,
        inverseRegularizer: 1 / regularizer,
        reference: referenceAcceleration(exists, -law.damping * rate - restoring),
        position: distance, margin: margin)
      buffer.rowCount &+= 1
      buffer.entryCount &+= count
    }
  }
}

/// Adds the contribution of one body of a contact to its rows: the velocity of the contact point,
/// and from dimension 4 on the rotation, by a unit velocity of each degree of freedom.
///
/// - Parameters:
///   - leaf: the deepest degree of freedom that moves the body, -1 if none does.
///   - sign: -1 for the first body, 1 for the second.
///   - offset: of the contact from the origin that `axes` refer to.
@inline(__always)
private func addChain(
  _ m: ModelPointers, _ layout: MatrixLayout, _ pair: UnsafePointer<PairConstraint>,
  _ contact: UnsafePointer<Contact>, leaf: Int, sign: Double, offset: Vector3,
  _ axes: UnsafePointer<SpatialVector>, _ jacobian: UnsafeMutablePointer<Real>, _ count: Int
) {
  if leaf < 0 { return }
  let chain = m.tree.chain + m.tree.start[leaf]
  let friction = pair.pointee.friction
  let dimension = pair.pointee.dimension
  let normal = sign * contact.pointee.normal
  let first = sign * contact.pointee.firstTangent
  let second = sign * contact.pointee.secondTangent

  for e in 0...m.tree.depth[leaf] {
    let dof = chain[e]
    let v = axes[dof].linear(at: offset)
    let n = normal.dot(v)
    var entry = jacobian + layout.depth[dof]
    if dimension == 1 {
      entry[0] += n
      continue
    }

    @inline(__always) func addEdges(_ t: Real) {
      entry[0] += n + t
      entry[count] += n - t
      entry += 2 * count
    }
    addEdges(friction.0 * first.dot(v))
    addEdges(friction.1 * second.dot(v))
    if dimension >= 4 {
      let w = axes[dof].angular
      addEdges(friction.2 * normal.dot(w))
      if dimension == 6 {
        addEdges(friction.3 * first.dot(w))
        addEdges(friction.4 * second.dot(w))
      }
    }
  }
}

/// In lanes where a row does not exist, every acceleration satisfies its reference, so that it is
/// never active.
@inline(__always)
private func referenceAcceleration(_ exists: Mask, _ value: Real) -> Real {
  select(exists, value, -Double.infinity)
}
