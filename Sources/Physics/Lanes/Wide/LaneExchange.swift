import IDQLPhysics

extension Simulation {
  package func load(_ single: IDQLPhysics.Simulation, lane: Int) {
    let (w, s) = (workspace, single.workspace)
    let m = w.model
    insert(s.position, m.positionCount, into: w.position, lane)
    insert(s.velocity, m.velocityCount, into: w.velocity, lane)
    insert(s.warmStart, m.velocityCount, into: w.warmStart, lane)
    if m.hasSpecialDrives {
      insert(s.activation, m.special.pointee.activationCount, into: w.activation, lane)
    }
    insert(s.control, m.actuatorCount, into: w.control, lane)
    insert(s.unconvergedCount, 1, into: w.unconvergedCount, lane)
  }

  package func store(lane: Int, into single: IDQLPhysics.Simulation) {
    let (w, s) = (workspace, single.workspace)
    let m = w.model
    let n = m.velocityCount
    extract(lane, of: w.position, m.positionCount, into: s.position)
    extract(lane, of: w.velocity, n, into: s.velocity)
    extract(lane, of: w.warmStart, n, into: s.warmStart)
    if m.hasSpecialDrives {
      extract(lane, of: w.activation, m.special.pointee.activationCount, into: s.activation)
    }

    extract(lane, of: w.frames, frameSize * m.bodyCount, into: s.frames)
    extract(lane, of: w.axes, 6 * n, into: s.axes)
    extract(lane, of: w.massMatrix, m.tree.entryCount, into: s.massMatrix)
    extract(lane, of: w.biasForce, n, into: s.biasForce)
    extract(lane, of: w.passiveForce, n, into: s.passiveForce)
    extract(lane, of: w.actuatorForce, n, into: s.actuatorForce)
    extract(lane, of: w.constraintForce, n, into: s.constraintForce)
    extract(lane, of: w.acceleration, n, into: s.acceleration)
    if m.hasLengths {
      extract(lane, of: w.lengths, m.special.pointee.lengthCount, into: s.lengths)
      extract(lane, of: w.lengthRates, m.special.pointee.lengthCount, into: s.lengthRates)
      extract(
        lane, of: w.lengthJacobians, m.special.pointee.lengthJacobianCount, into: s.lengthJacobians)
    }
    extract(lane, of: w.unconvergedCount, 1, into: s.unconvergedCount)
    if single.keepsBodyVelocities {
      extract(lane, of: w.bodyVelocity, 6 * m.bodyCount, into: s.bodyVelocity)
    }
    storeConstraints(lane, s)
  }

  /// The contacts and rows that exist in the lane. Limits have the first rows.
  private func storeConstraints(_ lane: Int, _ s: IDQLPhysics.Workspace) {
    let w = workspace
    s.contacts.count = 0
    s.constraints.rowCount = 0
    s.constraints.twoSidedCount = w.constraints.twoSidedCount
    s.constraints.entryCount = 0
    var row = 0
    for c in 0..<w.contacts.count {
      let contact = w.contacts.contacts + c
      if contact.pointee.firstRow >= 0 { storeRows(&row, upTo: contact.pointee.firstRow, lane, s) }
      guard contact.pointee.exists[lane] else { continue }
      s.contacts.contacts[s.contacts.count] = contact.pointee[lane]
      if contact.pointee.firstRow >= 0, w.constraints.rows[row].exists(in: lane) {
        s.contacts.contacts[s.contacts.count].firstRow = s.constraints.rowCount
      }
      s.contacts.count += 1
    }
    storeRows(&row, upTo: w.constraints.rowCount, lane, s)
  }

  private func storeRows(_ next: inout Int, upTo end: Int, _ lane: Int, _ s: IDQLPhysics.Workspace)
  {
    let w = workspace
    while next < end {
      let row = w.constraints.rows + next
      if row.pointee.exists(in: lane) {
        let target = s.constraints.rows + s.constraints.rowCount
        extract(
          lane, of: w.constraints.jacobians + row.pointee.jacobian, row.pointee.count,
          into: s.constraints.jacobians + s.constraints.entryCount)
        target.pointee.jacobian = s.constraints.entryCount
        target.pointee.count = row.pointee.count
        target.pointee.chain = row.pointee.chain
        target.pointee.depth = row.pointee.depth
        target.pointee.inverseRegularizer = row.pointee.inverseRegularizer[lane]
        target.pointee.reference = row.pointee.reference[lane]
        target.pointee.position = row.pointee.position[lane]
        target.pointee.margin = row.pointee.margin
        s.solver.candidateResidual[s.constraints.rowCount] =
          w.solver.candidateResidual[next][lane]
        s.constraints.rowCount += 1
        s.constraints.entryCount += row.pointee.count
      }
      next += 1
    }
  }
}

private let frameSize = MemoryLayout<IDQLPhysics.BodyFrame>.stride / MemoryLayout<Double>.stride

/// Copies one lane of `count` reals. A type that consists of reals only has a scalar counterpart
/// that consists of as many doubles in the same order.
private func extract(
  _ lane: Int, of source: UnsafeRawPointer, _ count: Int, into target: UnsafeMutableRawPointer
) {
  let source = source.assumingMemoryBound(to: Double.self) + lane
  let target = target.assumingMemoryBound(to: Double.self)
  for k in 0..<count { target[k] = source[k &* laneCount] }
}

private func insert(
  _ source: UnsafePointer<Double>, _ count: Int, into target: UnsafeMutableRawPointer, _ lane: Int
) {
  let target = target.assumingMemoryBound(to: Double.self) + lane
  for k in 0..<count { target[k &* laneCount] = source[k] }
}

extension Contact {
  subscript(lane: Int) -> IDQLPhysics.Contact {
    IDQLPhysics.Contact(
      pair: pair, distance: distance[lane], position: position[lane], normal: normal[lane],
      firstTangent: firstTangent[lane], secondTangent: secondTangent[lane], firstRow: -1)
  }
}

extension ConstraintRow {
  /// A row that does not exist refers to minus infinity.
  func exists(in lane: Int) -> Bool { reference[lane] != -.infinity }
}
