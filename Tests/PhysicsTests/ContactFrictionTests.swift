import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Friction against sliding, turning and rolling: condim 1, 3, 4 and 6.
@Suite struct ContactFrictionTests {
  // the same for all contacts here; the impedance does not depend on the depth
  private static let (sliding, torsional, rolling) = (0.7, 0.05, 0.02)
  private static let (timeConstant, dampingRatio, impedance) = (0.03, 0.8, 0.9)

  private static func simulation(_ dimension: Int, _ bodies: String) throws -> Simulation {
    Simulation(
      model: try Model(
        mjcf: """
          <mujoco>
            <default>
              <geom condim="\(dimension)" friction="\(sliding) \(torsional) \(rolling)"
                solref="\(timeConstant) \(dampingRatio)"
                solimp="\(impedance) \(impedance) 0.001"/>
            </default>
            <worldbody><geom type="plane" size="1 1 1"/>\(bodies)</worldbody>
          </mujoco>
          """, profile: .mujoco4))
  }

  /// Damping b and stiffness k of a constraint.
  private static let damping = 2 / (impedance * timeConstant)
  private static let stiffness =
    1 / (impedance * impedance * timeConstant * timeConstant * dampingRatio * dampingRatio)

  /// MuJoCo `efc_D` of a contact row of free bodies: `weight` is the sum of their inverse masses.
  private static func inverseRegularizer(_ dimension: Int, weight: Double) -> Double {
    let regularizer = (1 - impedance) / impedance * weight
    let square = sliding * sliding
    return 1 / (dimension == 1 ? regularizer : regularizer * (1 + square) * 2 * square)
  }

  // MARK: Rows

  /// Three free bodies and the ground, overlapping at random. The rows are built again here, dense,
  /// from the contacts' frames; and with these rows the acceleration fulfils the conditions of the
  /// only minimum: M a = f + Jᵀ max(0, D (reference - J a)).
  @Test(arguments: [1, 3, 4, 6])
  func rowsAreTheEdgesOfThePyramid(_ dimension: Int) throws {
    let simulation = try Self.simulation(
      dimension,
      """
      <body><freejoint/><geom type="sphere" size="0.2" mass="1.3"/></body>
      <body><freejoint/><geom type="capsule" size="0.1 0.2" mass="0.7"/></body>
      <body><freejoint/><geom type="box" size="0.15 0.1 0.2" mass="2.1"/></body>
      """)
    let model = simulation.model
    var generator = NumPyGenerator(seed: UInt64(dimension))
    var (betweenBodies, activeRows, idleRows) = (0, 0, 0)
    for index in 0..<100 {
      let position = (0..<3).flatMap { _ in
        let turn = generator.rotation()
        return [generator.uniform(-0.2, 0.2), generator.uniform(-0.2, 0.2)]
          + [generator.uniform(0.1, 0.4), turn.w, turn.x, turn.y, turn.z]
      }
      let velocity = (0..<18).map { _ in generator.standardNormal() }
      simulation.reset(position: position, velocity: velocity)
      let label = "condim \(dimension) #\(index)"

      let found = simulation.constraints
      let expected = simulation.contacts.flatMap { contact in
        denseRows(contact, dimension, simulation).map { (contact, $0) }
      }
      #expect(found.count == expected.count)
      let acceleration = simulation.acceleration
      let mass = simulation.massMatrix
      var imbalance = (0..<18).map { i in
        (0..<18).reduce(simulation.biasForce[i]) { $0 + mass[18 * i + $1] * acceleration[$1] }
      }
      let scale = imbalance.reduce(1) { max($0, abs($1)) }
      for (row, (contact, jacobian)) in zip(found, expected) {
        let pair = model.pairs[contact.pair]
        let bodies = [model.geoms[pair.first].body, model.geoms[pair.second].body]
        let weight = bodies.filter { $0 != 0 }.reduce(0) { $0 + 1 / model.bodies[$1].mass }
        let strength = Self.inverseRegularizer(dimension, weight: weight)
        let rate = zip(jacobian, velocity).reduce(0) { $0 + $1.0 * $1.1 }
        let reference =
          -Self.damping * rate - Self.stiffness * Self.impedance * contact.distance
        expectClose(row.jacobian, jacobian, within: 1e-15, "\(label) J")
        expectClose([row.inverseRegularizer], [strength], within: 0, relative: 1e-14, "\(label) D")
        expectClose([row.referenceAcceleration], [reference], within: 1e-12, "\(label) aref")

        let residual = zip(jacobian, acceleration).reduce(-reference) { $0 + $1.0 * $1.1 }
        let force = max(0, -strength * residual)
        for i in 0..<18 { imbalance[i] -= jacobian[i] * force }
        if bodies[0] != 0 { betweenBodies += 1 }
        if force > 0 { activeRows += 1 } else { idleRows += 1 }
      }
      expectClose(imbalance, Array(repeating: 0, count: 18), within: 1e-13 * scale, label)
    }
    #expect(betweenBodies > 50 && activeRows > 100 && idleRows > 20)
  }

  /// The normal alone, or for each friction direction the normal plus and minus that motion times
  /// its coefficient: what a unit velocity of each free body's degrees of freedom does at the
  /// contact, second body against first.
  private func denseRows(
    _ contact: Contact, _ dimension: Int, _ simulation: Simulation
  ) -> [[Double]] {
    let model = simulation.model
    let pair = model.pairs[contact.pair]
    var normal = Array(repeating: 0.0, count: model.velocityCount)
    var motions = Array(repeating: normal, count: 5)
    for (geom, sign) in [(pair.first, -1.0), (pair.second, 1.0)] {
      let body = model.geoms[geom].body
      if body == 0 { continue }
      let frame = simulation.frame(ofBody: body)
      for k in 0..<6 {
        var unit = Vector3.zero
        unit[k % 3] = sign
        let angular = k < 3 ? .zero : frame.orientation.rotate(unit)
        let linear = k < 3 ? unit : angular.cross(contact.position - frame.origin)
        let d = model.bodies[body].firstDegreeOfFreedom + k
        normal[d] += contact.normal.dot(linear)
        motions[0][d] += Self.sliding * contact.firstTangent.dot(linear)
        motions[1][d] += Self.sliding * contact.secondTangent.dot(linear)
        motions[2][d] += Self.torsional * contact.normal.dot(angular)
        motions[3][d] += Self.rolling * contact.firstTangent.dot(angular)
        motions[4][d] += Self.rolling * contact.secondTangent.dot(angular)
      }
    }
    if dimension == 1 { return [normal] }
    return motions.prefix(dimension - 1).flatMap { motion in
      [zip(normal, motion).map { $0 + $1 }, zip(normal, motion).map { $0 - $1 }]
    }
  }

  // MARK: A ball on the ground

  /// A ball that lies on the ground as deep as its weight presses it. With n edges, all of the same
  /// strength D and all pushing, n D times the reference acceleration is the weight.
  private struct RestingBall {
    let mass = 2.0
    let radius = 0.1
    let gravity = 9.81
    let timestep = 0.002
    let simulation: Simulation
    let strength, reference, height: Double

    init(_ dimension: Int) throws {
      simulation = try ContactFrictionTests.simulation(
        dimension, #"<body><freejoint/><geom type="sphere" size="0.1" mass="2"/></body>"#)
      strength = inverseRegularizer(dimension, weight: 1 / mass)
      reference = mass * gravity / (Double(2 * (dimension - 1)) * strength)
      height = radius - reference / (stiffness * impedance)
    }

    var inertia: Double { 0.4 * mass * radius * radius }
    /// From the middle of the ball to the contact, which lies midway between the two surfaces.
    var lever: Double { 0.5 * (radius + height) }

    /// Along (0.6, 0.8), which is along neither of the contact's tangents.
    func velocity(speed: Double, roll: Double) -> [Double] {
      [0.6 * speed, 0.8 * speed, 0, -0.8 * roll, 0.6 * roll, 0]
    }

    func start(_ velocity: [Double]) {
      simulation.reset(position: [0, 0, height, 1, 0, 0, 0], velocity: velocity)
    }
  }

  /// A slow spin decays as (1 - h λ)^steps, I λ = 2 D μ² (b - λ): the two edges of torsional
  /// friction share the force. Without that friction it stays.
  @Test(arguments: [3, 4, 6])
  func aSlowSpinDecays(_ dimension: Int) throws {
    let ball = try RestingBall(dimension)
    // half of what would lift one of the two edges
    let spin = 0.5 * ball.reference / (Self.damping * Self.torsional)
    ball.start([0, 0, 0, 0, 0, spin])
    let steps = 100
    for _ in 0..<steps { ball.simulation.step() }
    let c = 2 * ball.strength * Self.torsional * Self.torsional
    let rate = dimension < 4 ? 0 : c * Self.damping / (ball.inertia + c)
    var expected = spin
    for _ in 0..<steps { expected -= ball.timestep * rate * expected }
    // the height keeps 1e-16 of noise, which the stiff ground turns into 1e-12 of force
    expectClose(
      Array(ball.simulation.state.velocity), [0, 0, 0, 0, 0, expected], within: 1e-11)
    #expect(dimension < 4 || expected < 0.9 * spin)
  }

  /// A fast spin leaves one edge active: its force g lifts the ball by g / m and brakes it by
  /// μ g / I, g (1 / D + 1 / m + μ² / I) = reference + gravity + μ b spin.
  @Test func aFastSpinIsBrakedByOneEdge() throws {
    let ball = try RestingBall(4)
    ball.start([0, 0, 0, 0, 0, 300])
    let mu = Self.torsional
    let force =
      (ball.reference + ball.gravity + mu * Self.damping * 300)
      / (1 / ball.strength + 1 / ball.mass + mu * mu / ball.inertia)
    let expected = [0, 0, force / ball.mass - ball.gravity, 0, 0, -mu * force / ball.inertia]
    expectClose(ball.simulation.acceleration, expected, within: 1e-10, relative: 1e-12)
    // the others rest, as was assumed
    #expect(expected[2] > ball.reference)
  }

  /// A ball that rolls without sliding keeps rolling, or with rolling friction comes to rest by
  /// the linear law of its speed v and turn w, all edges pushing: with slip s = v - l w,
  /// m v' = -c (s' + b s) and I w' = l c (s' + b s) - e (w' + b w).
  @Test(arguments: [3, 4, 6])
  func aRollingBallIsBrakedByRollingFriction(_ dimension: Int) throws {
    let ball = try RestingBall(dimension)
    var turn = 0.3 * ball.reference / (Self.damping * Self.rolling)
    var speed = ball.lever * turn
    let start = speed
    ball.start(ball.velocity(speed: speed, roll: turn))
    let (b, l) = (Self.damping, ball.lever)
    let c = 2 * ball.strength * Self.sliding * Self.sliding
    let e = dimension == 6 ? 2 * ball.strength * Self.rolling * Self.rolling : 0
    for _ in 0..<300 {
      ball.simulation.step()
      let slip = speed - l * turn
      // (m + c) v' - c l w' = -c b s and -l c v' + (I + l² c + e) w' = l c b s - e b w
      let (a11, a12, a22) = (ball.mass + c, -c * l, ball.inertia + l * l * c + e)
      let (r1, r2) = (-c * b * slip, l * c * b * slip - e * b * turn)
      let determinant = a11 * a22 - a12 * a12
      speed += ball.timestep * (a22 * r1 - a12 * r2) / determinant
      turn += ball.timestep * (a11 * r2 - a12 * r1) / determinant
    }
    let expected = ball.velocity(speed: speed, roll: turn)
    // turning, the ball's own axes leave the world's: the spin axis of the state is in the former
    let state = ball.simulation.state
    let q = state.position
    let w = Quaternion(q[3], q[4], q[5], q[6])
      .rotate(Vector3(state.velocity[3], state.velocity[4], state.velocity[5]))
    expectClose(Array(state.velocity[..<3]) + w.array, expected, within: 1e-11)
    if dimension == 6 { #expect(speed < 0.8 * start) } else { #expect(abs(speed - start) < 1e-12) }
  }
}
