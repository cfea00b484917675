import Foundation
import IDQLPhysics
import TestSupport
import Testing

/// Motions with a closed form, and conserved quantities.
@Suite struct ClosedFormTests {
  private func simulation(_ mjcf: String, _ profile: PhysicsProfile = .mujoco4) throws -> Simulation
  {
    Simulation(model: try Model(mjcf: mjcf, profile: profile))
  }

  /// A point 1 m from a hinge swings with period 2π √(l/g) · (1 + θ²/16 + 11 θ⁴/3072 + …), θ the
  /// amplitude.
  @Test func aPendulumSwingsWithItsPeriod() throws {
    let swing = try simulation(
      """
      <mujoco><option timestep="0.0005" integrator="RK4"/><worldbody><body>
        <joint name="pivot" type="hinge" axis="0 1 0"/>
        <inertial pos="0 0 -1" mass="2" diaginertia="1e-9 1e-9 1e-9"/>
      </body></worldbody></mujoco>
      """)
    let amplitude = 0.3
    swing.reset(position: [amplitude], velocity: [0])
    // a quarter period until the angle passes zero, found between two steps
    var before = (time: 0.0, angle: amplitude)
    while swing.position(0) > 0 {
      before = (swing.time, swing.position(0))
      swing.step()
    }
    let fraction = before.angle / (before.angle - swing.position(0))
    let quarter = before.time + fraction * (swing.time - before.time)
    let square = amplitude * amplitude
    let period =
      2 * Double.pi * (1 / 9.81).squareRoot()
      * (1 + square / 16 + 11 * square * square / 3072 + 173 * square * square * square / 737_280)
    // the last series term left out is 3e-8; linear interpolation adds 1e-8
    expectClose([4 * quarter], [period], within: 2e-7)
  }

  /// RK4 is exact for constant acceleration.
  @Test func freeFallIsExact() throws {
    let stone = try simulation(
      """
      <mujoco><option timestep="0.01" integrator="RK4"/><worldbody><body pos="0 0 100">
        <freejoint/><geom type="sphere" size="0.1"/></body></worldbody></mujoco>
      """)
    stone.reset(position: [0, 0, 100, 1, 0, 0, 0], velocity: [1, 2, 3, 0, 0, 0])
    for _ in 0..<200 { stone.step() }
    let fallen = [2, 4, 100 + 6 - 0.5 * 9.81 * 4]
    expectClose(Array(stone.state.position[..<3]), fallen, within: 1e-11)
  }

  /// The contact force on a sphere at rest on the floor is its weight.
  @Test func restingSphereIsCarried() throws {
    let ball = try simulation(
      """
      <mujoco><worldbody><geom type="plane" size="1 1 1"/><body pos="0 0 0.1">
        <freejoint/><geom type="sphere" size="0.1" mass="3"/></body></worldbody></mujoco>
      """)
    for _ in 0..<5000 { ball.step() }
    // what is left of the settling motion after 10 s
    expectClose([ball.constraintForce[2]], [3 * 9.81], within: 1e-9)
    expectClose(Array(ball.state.velocity), [0, 0, 0, 0, 0, 0], within: 1e-9)
  }

  /// Tumbling in free space, the asymmetric body keeps its energy and, in world axes, its angular
  /// momentum; both integrators of rotations do, to their order.
  @Test(arguments: PhysicsProfile.all)
  func tumblingKeepsMomentumAndEnergy(_ profile: PhysicsProfile) throws {
    let body = try simulation(
      """
      <mujoco><option timestep="0.001" integrator="RK4" gravity="0 0 0"/><worldbody><body>
        <joint type="ball"/><inertial pos="0 0 0" mass="1" diaginertia="0.1 0.2 0.25"/>
      </body></worldbody></mujoco>
      """, profile)
    let moments = Vector3(0.1, 0.2, 0.25)
    func momentum() -> Vector3 {
      let q = body.state.position
      let w = body.state.velocity
      return Quaternion(q[0], q[1], q[2], q[3]).normalized
        .rotate(Vector3(moments.x * w[0], moments.y * w[1], moments.z * w[2]))
    }
    func energy() -> Double {
      let w = body.state.velocity
      return 0.5 * (moments.x * w[0] * w[0] + moments.y * w[1] * w[1] + moments.z * w[2] * w[2])
    }
    body.reset(position: [1, 0, 0, 0], velocity: [0.1, 3, 0.2])
    let (startMomentum, startEnergy) = (momentum(), energy())
    for _ in 0..<10_000 { body.step() }
    // the old rotation rule is of second order only: 1e-6 s² · rate; the corrected one of fourth
    let bound = profile.correctsRotationStages ? 1e-9 : 1e-5
    expectClose([energy()], [startEnergy], within: 1e-9)
    expectClose(momentum().components, startMomentum.components, within: bound)
  }

  /// Two routes to the velocity of a subtree's centre of mass: from the velocities of its bodies,
  /// and from the centre's displacement in one microsecond.
  @Test func centersOfMassMoveAtTheirVelocity() throws {
    let chain = try simulation(
      """
      <mujoco><option timestep="1e-6" gravity="0 0 0"/><worldbody>
        <body pos="0 0 1"><freejoint/><geom size="0.2" mass="3" pos="0.1 0 0"/>
          <body pos="0.5 0 0"><joint type="ball"/><geom size="0.1" mass="0.2" pos="0 0.3 0"/>
            <body pos="0 0.6 0"><joint axis="1 0 0"/><geom size="0.1" mass="7" pos="0 0 0.4"/></body>
          </body>
          <body pos="-0.5 0 0"><joint axis="0 1 0"/><geom size="0.1" mass="1" pos="0 0 0.2"/></body>
        </body>
        <body pos="0 0 5"><freejoint/><geom size="0.1" mass="2"/></body>
      </worldbody></mujoco>
      """)
    var position = chain.model.initialPosition
    (position[7], position[8]) = (0.8, 0.6)
    chain.reset(
      position: position, velocity: (0..<chain.model.velocityCount).map { 2 * sin(Double($0)) })
    func center(under top: Int) -> Vector3 {
      let inside = chain.model.bodies.indices.filter { body in
        sequence(first: body) { $0 == 0 ? nil : chain.model.bodies[$0].parent }.contains(top)
      }
      let mass = inside.reduce(0) { $0 + chain.model.bodies[$1].mass }
      return inside.reduce(Vector3.zero) {
        $0 + (chain.model.bodies[$1].mass / mass) * chain.frame(ofBody: $1).centerOfMass
      }
    }
    let tops = chain.model.bodies.indices.dropFirst()
    let before = tops.map { center(under: $0) }
    let velocities = tops.map { chain.velocityOfCenterOfMass(ofTreeUnder: $0) }
    chain.step()
    chain.placeBodies()
    for (index, top) in tops.enumerated() {
      let moved = 1e6 * (center(under: top) - before[index])
      // a millionth of accelerations of up to 100 m/s², and the rounding of 1 m
      expectClose(moved.components, velocities[index].components, within: 1e-4, "body \(top)")
    }
    #expect(Set(velocities.map(\.x)).count == tops.count)
  }

  /// Two routes to one answer: with the acceleration a that a step found, M a = forces.
  @Test(arguments: Golden.models)
  func accelerationBalancesForces(_ name: String) throws {
    let golden = try Golden(name, .mujoco4)
    let simulation = Simulation(model: golden.model)
    let (positions, velocities) = (try golden.table("case/qpos"), try golden.table("case/qvel"))
    let controls = try golden.table("case/ctrl")
    let n = golden.model.velocityCount
    var constrained = 0
    for index in 0..<positions.count {
      simulation.reset(position: positions[index], velocity: velocities[index])
      simulation.control = controls[index]
      simulation.refresh()
      let (mass, a) = (simulation.massMatrix, simulation.acceleration)
      let left = (0..<n).map { i in (0..<n).reduce(0) { $0 + mass[i * n + $1] * a[$1] } }
      let right = (0..<n).map {
        simulation.passiveForce[$0] - simulation.biasForce[$0] + simulation.actuatorForce[$0]
          + simulation.constraintForce[$0]
      }
      // forces of stiff contacts reach 1e5 and nearly cancel
      let scale = left.reduce(1) { max($0, abs($1)) }
      expectClose(left, right, within: 1e-9 * scale, "\(name) #\(index)")
      constrained += simulation.constraintForce.contains { $0 != 0 } ? 1 : 0
    }
    // both kinds of states were compared: with contacts or limits, and without
    #expect(constrained > positions.count / 2 && constrained < positions.count)
  }
}
