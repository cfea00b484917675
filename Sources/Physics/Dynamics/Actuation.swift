/// Forces of the actuators on joints and tendons (MuJoCo `mj_fwdActuation` → `qfrc_actuator`).
///
/// Controls and forces are clamped to their ranges here, not where they are set.
@inline(__always)
func computeActuatorForce(
  _ m: ModelPointers, control: UnsafePointer<Real>, position: UnsafePointer<Real>,
  velocity: UnsafePointer<Real>, lengths: UnsafePointer<Real>,
  lengthJacobians: UnsafePointer<Real>, actuator: UnsafeMutablePointer<Real>
) {
  actuator.update(repeating: .zero, count: m.velocityCount)
  for index in 0..<m.actuatorCount {
    let drive = m.actuators + index
    if drive.pointee.tendon >= 0 {
      addTendonDrive(m, drive, control[index], lengths, lengthJacobians, velocity, actuator)
      continue
    }
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

/// Force of an actuator on a tendon.
@inline(__always)
private func addTendonDrive(
  _ m: ModelPointers, _ drive: UnsafePointer<Actuator>, _ control: Real,
  _ lengths: UnsafePointer<Real>, _ lengthJacobians: UnsafePointer<Real>,
  _ velocity: UnsafePointer<Real>, _ actuator: UnsafeMutablePointer<Real>
) {
  let tendon = m.lengths + drive.pointee.tendon
  let gear = drive.pointee.gear.0
  let g = drive.pointee.gain
  let c = drive.pointee.bias
  let length = gear * lengths[drive.pointee.tendon]
  let rate = gear * rate(of: tendon, m, lengthJacobians, velocity)
  let gain = Real(g.x) + g.y * length + g.z * rate
  let bias = Real(c.x) + c.y * length + c.z * rate
  let input = clamp(control, drive.pointee.controlRange)
  let force = clamp(gain * input + bias, drive.pointee.forceRange)
  add(gear * force, along: tendon, m, lengthJacobians, to: actuator)
}

/// `value` clamped to `range`; a NaN stays one, so that it is detected.
@inline(__always)
private func clamp(_ value: Real, _ range: ClosedRange<Double>) -> Real {
  let low = Real(range.lowerBound)
  let high = Real(range.upperBound)
  return select(value < low, low, select(value > high, high, value))
}
