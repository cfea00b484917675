extension Simulation {
  /// Semi-implicit Euler, implicit in joint damping (MuJoCo `mj_Euler`): the velocity first, then
  /// the position with the new velocity.
  ///
  /// With damping, the velocity changes by (M + h·diag(damping))⁻¹ h f, f being all forces
  /// including the damping force itself. The acceleration that is reported, and that starts the
  /// next solve, stays M⁻¹ f.
  @inline(__always)
  func stepEuler() {
    let w = workspace
    let m = w.model
    let h = model.options.timestep
    w.acceleration.update(from: w.warmStart, count: m.velocityCount)
    computeForces(position: w.position, velocity: w.velocity, activation: w.activation)
    w.warmStart.update(from: w.acceleration, count: m.velocityCount)

    var change = w.acceleration
    if traits.isDamped {
      change = w.solver.candidate
      for d in 0..<m.velocityCount { change[d] = w.smoothForce[d] + w.constraintForce[d] }
      let matrix = w.solver.matrix
      matrix.update(from: w.massMatrix, count: m.tree.entryCount)
      for d in 0..<m.velocityCount {
        matrix[m.tree.start[d] + m.tree.depth[d]] += h * m.dofs[d].damping
      }
      factorize(m.tree, matrix, inverseDiagonal: w.solver.inverseDiagonal)
      solve(m.tree, factors: matrix, inverseDiagonal: w.solver.inverseDiagonal, change)
    }
    if m.hasSpecialDrives { advanceActivations(w.activationRate) }
    for d in 0..<m.velocityCount { w.velocity[d] += h * change[d] }
    integratePositions(m, w.position, velocity: w.velocity, duration: h, into: w.position)
  }
}
