/// The document's actuators; damping of damping ratios and inherited ranges are derived later.
func makeActuators(
  _ document: MJCFDocument, _ joints: ModelElements<Joint>, _ tendons: ModelElements<Tendon>
) throws(MJCFError) -> [Actuator] {
  var actuators: [Actuator] = []
  for source in document.actuators {
    let (law, gear, settings) = (source.law, source.gear, document.settings)
    var actuator = Actuator(
      joint: try source.joint.map { (name) throws(MJCFError) in
        try indexOfName(name, in: joints.names, kind: "joint", at: source.line)
      } ?? -1,
      tendon: try source.tendon.map { (name) throws(MJCFError) in
        try indexOfName(name, in: tendons.names, kind: "tendon", at: source.line)
      } ?? -1,
      gear: (gear[0], gear[1], gear[2], gear[3], gear[4], gear[5]),
      controlRange: unlimited,
      forceRange: try clamp(
        source.forceRange, source.isForceLimited, "force", settings, at: source.line),
      gain: law.isGainAffine ? law.gain : Vector3(law.gain.x, 0, 0),
      bias: law.hasBias ? law.bias : .zero, dampingRatio: 0, inheritedRange: 0)

    actuator.dynamics = law.dynamics
    actuator.timeConstant = law.timeConstant
    actuator.actsEarly = source.actsEarly
    if law.dynamics == .none {
      let isLimited = try settings.isLimited(
        source.isActivationLimited, range: source.activationRange, attribute: "actlimited",
        at: source.line)
      if isLimited {
        throw .invalid(
          problem: "an 'actrange' without a 'dyntype'",
          remedy: "Leave it out: this actuator has no state.", at: source.line)
      }
    } else {
      actuator.activation = actuators.count { $0.activation >= 0 }
      actuator.activationRange = try clamp(
        source.activationRange, source.isActivationLimited, "act", settings, at: source.line)
      if document.settings.profile.limitsFollowRanges == false {
        throw .unsupported(
          feature: "an actuator with a state under \(document.settings.profile.name)",
          advice: "Take mujoco3 or mujoco4.", at: source.line)
      }
    }
    if settings.profile.wrapsBallServos, law.dynamics != .none, actuator.isPositionLike,
      actuator.joint >= 0, joints[actuator.joint].kind == .ball
    {
      throw .unsupported(
        feature: "a position servo with a state on a ball joint",
        advice: "Drive the joint without 'timeconst' or 'dyntype'.", at: source.line)
    }
    if law.inheritedRange <= 0 {
      actuator.controlRange = try clamp(
        source.controlRange, source.isControlLimited, "ctrl", settings, at: source.line)
    } else if law.dynamics == .integrator {
      actuator.controlRange = try clamp(
        source.controlRange, source.isControlLimited, "ctrl", settings, at: source.line)
      actuator.inheritedRange = law.inheritedRange
    } else if source.isControlLimited != false {
      _ = try settings.isLimited(
        source.isControlLimited, range: (-1, 1), attribute: "ctrllimited", at: source.line)
      actuator.inheritedRange = law.inheritedRange
    }
    // with a position gain, a positive speed coefficient is a damping ratio
    if actuator.isPositionLike && actuator.bias.z > 0 {
      actuator.dampingRatio = actuator.bias.z
    }
    actuators.append(actuator)
  }
  return actuators
}

/// The range of what has no limits.
package let unlimited = -Double.infinity...Double.infinity

private func clamp(
  _ range: (Double, Double), _ isLimited: Bool?, _ kind: String, _ settings: MJCFSettings,
  at line: SourceLine
) throws(MJCFError) -> ClosedRange<Double> {
  let isLimited = try settings.isLimited(
    isLimited, range: range, attribute: "\(kind)limited", at: line)
  if !isLimited { return unlimited }
  if range.0 < range.1 { return range.0...range.1 }
  throw .invalid(
    problem: "the actuator's \(kind) is limited to \(range.0) to \(range.1)",
    remedy: "Give a '\(kind)range' whose first number is the smaller one.", at: line)
}

/// Missing velocities, controls and activations are 0; missing positions are derived from the model.
func makeKeyframes(
  _ document: MJCFDocument, _ joints: [Joint], _ actuators: ModelElements<Actuator>
) throws(MJCFError) -> [Keyframe] {
  let positionCount = joints.reduce(0) { $0 + $1.kind.positionCount }
  let velocityCount = joints.reduce(0) { $0 + $1.kind.degreeOfFreedomCount }
  var keyframes: [Keyframe] = []
  for source in document.keyframes {
    func numbers(
      _ attribute: String, _ values: [Double]?, count: Int
    ) throws(MJCFError) -> [Double] {
      let values = values ?? []
      if values.count <= count { return values }
      throw .wrongCount(
        attribute: attribute, element: "key", expected: 0...count, found: values.count,
        at: source.line)
    }
    func filled(_ attribute: String, _ values: [Double]?, count: Int) throws(MJCFError) -> [Double]
    {
      let values = try numbers(attribute, values, count: count)
      return values + Array(repeating: 0, count: count - values.count)
    }
    try checkMocapPoses(of: source, document)
    keyframes.append(
      Keyframe(
        time: source.time, position: [],
        velocity: try filled("qvel", source.velocity, count: velocityCount),
        control: try filled("ctrl", source.control, count: actuators.count),
        activation: try filled(
          "act", source.activation, count: actuators.count { $0.activation >= 0 }),
        statedPosition: try numbers("qpos", source.position, count: positionCount)))
  }
  return keyframes
}

/// Nothing moves a mocap body here, so a keyframe can only say where it is.
private func checkMocapPoses(
  of key: MJCFKeyframe, _ document: MJCFDocument
) throws(MJCFError) {
  let bodies = document.bodies.filter(\.isMocap)
  let positions = bodies.flatMap { [$0.position.x, $0.position.y, $0.position.z] }
  let isAtPositions = key.mocapPosition.map { $0 == positions } ?? true
  let isAtOrientations =
    key.mocapOrientation.map { q in
      q.count == 4 * bodies.count
        && bodies.enumerated().allSatisfy { index, body in
          let q = q[(4 * index)...].prefix(4).map { $0 }
          return Quaternion(q[0], q[1], q[2], q[3]).normalized == body.orientation
        }
    } ?? true
  if isAtPositions && isAtOrientations { return }
  throw .unsupported(
    feature: "'\(isAtPositions ? "mquat" : "mpos")' of <key> that moves a mocap body",
    advice: "Leave it out: mocap bodies stay where the document puts them.", at: key.line)
}

/// Positions with the quaternions of free and ball joints at unit length.
func withUnitQuaternions(_ position: [Double], _ joints: some Sequence<Joint>) -> [Double] {
  var position = position
  for joint in joints where joint.kind == .free || joint.kind == .ball {
    let first = joint.firstPosition + (joint.kind == .free ? 3 : 0)
    let q = Quaternion(
      position[first], position[first + 1], position[first + 2], position[first + 3]
    ).normalized
    position.replaceSubrange(first..<(first + 4), with: [q.w, q.x, q.y, q.z])
  }
  return position
}
