extension Simulation {
  /// The classic fourth-order Runge-Kutta method (MuJoCo `mj_RungeKutta`). Contacts and all forces
  /// are computed anew in each stage, at positions reached from the start of the step; controls are
  /// held. Derived quantities then belong to the fourth stage.
  @inline(__always)
  func stepRungeKutta4() {
    let w = workspace
    let m = w.model
    let h = model.options.timestep
    let n = m.velocityCount
    let (meanSlope, meanAcceleration) = (w.meanSlope, w.meanAcceleration)

    // stage 1, at the state itself
    w.acceleration.update(from: w.warmStart, count: n)
    computeForces(position: w.position, velocity: w.velocity, activation: w.activation)
    for d in 0..<n {
      w.slope[d] = w.velocity[d]
      meanSlope[d] = w.velocity[d]
      meanAcceleration[d] = w.acceleration[d]
    }
    let activationCount = m.hasSpecialDrives ? m.special.pointee.activationCount : 0
    for a in 0..<activationCount { w.meanActivationRate[a] = w.activationRate[a] }

    // stages 2 to 4: how far along the slope of the one before, and the weight in the mean
    for stage in 2...4 {
      let reach = (stage == 4 ? 1 : 0.5) * h
      let weight = stage == 4 ? 1.0 : 2.0
      integratePositions(
        m, w.position, velocity: w.slope, duration: reach, into: w.stagePosition)
      for d in 0..<n { w.stageVelocity[d] = w.velocity[d] + reach * w.acceleration[d] }
      for a in 0..<activationCount {
        w.stageActivation[a] = w.activation[a] + reach * w.activationRate[a]
      }
      computeForces(
        position: w.stagePosition, velocity: w.stageVelocity, activation: w.stageActivation)
      for a in 0..<activationCount { w.meanActivationRate[a] += weight * w.activationRate[a] }

      if model.profile.correctsRotationStages {
        correctRotations(reach: reach)
      } else {
        w.slope.update(from: w.stageVelocity, count: n)
      }
      for d in 0..<n {
        meanSlope[d] += weight * w.slope[d]
        meanAcceleration[d] += weight * w.acceleration[d]
      }
    }

    if activationCount > 0 {
      for a in 0..<activationCount { w.meanActivationRate[a] *= 1.0 / 6 }
      advanceActivations(w.meanActivationRate)
    }
    for d in 0..<n {
      w.velocity[d] += h / 6 * meanAcceleration[d]
      meanSlope[d] *= 1.0 / 6
    }
    integratePositions(m, w.position, velocity: meanSlope, duration: h, into: w.position)
    w.warmStart.update(from: w.acceleration, count: n)
  }

  /// Slopes of a stage on the rotation group: angular velocities of quaternion joints pass through
  /// the inverse differential of the exponential at the rotation u by which the stage was reached,
  /// ω + ½ u × ω + k u × (u × ω) with k = (1 - ½|u| cot ½|u|) / |u|² (Munthe-Kaas 1998; MuJoCo 4).
  ///
  /// In: `slope` of the stage before, by which this one was reached. Out: `slope` of this one.
  @inline(__always)
  private func correctRotations(reach: Double) {
    let w = workspace
    let m = w.model
    for j in 0..<m.jointCount {
      let first = m.joints[j].firstDegreeOfFreedom
      switch m.joints[j].kind {
      case .slide, .hinge:
        w.slope[first] = w.stageVelocity[first]
      case .ball:
        correctRotation(reach, w.stageVelocity + first, w.slope + first)
      case .free:
        for axis in 0..<3 { w.slope[first + axis] = w.stageVelocity[first + axis] }
        correctRotation(reach, w.stageVelocity + first + 3, w.slope + first + 3)
      }
    }
  }
}

private func correctRotation(
  _ reach: Double, _ angularVelocity: UnsafePointer<Real>, _ slope: UnsafeMutablePointer<Real>
) {
  let u = reach * Vector3(slope[0], slope[1], slope[2])
  let v = Vector3(angularVelocity[0], angularVelocity[1], angularVelocity[2])
  let angle = u.length
  let (sine, cosine) = sineAndCosine(0.5 * angle)
  let k = select(
    angle < 1e-4, 1.0 / 12, (1 - 0.5 * angle * cosine / sine) / (angle * angle))
  let turn = u.cross(v)
  let corrected = v + 0.5 * turn + k * u.cross(turn)
  (slope[0], slope[1], slope[2]) = (corrected.x, corrected.y, corrected.z)
}
