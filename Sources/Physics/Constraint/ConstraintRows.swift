/// One scalar inequality J·a ≥ reference, softened, or one that acts in both directions (a row of
/// MuJoCo's `efc_*` arrays).
package struct ConstraintRow {
  /// Where its Jacobian starts in the pool, and how many entries it has.
  package var jacobian: Int
  package var count: Int
  /// The degrees of freedom of these entries, in rising order: `ConstraintBuffer.chains` from here
  /// on …
  package var chain: Int
  /// … of which the first has this many ancestors.
  package var depth: Int
  /// MuJoCo `efc_D`.
  package var inverseRegularizer: Real
  /// Reference acceleration (MuJoCo `efc_aref`).
  package var reference: Real
  /// Signed distance, and the distance below which the row is active (MuJoCo `efc_pos`,
  /// `efc_margin`), which is 0 for one that acts in both directions: there `margin` is the greatest
  /// force.
  package var position: Real
  package var margin: Double

  static let none = ConstraintRow(
    jacobian: 0, count: 0, chain: 0, depth: 0, inverseRegularizer: .zero, reference: .zero,
    position: .zero, margin: 0)
}

/// The rows of one step, with room for every limit and every contact: those that act in both
/// directions first.
package struct ConstraintBuffer {
  package let rows: UnsafeMutablePointer<ConstraintRow>
  /// Entries of all Jacobians, none where it is zero for every state.
  package let jacobians: UnsafeMutablePointer<Real>
  /// `ModelPointers.rowChains`.
  let chains: UnsafePointer<Int>
  package let capacity: Int
  package var rowCount = 0
  /// How many rows, the first ones, act in both directions: they exist in every lane.
  package var twoSidedCount = 0
  package var entryCount = 0

  init(_ m: ModelPointers, arena: Arena) {
    var (rowCount, entryCount) = (2 * m.jointCount, 6 * m.jointCount)
    for index in 0..<m.pairCount {
      let pair = m.pairConstraints[index]
      let rows = pair.rowCount * m.pairKinds[index].contactLimit
      rowCount += rows
      entryCount += rows * pair.entryCount
    }
    for index in 0..<m.special.pointee.lengthCount where m.special.pointee.lengths[index].isLimited
    {
      rowCount += 2
      entryCount += 2 * m.special.pointee.lengths[index].entryCount
    }
    var twoSidedCapacity = m.special.pointee.frictionCount
    for index in 0..<m.special.pointee.frictionCount {
      entryCount += m.special.pointee.frictions[index].entryCount
    }
    for index in 0..<m.special.pointee.equalityCount {
      twoSidedCapacity += m.special.pointee.equalities[index].rowCount
      entryCount +=
        m.special.pointee.equalities[index].rowCount
        * m.special.pointee.equalities[index].entryCount
    }
    rowCount += twoSidedCapacity
    capacity = rowCount
    rows = arena.array(capacity, repeating: .none)
    jacobians = arena.reals(entryCount)
    chains = m.rowChains
  }
}

/// Adds rows for joints beyond their limits (MuJoCo `mj_instantiateLimit`): lower before upper.
///
/// | Argument   | Shape         | Meaning |
/// |------------|---------------|---------|
/// | `position` | positionCount | `qpos`  |
/// | `velocity` | dofCount      | `qvel`  |
@inline(__always)
func addLimitRows(
  _ m: ModelPointers, position: UnsafePointer<Real>, velocity: UnsafePointer<Real>,
  _ buffer: inout ConstraintBuffer
) {
  for index in 0..<m.limitedJointCount {
    let j = m.limitedJoints[index]
    let joint = m.joints + j
    let q = position + joint.pointee.firstPosition
    if joint.pointee.kind == .ball {
      let rotation = Quaternion(q[0], q[1], q[2], q[3]).normalized.rotationVector
      let axis = rotation.normalized(or: Vector3(1, 0, 0))
      let distance = max(joint.pointee.lower, joint.pointee.upper) - rotation.length
      addLimitRow(m, index, distance, -axis, 3, velocity, &buffer)
    } else {
      addLimitRow(m, index, q[0] - joint.pointee.lower, Vector3(1, 0, 0), 1, velocity, &buffer)
      addLimitRow(m, index, joint.pointee.upper - q[0], Vector3(-1, 0, 0), 1, velocity, &buffer)
    }
  }
}

@inline(__always)
private func addLimitRow(
  _ m: ModelPointers, _ index: Int, _ distance: Real, _ entries: Vector3, _ count: Int,
  _ velocity: UnsafePointer<Real>, _ buffer: inout ConstraintBuffer
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
    chain: m.tree.start[last] + m.tree.depth[dof], depth: m.tree.depth[dof],
    inverseRegularizer: 1 / regularizer,
    reference: referenceAcceleration(
      exists, -law.damping * rate - law.stiffness * impedance * (distance - margin)),
    position: distance, margin: margin)
  buffer.rowCount &+= 1
  buffer.entryCount &+= count
}

/// Adds rows for tendons beyond their limits: lower before upper.
@inline(never)
func addLengthLimitRows(
  _ m: ModelPointers, lengths: UnsafePointer<Real>, lengthJacobians: UnsafePointer<Real>,
  velocity: UnsafePointer<Real>, _ buffer: inout ConstraintBuffer
) {
  for index in 0..<m.special.pointee.lengthCount where m.special.pointee.lengths[index].isLimited {
    let length = m.special.pointee.lengths + index
    for side in 0..<2 {
      let sign = side == 0 ? 1.0 : -1.0
      let bound = sign > 0 ? length.pointee.lower : length.pointee.upper
      let distance = sign * (lengths[index] - bound)
      let margin = length.pointee.margin
      let exists = distance < margin
      if !someLane(exists) { continue }
      let count = length.pointee.entryCount
      let jacobian = buffer.jacobians + buffer.entryCount
      for e in 0..<count {
        jacobian[e] = sign * lengthJacobians[length.pointee.jacobian + e]
      }
      let rate = sign * speed(of: length, m, lengthJacobians, velocity)
      let law = length.pointee.limitLaw
      let impedance = law.impedance(at: distance - margin)
      let regularizer = larger(1e-15, (1 - impedance) / impedance * length.pointee.inverseWeight)
      let restoring = law.stiffness * impedance * (distance - margin)
      let reference = referenceAcceleration(exists, -law.damping * rate - restoring)
      buffer.rows[buffer.rowCount] = ConstraintRow(
        jacobian: buffer.entryCount, count: count, chain: length.pointee.chain,
        depth: length.pointee.depth, inverseRegularizer: 1 / regularizer,
        reference: reference, position: distance, margin: margin)
      buffer.rowCount &+= 1
      buffer.entryCount &+= count
    }
  }
}

/// Adds rows for contacts (MuJoCo `mj_instantiateContact`): for dimension 1 the normal, else two
/// opposite edges of the friction pyramid for each friction direction: n ± μ t.
@inline(__always)
func addContactRows(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>, axes: UnsafePointer<SpatialVector>,
  velocity: UnsafePointer<Real>, contacts: ContactBuffer, _ buffer: inout ConstraintBuffer
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
    let count = pair.pointee.entryCount
    #if DEBUG
      precondition(count > 0, "a contact within one rigid body has no rows")
    #endif
    let jacobian = buffer.jacobians + buffer.entryCount
    jacobian.update(repeating: .zero, count: rowCount * count)
    addChain(
      m, pair, contact, leaf: pair.pointee.firstLeaf, gap: pair.pointee.firstGap, sign: -1,
      offset: contact.pointee.position - frames[pair.pointee.firstRoot].origin, axes, jacobian)
    addChain(
      m, pair, contact, leaf: pair.pointee.secondLeaf, gap: pair.pointee.secondGap, sign: 1,
      offset: contact.pointee.position - frames[pair.pointee.secondRoot].origin, axes, jacobian)

    let law = pair.pointee.law
    let impedance = law.impedance(at: distance - margin)
    let regularizer =
      larger(1e-15, (1 - impedance) / impedance * pair.pointee.inverseWeight)
      * pair.pointee.regularizerScale
    let restoring = law.stiffness * impedance * (distance - margin)
    let chain = buffer.chains + pair.pointee.chain
    for r in 0..<rowCount {
      let row = jacobian + r * count
      var rate = Real.zero
      for e in 0..<count { rate += row[e] * velocity[chain[e]] }
      buffer.rows[buffer.rowCount] = ConstraintRow(
        jacobian: buffer.entryCount, count: count, chain: pair.pointee.chain, depth: 0,
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
///   - gap: entries of the other body between those that both have and the rest of this one's.
///   - sign: -1 for the first body, 1 for the second.
///   - offset: of the contact from the origin that `axes` refer to.
@inline(__always)
private func addChain(
  _ m: ModelPointers, _ pair: UnsafePointer<PairConstraint>, _ contact: UnsafePointer<Contact>,
  leaf: Int, gap: Int, sign: Double, offset: Vector3, _ axes: UnsafePointer<SpatialVector>,
  _ jacobian: UnsafeMutablePointer<Real>
) {
  if leaf < 0 { return }
  let count = pair.pointee.entryCount
  let sharedCount = pair.pointee.sharedCount
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
    var entry = jacobian + (e < sharedCount ? e : e &+ gap)
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
