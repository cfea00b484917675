/// The most degrees of freedom of a model: the inertia matrix of its compilation is dense.
private let degreeOfFreedomLimit = 1000

/// The tree of bodies with their joints; mass is set later.
func makeMechanism(
  _ document: MJCFDocument
) throws(MJCFError) -> ([Body], [Joint], [DegreeOfFreedom]) {
  var bodies: [Body] = []
  var joints: [Joint] = []
  var degreesOfFreedom: [DegreeOfFreedom] = []
  var positionCount = 0

  for (index, source) in document.bodies.enumerated() {
    try checkJoints(of: source)
    var last = index == 0 ? -1 : bodies[source.parent].lastMovingDegreeOfFreedom
    let firstJoint = joints.count
    let firstDegreeOfFreedom = degreesOfFreedom.count

    for description in source.joints {
      let joint = try makeJoint(
        description, body: index, firstPosition: positionCount,
        firstDegreeOfFreedom: degreesOfFreedom.count, document.settings)
      for _ in 0..<joint.kind.degreeOfFreedomCount {
        degreesOfFreedom.append(
          DegreeOfFreedom(
            body: index, joint: joints.count, parent: last))
        last = degreesOfFreedom.count - 1
      }
      joints.append(joint)
      positionCount += joint.kind.positionCount
      if degreesOfFreedom.count > degreeOfFreedomLimit {
        throw .tooLarge(
          what: "degrees of freedom", limit: degreeOfFreedomLimit, at: description.line)
      }
    }

    bodies.append(
      Body(
        parent: source.parent,
        root: source.parent == 0 ? index : bodies[source.parent].root,
        weld: index == 0 || !source.joints.isEmpty ? index : bodies[source.parent].weld,
        firstJoint: firstJoint, jointCount: source.joints.count,
        firstDegreeOfFreedom: firstDegreeOfFreedom,
        degreeOfFreedomCount: degreesOfFreedom.count - firstDegreeOfFreedom,
        lastMovingDegreeOfFreedom: last,
        position: source.position, orientation: source.orientation,
        inertialPosition: .zero, inertialOrientation: .identity, mass: 0, inertia: .zero,
        gravityCompensation: source.gravityCompensation))
  }
  return (bodies, joints, degreesOfFreedom)
}

extension Joint.Kind {
  var positionCount: Int {
    switch self {
    case .free: 7
    case .ball: 4
    case .slide, .hinge: 1
    }
  }

  package var degreeOfFreedomCount: Int {
    switch self {
    case .free: 6
    case .ball: 3
    case .slide, .hinge: 1
    }
  }
}

/// Checks which joints are together on one body.
private func checkJoints(of body: MJCFBody) throws(MJCFError) {
  if let free = body.joints.first(where: { $0.kind == .free }) {
    if body.parent != 0 {
      throw .invalid(
        problem: "a free joint on a body within another body",
        remedy: "Only children of <worldbody> can be free.", at: free.line)
    }
    if body.joints.count > 1 {
      throw .invalid(
        problem: "a free joint beside other joints", remedy: "It must be the body's only one.",
        at: free.line)
    }
  }
  if let ball = body.joints.firstIndex(where: { $0.kind == .ball }),
    let turn = body.joints[(ball + 1)...].first(where: { $0.kind == .ball || $0.kind == .hinge })
  {
    throw .invalid(
      problem: "a \(turn.kind == .ball ? "ball" : "hinge") joint after a ball joint of its body",
      remedy: "A ball joint already turns about every axis.", at: turn.line)
  }
  if body.joints.reduce(0, { $0 + $1.kind.degreeOfFreedomCount }) > 6 {
    throw .invalid(
      problem: "a body with more than 6 degrees of freedom",
      remedy: "Move some of its joints to a body in between.", at: body.line)
  }
}

private func makeJoint(
  _ source: MJCFJoint, body: Int, firstPosition: Int, firstDegreeOfFreedom: Int,
  _ settings: MJCFSettings
) throws(MJCFError) -> Joint {
  let turns = source.kind == .hinge || source.kind == .ball
  func radians(_ angle: Double) -> Double { source.usesDegrees ? angle * .pi / 180 : angle }
  let lower = turns ? radians(source.range.0) : source.range.0
  let upper = turns ? radians(source.range.1) : source.range.1

  let isLimited =
    source.kind == .free
    ? false
    : try settings.isLimited(
      source.isLimited, range: source.range, attribute: "limited", at: source.line)
  if source.kind == .ball && isLimited && lower != 0 {
    throw .invalid(
      problem: "the 'range' of a ball joint starts at \(source.range.0)",
      remedy: "It is 0 to the greatest angle.", at: source.line)
  }
  if source.kind != .ball && isLimited && !(lower < upper) {
    throw .invalid(
      problem: "the joint is limited to \(source.range.0) to \(source.range.1)",
      remedy: "Give a 'range' whose first number is the smaller one.", at: source.line)
  }

  // free and ball joints have no axis of their own
  var axis = Vector3(0, 0, 1)
  if source.kind == .hinge || source.kind == .slide {
    let length = source.axis.length
    if !(length >= 1e-14 && length.isFinite) {
      throw .invalid(
        problem: "the joint's 'axis' has length \(length)", remedy: "Give any length but 0.",
        at: source.line)
    }
    axis = (1 / length) * source.axis
  }
  func reference(_ value: Double) -> Double {
    switch source.kind {
    case .free, .ball: 0
    case .slide: value
    case .hinge: radians(value)
    }
  }
  var joint = Joint(
    kind: source.kind, body: body, firstPosition: firstPosition,
    firstDegreeOfFreedom: firstDegreeOfFreedom,
    anchor: source.kind == .free ? .zero : source.anchor, axis: axis, isLimited: isLimited,
    lower: lower, upper: upper, margin: source.margin, stiffness: source.stiffness,
    limitSoftness: source.limitSoftness, damping: source.damping, armature: source.armature,
    frictionLoss: source.frictionLoss, frictionSoftness: source.frictionSoftness,
    reference: reference(source.reference), springReference: reference(source.springReference))
  if source.springDamper.0 > 0 && source.springDamper.1 > 0 {
    joint.springDamper = Joint.SpringDamper(
      timeConstant: source.springDamper.0, dampingRatio: source.springDamper.1)
  }
  joint.actuatorsCompensateGravity = source.actuatorsCompensateGravity
  if source.kind == .hinge || source.kind == .slide {
    joint.actuatorForceRange = try actuatorForceRange(
      source.actuatorForceRange, source.isActuatorForceLimited, of: "joint", settings,
      at: source.line)
  }
  return joint
}
