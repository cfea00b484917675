func makeActuators(
  _ document: MJCFDocument, _ joints: [Joint], _ names: ModelNames, _ inertia: InitialInertia
) throws(MJCFError) -> [Actuator] {
  var actuators: [Actuator] = []
  for source in document.actuators {
    let index = try ModelNames.index(
      of: source.joint ?? "", among: names.joints, kind: "joint", at: source.line)
    let joint = joints[index]
    var actuator = Actuator(
      joint: index,
      gear: (
        source.gear[0], source.gear[1], source.gear[2], source.gear[3], source.gear[4],
        source.gear[5]
      ),
      controlRange: try controlRange(source, joint, document.settings),
      forceRange: try clamp(
        source.forceRange, source.isForceLimited, "force", document.settings, at: source.line),
      gain: source.law.isGainAffine ? source.law.gain : Vector3(source.law.gain.x, 0, 0),
      bias: source.law.hasBias ? source.law.bias : .zero)

    // a positive speed coefficient beside a position gain is a damping ratio
    if source.law.gain.x == -source.law.bias.y && source.law.bias.z > 0 && source.law.hasBias {
      actuator.bias.z = -damping(
        ratio: source.law.bias.z, stiffness: source.law.gain.x, gear: source.gear, joint, inertia)
    }
    actuators.append(actuator)
  }
  return actuators
}

private func controlRange(
  _ source: MJCFActuator, _ joint: Joint, _ settings: MJCFSettings
) throws(MJCFError) -> ClosedRange<Double> {
  if source.law.inheritedRange <= 0 {
    return try clamp(
      source.controlRange, source.isControlLimited, "ctrl", settings, at: source.line)
  }
  if !joint.isLimited || joint.kind == .ball || source.law.gain.x != -source.law.bias.y {
    throw .invalid(
      problem: "'inheritrange' without a range to take over",
      remedy: "It serves position actuators on a joint with limits.", at: source.line)
  }
  let middle = 0.5 * (joint.upper + joint.lower)
  let half = 0.5 * (joint.upper - joint.lower) * source.law.inheritedRange
  return try clamp(
    (middle - half, middle + half), source.isControlLimited, "ctrl", settings, at: source.line)
}

private func clamp(
  _ range: (Double, Double), _ isLimited: Bool?, _ kind: String, _ settings: MJCFSettings,
  at line: SourceLine
) throws(MJCFError) -> ClosedRange<Double> {
  let isLimited = try settings.isLimited(
    isLimited, range: range, attribute: "\(kind)limited", at: line)
  if !isLimited { return -Double.infinity...Double.infinity }
  if range.0 < range.1 { return range.0...range.1 }
  throw .invalid(
    problem: "the actuator's \(kind) is limited to \(range.0) to \(range.1)",
    remedy: "Give a '\(kind)range' whose first number is the smaller one.", at: line)
}

/// 2 ζ √(k m), with the effective inertia m that the actuator feels through its gear (as since
/// MuJoCo 4.0; before, the diagonal of the inertia matrix stood for it).
private func damping(
  ratio: Double, stiffness: Double, gear: [Double], _ joint: Joint, _ inertia: InitialInertia
) -> Double {
  let inverse = gear[0] * gear[0] * inertia.inverseDiagonal(joint.firstDegreeOfFreedom)
  let felt = inverse > 1e-15 ? 1 / inverse : 0
  return ratio * 2 * max(0, stiffness * felt).squareRoot()
}

/// Missing parts of a keyframe are those of a reset.
func makeKeyframes(
  _ document: MJCFDocument, _ model: Model
) throws(MJCFError) -> [Keyframe] {
  var keyframes: [Keyframe] = []
  for source in document.keyframes {
    for (attribute, values, count) in [
      ("qpos", source.position, model.positionCount),
      ("qvel", source.velocity, model.velocityCount),
      ("ctrl", source.control, model.controlCount),
    ] {
      guard let values, values.count != count else { continue }
      throw .wrongCount(
        attribute: attribute, element: "key", expected: count...count, found: values.count,
        at: source.line)
    }
    var position = source.position ?? model.initialPosition
    for joint in model.joints where joint.kind == .free || joint.kind == .ball {
      let first = joint.firstPosition + (joint.kind == .free ? 3 : 0)
      let q = Quaternion(
        position[first], position[first + 1], position[first + 2], position[first + 3]
      ).normalized
      position.replaceSubrange(first..<(first + 4), with: [q.w, q.x, q.y, q.z])
    }
    keyframes.append(
      Keyframe(
        time: source.time, position: position,
        velocity: source.velocity ?? Array(repeating: 0, count: model.velocityCount),
        control: source.control ?? Array(repeating: 0, count: model.controlCount)))
  }
  return keyframes
}
