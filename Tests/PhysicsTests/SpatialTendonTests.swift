import Foundation
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

/// Spatial tendons by closed forms and by differences; recordings are in `ConstraintGoldenTests`.
@Suite struct SpatialTendonTests {
  private func simulation(
    _ world: String, _ tendon: String, _ rest: String = ""
  ) throws -> Simulation {
    Simulation(
      model: try Model(
        mjcf: """
          <mujoco><option timestep='0.001' gravity='0 0 0'/><worldbody>\(world)</worldbody>
          <tendon><spatial name='t'>\(tendon)</spatial></tendon>\(rest)</mujoco>
          """, profile: .mujoco4))
  }

  /// Around a shape of radius r between points at distance d on opposite sides, √(d² - r²) to the
  /// shape at either end, and an arc of π - 2 acos(r / d) between.
  @Test(arguments: ["sphere", "cylinder"]) func anArcHasItsLength(_ shape: String) throws {
    let world = """
      <geom name='g' type='\(shape)' size='.1 .5'/><site name='a' pos='-.3 0 0'/>
      <site name='b' pos='.3 0 0'/><site name='up' pos='0 .3 0'/><site name='down' pos='0 -.3 0'/>
      """
    let expected = 2 * (0.09 - 0.01).squareRoot() + 0.1 * (Double.pi - 2 * acos(1.0 / 3))
    for side in ["", "sidesite='up'", "sidesite='down'"] {
      let found = try simulation(
        world, "<site site='a'/><geom geom='g' \(side)/><site site='b'/>")
      #expect(abs(found.tendonLengths[0] - expected) < 1e-14)
    }
    // what the shape is not in the way of is straight, unless the other side is asked for
    let above = world + "<site name='c' pos='-.3 .2 0'/><site name='d' pos='.3 .2 0'/>"
    let straight = try simulation(
      above, "<site site='c'/><geom geom='g' sidesite='up'/><site site='d'/>")
    #expect(abs(straight.tendonLengths[0] - 0.6) < 1e-15)
    let around = try simulation(
      above, "<site site='c'/><geom geom='g' sidesite='down'/><site site='d'/>")
    #expect(around.tendonLengths[0] > 0.75)
  }

  /// Around a cylinder the way rises evenly: the length is that of a triangle over the flat one.
  @Test func aHelixIsATriangle() throws {
    let found = try simulation(
      """
      <geom name='g' type='cylinder' size='.1 1'/><site name='a' pos='-.3 0 -.4'/>
      <site name='b' pos='.3 0 .4'/>
      """, "<site site='a'/><geom geom='g'/><site site='b'/>")
    let flat = 2 * (0.09 - 0.01).squareRoot() + 0.1 * (Double.pi - 2 * acos(1.0 / 3))
    #expect(abs(found.tendonLengths[0] - (flat * flat + 0.64).squareRoot()) < 1e-14)
  }

  /// From within a ring, the way touches it in the middle.
  @Test(arguments: ["sphere", "cylinder"]) func aRingHoldsATendonInside(_ shape: String) throws {
    let found = try simulation(
      """
      <geom name='g' type='\(shape)' size='.1 .5'/><site name='a' pos='.3 .3 0'/>
      <site name='b' pos='.3 -.3 0'/><site name='in' pos='.01 0 0'/>
      """, "<site site='a'/><geom geom='g' sidesite='in'/><site site='b'/>")
    // MuJoCo's search ends at 1e-6
    #expect(abs(found.tendonLengths[0] - 2 * (0.04 + 0.09).squareRoot()) < 1e-6)
  }

  /// A pulley of divisor 2 halves the branch after it.
  @Test func aPulleyDivides() throws {
    let found = try simulation(
      "<site name='a'/><site name='b' pos='1 0 0'/><site name='c' pos='0 3 0'/>",
      """
      <site site='a'/><site site='b'/><pulley divisor='2'/><site site='a'/><site site='c'/>
      <pulley divisor='4'/><site site='b'/><site site='a'/>
      """)
    #expect(abs(found.tendonLengths[0] - (1 + 1.5 + 0.25)) < 1e-15)
  }

  /// Speeds, which are J v, are the differences of lengths along the motion, straight and around
  /// shapes on either side.
  @Test func ratesAreDifferencesOfLengths() throws {
    let arm = try simulation(
      """
      <site name='a' pos='0 .05 .3'/>
      <body name='u'><joint type='ball' name='j'/><geom name='s' size='.08' contype='0' conaffinity='0'/>
        <geom type='capsule' fromto='0 0 0 .4 0 0' size='.02' contype='0' conaffinity='0'/>
        <site name='in' pos='.02 0 .01'/><site name='out' pos='0 .2 .1'/>
        <body pos='.4 0 0'><joint axis='0 1 0'/><joint axis='0 0 1'/>
          <geom name='c' type='cylinder' size='.05 .2' euler='90 0 20' contype='0' conaffinity='0'/>
          <site name='b' pos='.3 .02 .05'/></body></body>
      <site name='m' pos='.2 0 .15'/>
      """,
      """
      <site site='a'/><geom geom='s' sidesite='out'/><site site='m'/><geom geom='c'/><site site='b'/>
      <pulley divisor='3'/><site site='a'/><geom geom='s' sidesite='in'/><site site='b'/>
      """)
    var generator = NumPyGenerator(seed: 4)
    let h = 1e-6
    var smooth = 0
    for _ in 0..<400 {
      var position = (0..<4).map { _ in generator.uniform(-1, 1) }
      let size = position.reduce(0) { $0 + $1 * $1 }.squareRoot()
      position = position.map { $0 / size } + (0..<2).map { _ in generator.uniform(-1, 1) }
      let velocity = (0..<5).map { _ in generator.uniform(-1, 1) }
      arm.reset(position: position, velocity: velocity)
      let rate = arm.tendonSpeeds[0]
      func length(after time: Double) -> Double {
        let q = Quaternion(position[0], position[1], position[2], position[3])
        let turned =
          q
          * Quaternion(1, time * velocity[0] / 2, time * velocity[1] / 2, time * velocity[2] / 2)
          .normalized
        arm.reset(
          position: [
            turned.w, turned.x, turned.y, turned.z, position[4] + time * velocity[3],
            position[5] + time * velocity[4],
          ], velocity: velocity)
        return arm.tendonLengths[0]
      }
      let difference = (length(after: h) - length(after: -h)) / (2 * h)
      // where the way just touches a shape, or jumps to its other side, there is no derivative; the way
      // through the inside of a ring is as exact as MuJoCo's search
      if abs(difference - rate) < 2e-4 * (1 + abs(rate)) { smooth += 1 }
    }
    #expect(smooth >= 380)
  }

  /// A spring between two points obeys its law, and pulls along the line between them.
  @Test func aTendonIsASpringInSpace() throws {
    let model = try Model(
      mjcf: """
        <mujoco><option gravity='0 0 0'/><worldbody><site name='a'/>
          <body pos='.3 .4 0'><joint type='slide' axis='1 0 0'/><joint type='slide' axis='0 1 0'/>
            <geom size='.1' mass='1'/><site name='b'/></body></worldbody>
        <tendon><spatial stiffness='10' springlength='.1 .2'><site site='a'/><site site='b'/></spatial>
        </tendon></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: model)
    #expect(abs(simulation.passiveForce[0] + 10 * 0.3 * 0.6) < 1e-15)
    #expect(abs(simulation.passiveForce[1] + 10 * 0.3 * 0.8) < 1e-15)
  }

  /// The mass that a tendon adds moves with its length: a slide along it feels all of it, and one across
  /// it none, but what its turning needs.
  @Test func inertiaOfATendonIsAddedAlongIt() throws {
    let model = try Model(
      mjcf: """
        <mujoco><option gravity='0 0 0'/><worldbody><site name='a'/>
          <body pos='1 0 0'><joint type='slide' axis='1 0 0'/><joint type='slide' axis='0 1 0'/>
            <geom size='.1' mass='2'/><site name='b'/></body></worldbody>
        <tendon><spatial armature='3'><site site='a'/><site site='b'/></spatial></tendon></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: model)
    #expect(simulation.massMatrix == [5, 0, 0, 2])
    simulation.reset(position: [0, 0], velocity: [0, 4])
    // the length has the second derivative v² / l
    #expect(abs(simulation.biasForce[0] - 3 * 16) < 1e-13 && simulation.biasForce[1] == 0)
  }

  /// Two motors of one tendon are scaled together, a joint clamps their sum.
  @Test func forcesOfActuatorsAreLimitedTogether() throws {
    let model = try Model(
      mjcf: """
        <mujoco><option gravity='0 0 0'/><worldbody>
          <body><joint name='x' type='slide' actuatorfrcrange='-1 2'/><geom size='.1'/></body>
          <body pos='1 0 0'><joint name='y' type='slide' axis='1 0 0'/><geom size='.1'/>
            <site name='b'/></body><site name='a'/></worldbody>
        <tendon><spatial name='t' actuatorfrcrange='-3 6'><site site='a'/><site site='b'/></spatial>
        </tendon>
        <actuator><motor joint='x'/><motor joint='x'/><motor tendon='t'/><motor tendon='t' gear='2'/>
        </actuator></mujoco>
        """, profile: .mujoco4)
    let simulation = Simulation(model: model)
    let cases: [(control: [Double], expected: [Double])] = [
      ([1.0, 2, 4, 8], [2.0, 6 * (4.0 + 16) / 12]), ([1, -4, -1, -2], [-1, -5]),
      ([0.5, 0.25, 1, 2], [0.75, 5]), ([0, 0, -2, -4], [0, -3.0 / 6 * (2 + 8)]),
    ]
    for (control, expected) in cases {
      simulation.control = control
      simulation.refresh()
      expectClose(simulation.actuatorForce, expected, within: 1e-14)
    }
  }

  /// A block on a slope below the angle of its friction creeps where contacts are soft, and stays where
  /// slip is removed.
  @Test(arguments: ["pyramidal", "elliptic"]) func blocksDoNotCreep(_ cone: String) throws {
    func speed(_ iterations: Int) throws -> Double {
      let model = try Model(
        mjcf: """
          <mujoco><option timestep='0.002' cone='\(cone)' gravity='2 1 -9.5'
            noslip_iterations='\(iterations)' noslip_tolerance='0'/>
          <worldbody><geom type='plane' size='9 9 1'/>
            <body pos='0 0 .1'><freejoint/><geom type='box' size='.1 .1 .1'/></body>
          </worldbody></mujoco>
          """, profile: .mujoco4)
      let simulation = Simulation(model: model)
      for _ in 0..<500 { simulation.step() }
      let v = simulation.state.velocity
      return (v[0] * v[0] + v[1] * v[1]).squareRoot()
    }
    let (soft, hard) = (try speed(0), try speed(200))
    #expect(soft > 1e-4)
    #expect(hard < 1e-3 * soft)
  }
}
