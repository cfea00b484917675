/// Constraints of models that step one by one, not in lanes: those with elliptic cones, and those that
/// remove slip.
extension Simulation {
  /// Adds the rows of contacts, and solves.
  ///
  /// - Returns: whether the solver found the minimum.
  @inline(never)
  func solveApart(_ layout: MatrixLayout, velocity: UnsafePointer<Double>) -> Bool {
    let w = workspace
    let m = w.model
    let isMinimum: Bool
    if m.hasEllipticCones {
      addEllipticContactRows(velocity: velocity)
      isMinimum = solveEllipticCones(layout)
    } else {
      addContactRows(
        m, frames: w.frames, axes: w.axes, velocity: velocity, contacts: w.contacts, &w.constraints)
      isMinimum = solveConstraints(
        m, layout, massMatrix: w.massMatrix, force: w.smoothForce, w.constraints, w.solver,
        acceleration: w.acceleration, constraintForce: w.constraintForce)
      // from here on as with elliptic cones: the forces of the rows in place of their residuals
      for r in 0..<w.constraints.rowCount {
        w.solver.candidateResidual[r] = forceOfSolvedRow(r)
      }
    }
    if m.special.pointee.noSlipIterations > 0 { removeSlip(w.solver.candidateResidual) }
    return isMinimum
  }
}
