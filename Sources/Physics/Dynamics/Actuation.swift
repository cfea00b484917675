/// Forces of the actuators on joints and tendons (MuJoCo `mj_fwdActuation` → `qfrc_actuator`).
///
/// Controls and forces are clamped to their ranges here, not where they are set.
@inline(__always)
func computeActuatorForce(
  _ m: ModelPointers, control: UnsafePointer<Real>, activation: UnsafePointer<Real>,
  activationRate: UnsafeMutablePointer<Real>, position: UnsafePointer<Real>,
  velocity: UnsafePointer<Real>, lengths: UnsafePointer<Real>,
  lengthJacobians: UnsafePointer<Real>, drives: UnsafeMutablePointer<Real>,
  gravityCompensation: UnsafePointer<Real>, actuator: UnsafeMutablePointer<Real>
) {
  actuator.update(repeating: .zero, count: m.velocityCount)
  if m.hasSpecialDrives {
    addDrives(
      m, control: control, activation: activation, activationRate: activationRate,
      position: position, velocity: velocity, lengths: lengths, lengthJacobians: lengthJacobians,
      drives: drives, gravityCompensation: gravityCompensation, actuator: actuator)
    return
  }
  for index in 0..<m.actuatorCount {
    let drive = m.actuators + index
    let joint = m.joints + drive.pointee.joint
    let dof = joint.pointee.firstDegreeOfFreedom
    let gear = drive.pointee.gear
    var gain = Real(drive.pointee.gain.x)
    var bias = Real(drive.pointee.bias.x)

    var servoLength = Real.zero

    let g = drive.pointee.gain
    let c = drive.pointee.bias
    if g.y != 0 || g.z != 0 || c.y != 0 || c.z != 0 {
      let q = position + joint.pointee.firstPosition
      var length = Real.zero
      var rate = gear.0 * velocity[dof]
      switch joint.pointee.kind {
      case .slide, .hinge:
        length = gear.0 * q[0]
      case .ball:
        length = Quaternion(q[0], q[1], q[2], q[3]).normalized.rotationVector.dot(
          Vector3(gear.0, gear.1, gear.2))
        servoLength = length
        rate = rate + gear.1 * velocity[dof + 1] + gear.2 * velocity[dof + 2]
      case .free:
        rate = rate + gear.1 * velocity[dof + 1] + gear.2 * velocity[dof + 2]
        rate = rate + gear.3 * velocity[dof + 3] + gear.4 * velocity[dof + 4]
        rate += gear.5 * velocity[dof + 5]
      }
      gain += g.y * length + g.z * rate
      bias += c.y * length + c.z * rate
    }

    var input = clamp(control[index], drive.pointee.controlRange)
    let turn = drive.pointee.turn
    if turn > 0 { input -= turn * nearestInteger((input - servoLength) / turn) }
    let force = clamp(gain * input + bias, drive.pointee.forceRange)
    actuator[dof] += gear.0 * force
    switch joint.pointee.kind {
    case .slide, .hinge: break
    case .ball:
      actuator[dof + 1] += gear.1 * force
      actuator[dof + 2] += gear.2 * force
    case .free:
      actuator[dof + 1] += gear.1 * force
      actuator[dof + 2] += gear.2 * force
      actuator[dof + 3] += gear.3 * force
      actuator[dof + 4] += gear.4 * force
      actuator[dof + 5] += gear.5 * force
    }
  }
}

/// Adds the forces of all actuators, of a model in which some pull tendons or have a state, or joints
/// limit theirs or have them compensate gravity.
///
/// - Parameter drives: out, the force of each actuator.
@inline(never)
private func addDrives(
  _ m: ModelPointers, control: UnsafePointer<Real>, activation: UnsafePointer<Real>,
  activationRate: UnsafeMutablePointer<Real>, position: UnsafePointer<Real>,
  velocity: UnsafePointer<Real>, lengths: UnsafePointer<Real>,
  lengthJacobians: UnsafePointer<Real>, drives: UnsafeMutablePointer<Real>,
  gravityCompensation: UnsafePointer<Real>, actuator: UnsafeMutablePointer<Real>
) {
  for index in 0..<m.actuatorCount {
    let drive = m.actuators + index
    let t = Transmission(m, drive, position, velocity, lengths, lengthJacobians)
    var input = clamp(control[index], drive.pointee.controlRange)
    if drive.pointee.activation >= 0 {
      let state = drive.pointee.activation
      activationRate[state] = rate(drive, input: input, activation[state])
      input =
        drive.pointee.actsEarly
        ? next(drive, activation[state], activationRate[state], m.special.pointee.timestep)
        : activation[state]
    }
    if drive.pointee.turn > 0 {
      input -= drive.pointee.turn * nearestInteger((input - t.servoLength) / drive.pointee.turn)
    }
    drives[index] = t.force(drive, input)
  }
  if m.special.pointee.limitsTendonForces { scaleTendonForces(m, drives) }
  for index in 0..<m.actuatorCount {
    let drive = m.actuators + index
    drives[index] = clamp(drives[index], drive.pointee.forceRange)
    if drive.pointee.tendon >= 0 {
      let tendon = m.special.pointee.lengths + drive.pointee.tendon
      add(drive.pointee.gear.0 * drives[index], along: tendon, m, lengthJacobians, to: actuator)
    } else {
      let joint = m.joints + drive.pointee.joint
      for k in 0..<joint.pointee.kind.degreeOfFreedomCount {
        actuator[joint.pointee.firstDegreeOfFreedom + k] += drive.pointee.gear(k) * drives[index]
      }
    }
  }
  for index in 0..<m.special.pointee.compensatingJointCount {
    let joint = m.joints + m.special.pointee.compensatingJoints[index]
    let first = joint.pointee.firstDegreeOfFreedom
    for d in first..<first + joint.pointee.kind.degreeOfFreedomCount {
      actuator[d] += gravityCompensation[d]
    }
  }
  for index in 0..<m.special.pointee.forceLimitedJointCount {
    let joint = m.joints + m.special.pointee.forceLimitedJoints[index]
    let dof = joint.pointee.firstDegreeOfFreedom
    actuator[dof] = clamp(actuator[dof], joint.pointee.actuatorForceRange)
  }
}

/// Scales the forces of all actuators of a tendon by the same factor, where their sum is beyond its
/// limits.
@inline(never)
private func scaleTendonForces(_ m: ModelPointers, _ drives: UnsafeMutablePointer<Real>) {
  for tendon in 0..<m.special.pointee.lengthCount {
    let range = m.special.pointee.lengths[tendon].actuatorForceRange
    if range == unlimited { continue }
    var sum = Real.zero
    for index in 0..<m.actuatorCount where m.actuators[index].tendon == tendon {
      sum += drives[index]
    }
    let isBelow = sum < range.lowerBound
    let isAbove = sum > range.upperBound
    let scale = select(
      isBelow, range.lowerBound / sum, select(isAbove, range.upperBound / sum, 1))
    for index in 0..<m.actuatorCount where m.actuators[index].tendon == tendon {
      drives[index] = select(isBelow || isAbove, drives[index] * scale, drives[index])
    }
  }
}

/// Length and rate of what an actuator drives, times its gear.
private struct Transmission {
  var length = Real.zero
  /// Of a ball joint alone: around this a servo's error is taken.
  var servoLength = Real.zero
  var rate = Real.zero

  @inline(__always)
  init(
    _ m: ModelPointers, _ drive: UnsafePointer<Actuator>, _ position: UnsafePointer<Real>,
    _ velocity: UnsafePointer<Real>, _ lengths: UnsafePointer<Real>,
    _ lengthJacobians: UnsafePointer<Real>
  ) {
    let gear = drive.pointee.gear
    if drive.pointee.tendon >= 0 {
      let tendon = m.special.pointee.lengths + drive.pointee.tendon
      length = gear.0 * lengths[drive.pointee.tendon]
      rate = gear.0 * speed(of: tendon, m, lengthJacobians, velocity)
      return
    }
    let joint = m.joints + drive.pointee.joint
    let q = position + joint.pointee.firstPosition
    let v = velocity + joint.pointee.firstDegreeOfFreedom
    switch joint.pointee.kind {
    case .slide, .hinge: length = gear.0 * q[0]
    case .ball:
      length = Quaternion(q[0], q[1], q[2], q[3]).normalized.rotationVector.dot(
        Vector3(gear.0, gear.1, gear.2))
      servoLength = length
    case .free: break
    }
    for k in 0..<joint.pointee.kind.degreeOfFreedomCount { rate += drive.pointee.gear(k) * v[k] }
  }

  /// Before it is clamped.
  @inline(__always)
  func force(_ drive: UnsafePointer<Actuator>, _ input: Real) -> Real {
    let g = drive.pointee.gain
    let c = drive.pointee.bias
    let gain = Real(g.x) + g.y * length + g.z * rate
    let bias = Real(c.x) + c.y * length + c.z * rate
    return gain * input + bias
  }
}

/// Rate of change of an actuator's state.
@inline(__always)
private func rate(_ drive: UnsafePointer<Actuator>, input: Real, _ activation: Real) -> Real {
  if drive.pointee.dynamics == .integrator { return input }
  return (1 / max(1e-15, drive.pointee.timeConstant)) * (input - activation)
}

/// An actuator's state after a step (MuJoCo `mj_nextActivation`).
@inline(__always)
func next(
  _ drive: UnsafePointer<Actuator>, _ activation: Real, _ rate: Real, _ timestep: Double
) -> Real {
  let advanced = activation + drive.pointee.reach(timestep) * rate
  return clamp(advanced, drive.pointee.activationRange)
}

/// Derivative of an actuator's force with respect to the rate of its length; 0 where the force is
/// at a limit.
@inline(never)
func forcePerSpeed(
  _ m: ModelPointers, _ index: Int, driveForce: UnsafePointer<Real>, control: Real,
  activation: UnsafePointer<Real>, activationRate: UnsafePointer<Real>,
  position: UnsafePointer<Real>, velocity: UnsafePointer<Real>, lengths: UnsafePointer<Real>,
  lengthJacobians: UnsafePointer<Real>
) -> Real {
  let drive = m.actuators + index
  let g = drive.pointee.gain
  let c = drive.pointee.bias
  if g.z == 0 && c.z == 0 { return .zero }
  let t = Transmission(m, drive, position, velocity, lengths, lengthJacobians)
  // as in MuJoCo, the derivative has the control as it is given
  var factor = control
  var input = clamp(control, drive.pointee.controlRange)
  if drive.pointee.activation >= 0 {
    let state = drive.pointee.activation
    input =
      drive.pointee.actsEarly
      ? next(drive, activation[state], activationRate[state], m.special.pointee.timestep)
      : activation[state]
    factor = input
  }
  if drive.pointee.turn > 0 {
    input -= drive.pointee.turn * nearestInteger((input - t.servoLength) / drive.pointee.turn)
  }
  if !m.special.pointee.stopsDerivativesAtForceLimits { return Real(c.z) + g.z * factor }
  let range = drive.pointee.forceRange
  let force = m.hasSpecialDrives ? driveForce[index] : clamp(t.force(drive, input), range)
  let isFree = force > range.lowerBound && force < range.upperBound
  return select(isFree, Real(c.z) + g.z * factor, 0)
}

/// `value` clamped to `range`; a NaN stays one, so that it is detected.
@inline(__always)
private func clamp(_ value: Real, _ range: ClosedRange<Double>) -> Real {
  let low = Real(range.lowerBound)
  let high = Real(range.upperBound)
  return select(value < low, low, select(value > high, high, value))
}
