import IDQLPhysics
import TestSupport
import Testing

@Suite struct ContactForceTests {
  /// Forces of the fourth stage after each recorded step: 1e-10 of the largest, because the row
  /// forces that they consist of are stiff: 1e-14 m in a distance are 1e-9 N.
  @Test func contactForcesMatchMuJoCo() throws {
    let golden = try Golden("ant", .mujoco4)
    let simulation = Simulation(model: golden.model)
    let (positions, velocities) = (try golden.table("case/qpos"), try golden.table("case/qvel"))
    let controls = try golden.table("case/ctrl")
    let forces = try golden.table("case/next_cfrc_ext_tight")
    var touching = 0
    for index in 0..<positions.count {
      simulation.reset(position: positions[index], velocity: velocities[index])
      simulation.control = controls[index]
      simulation.step()
      let found = simulation.contactForces.flatMap { $0.angular.components + $0.linear.components }
      let scale = forces[index].reduce(1) { max($0, abs($1)) }
      expectClose(found, forces[index], within: 1e-10 * scale, "#\(index)")
      if forces[index].contains(where: { $0 != 0 }) { touching += 1 }
    }
    #expect(touching > 200)
  }

  /// The force of the floor on a ball at rest is its weight, below its centre of mass.
  @Test func aBallAtRestIsCarried() throws {
    let model = try Model(
      mjcf: """
        <mujoco>
          <worldbody>
            <geom type="plane" size="1 1 1"/>
            <body pos="0.3 0 0.0999"><freejoint/><geom size="0.1" mass="2"/></body>
          </worldbody>
        </mujoco>
        """, named: "ball.xml", profile: .mujoco4)
    let simulation = Simulation(model: model)
    for _ in 0..<2000 { simulation.step() }
    let force = simulation.contactForces
    #expect(force[0] == .zero)
    // the soft floor has come to rest after four seconds
    expectClose(force[1].linear.components, [0, 0, 2 * 9.81], within: 1e-6)
    expectClose(force[1].angular.components, [0, 0, 0], within: 1e-6)
  }
}
