extension Simulation {
  /// Sum of contact forces on each body, length bodyCount: moment (`angular`, N m) and force
  /// (`linear`, N) in world axes about the centre of mass of the body's whole kinematic tree
  /// (MuJoCo `cfrc_ext` after `mj_rnePostConstraint`). That of the world stays zero, as in MuJoCo.
  ///
  /// It belongs to the last evaluation of forces: after a Runge-Kutta step, to its fourth stage.
  public var contactForces: [SpatialVector] {
    let w = workspace
    let m = w.model
    var forces = Array(repeating: SpatialVector.zero, count: m.bodyCount)
    if w.contacts.count == 0 { return forces }
    let centers = treeCentersOfMass
    for c in 0..<w.contacts.count {
      let contact = w.contacts.contacts[c]
      if contact.firstRow < 0 { continue }
      let force = forceOnSecondGeom(of: contact)
      let pair = m.pairs[contact.pair]
      for (geom, sign) in [(pair.first, -1.0), (pair.second, 1.0)] {
        let body = m.geoms[geom].body
        if body == 0 { continue }
        let lever = contact.position - centers[m.bodies[body].root]
        forces[body] += SpatialVector(
          angular: sign * (force.angular + lever.cross(force.linear)), linear: sign * force.linear)
      }
    }
    return forces
  }

  /// Force of a contact on the second geom of its pair: moment (`angular`, N m) and force
  /// (`linear`, N) at the contact point, world axes (MuJoCo `mj_contactForce`). The sum of opposite
  /// edges of the friction pyramid acts along the normal; their difference, times the friction
  /// coefficient, along their direction.
  ///
  /// - Precondition: the contact is one of `contacts` and has rows (`firstRow` is not -1).
  public func forceOnSecondGeom(of contact: Contact) -> SpatialVector {
    let w = workspace
    let pair = w.model.pairConstraints[contact.pair]
    func rowForce(_ row: Int) -> Double {
      w.model.isSolvedApart
        ? w.solver.candidateResidual[row]
        : max(0, -w.constraints.rows[row].inverseRegularizer * w.solver.candidateResidual[row])
    }
    if pair.dimension == 1 {
      return SpatialVector(angular: .zero, linear: rowForce(contact.firstRow) * contact.normal)
    }

    let mu = pair.friction
    let directions: [(friction: Double, axis: Vector3, isTurn: Bool)] = [
      (mu.0, contact.firstTangent, false), (mu.1, contact.secondTangent, false),
      (mu.2, contact.normal, true), (mu.3, contact.firstTangent, true),
      (mu.4, contact.secondTangent, true),
    ]
    var total = SpatialVector.zero
    if w.model.hasEllipticCones {
      let forces = w.solver.candidateResidual + contact.firstRow
      total.linear = forces[0] * contact.normal
      for (index, direction) in directions.prefix(pair.dimension - 1).enumerated() {
        let share = forces[1 + index] * direction.axis
        if direction.isTurn { total.angular += share } else { total.linear += share }
      }
      return total
    }
    for (index, direction) in directions.prefix(pair.dimension - 1).enumerated() {
      let along = rowForce(contact.firstRow + 2 * index)
      let against = rowForce(contact.firstRow + 2 * index + 1)
      let share = direction.friction * (along - against) * direction.axis
      total.linear += (along + against) * contact.normal
      if direction.isTurn { total.angular += share } else { total.linear += share }
    }
    return total
  }
}
