import Foundation
import IDQLPhysics
import TestSupport
import Testing

/// The meaning of documents, by small cases with a known result.
@Suite struct MJCFReadingTests {
  private func model(_ document: String, _ profile: PhysicsProfile = .mujoco4) throws -> Model {
    try Model(mjcf: "<mujoco>\(document)</mujoco>", profile: profile)
  }

  /// One document in every encoding.
  @Test func encodingsAreRead() throws {
    let text = { (encoding: String) in
      "<?xml version='1.0' encoding='\(encoding)'?><mujoco model='L\u{e4}ufer'/>"
    }
    let wide = Array(text("UTF-16").utf16)
    let spellings: [(String, [UInt8])] = [
      ("UTF-8", Array(text("UTF-8").utf8)),
      ("byte order mark", [0xEF, 0xBB, 0xBF] + Array(text("utf-8").utf8)),
      ("NUL at the end", Array(text("utf-8").utf8) + [0, 0, 0]),
      ("ISO-8859-1", text("ISO-8859-1").unicodeScalars.map { UInt8($0.value) }),
      // MuJoCo asks no declaration
      ("ISO-8859-1 as UTF-8", text("UTF-8").unicodeScalars.map { UInt8($0.value) }),
      ("UTF-8 as KOI8-R", Array(text("KOI8-R").utf8)),
      (
        "UTF-16, little-endian", [0xFF, 0xFE] + wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
      ),
      ("UTF-16, big-endian", [0xFE, 0xFF] + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }),
    ]
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.xml"
      for (name, bytes) in spellings {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try Model(contentsOf: path, profile: .mujoco4).name == "L\u{e4}ufer", "\(name)")
      }
      try Data([0xFF, 0xFE, 0, 0xD8]).write(to: URL(fileURLWithPath: path))
      expectMessage(
        "\(path): cannot be read: its text is not UTF-16, although it begins so."
      ) {
        _ = try Model(contentsOf: path, profile: .mujoco4)
      }
    }
  }

  /// MuJoCo 2.1.0 has no `autolimits`: a range without `limited` does nothing.
  @Test func rangesAloneLimitSince2Point2() throws {
    let document =
      "<worldbody><body><joint name='a' range='0 1'/><geom size='1'/></body></worldbody>"
      + "<actuator><motor joint='a' ctrlrange='-1 1'/></actuator>"
    for (profile, isLimited) in [(PhysicsProfile.mujoco2_1, false), (.mujoco3, true)] {
      let model = try model(document, profile)
      #expect(model.joints[0].isLimited == isLimited)
      #expect(model.actuators[0].controlRange.upperBound.isFinite == isLimited)
    }
  }

  /// Recorded of MuJoCo 3.2.7, 3.3.0 and 3.10.0, which use the diagonal of the inertia matrix, and of
  /// 4.0.0, which uses the effective inertia at the actuator.
  @Test(arguments: [
    ("h2' gear='3", 0.003_461_061_2, 0.000_953_527_1),
    ("b' gear='0 1 0", 0.010_773_333, 0.010_773_333),
    ("b' gear='1 2 .5", 0.0488, 0.000_592_961_76),
    ("f' gear='0 0 1 0 .3 0", 0.830_814_81, 0.029_671_897),
  ])
  func dampingRatiosFollowTheRelease(_ joint: String, diagonal: Double, effective: Double) throws {
    let document = """
      <worldbody>
      <body pos="0 0 1"><joint name="h" axis="0 1 0" armature=".01"/>
        <geom type="capsule" fromto="0 0 0 .3 0 0" size=".03"/>
        <body pos=".3 0 0"><joint name="h2" axis="0 1 0"/>
          <geom type="capsule" fromto="0 0 0 .3 0 0" size=".03"/></body></body>
      <body pos="1 0 1"><joint name="b" type="ball"/><geom type="box" size=".1 .05 .02" pos=".1 0 0"
        contype="0" conaffinity="0"/></body>
      <body pos="2 0 1"><joint name="f" type="free"/><geom type="box" size=".1 .05 .02"/></body>
      </worldbody>
      <actuator><position joint='\(joint)' kp="2" dampratio="1"/></actuator>
      """
    for (profile, inertia) in [(PhysicsProfile.mujoco3, diagonal), (.mujoco4, effective)] {
      // 2 √(kp m); the inertias are recorded with eight digits
      let damping = -(try model(document, profile).actuators[0].bias.z)
      expectClose([damping], [2 * (2 * inertia).squareRoot()], within: 0, relative: 1e-7)
    }
  }

  /// The error of a servo on a ball joint is that of the nearest turn, since MuJoCo 3.11.
  @Test func ballServosWrap() throws {
    let document = """
      <option gravity="0 0 0"/>
      <worldbody><body><joint name="b" type="ball"/><geom type="box" size=".1 .05 .02"/></body></worldbody>
      <actuator><position joint="b" kp="2" gear="0 2 0"/></actuator>
      """
    // length 1; recorded of MuJoCo 4.0.0
    for (profile, recorded) in [
      (PhysicsProfile.mujoco4, [(0.0, -1.0), (3, 2), (5, 4), (9, -4.566_370_614_359_172_5)]),
      (.mujoco3, [(0, -1), (3, 2), (5, 4), (9, 8)]),
    ] {
      let simulation = Simulation(model: try model(document, profile))
      for (control, force) in recorded {
        simulation.reset(position: [cos(0.25), 0, sin(0.25), 0], velocity: [0, 0, 0])
        simulation.control = [control]
        simulation.refresh()
        expectClose(
          simulation.actuatorForce, [0, 2 * 2 * force, 0], within: 1e-13, "\(control)")
      }
    }
  }

  @Test func nestedDefaultsOverlayComponentByComponent() throws {
    let model = try model(
      """
      <default>
        <geom friction="0.7 0.1 0.2" size="1"/>
        <default class="slippery"><geom friction="0.3"/>
          <default class="ice"><geom friction="0.1 0.05"/></default>
        </default>
      </default>
      <worldbody>
        <geom/><geom class="ice"/>
        <body childclass="slippery"><geom/><geom class="main"/><body><geom friction="9"/></body></body>
      </worldbody>
      """)
    #expect(
      model.geoms.map(\.friction) == [
        Vector3(0.7, 0.1, 0.2), Vector3(0.1, 0.05, 0.2), Vector3(0.3, 0.1, 0.2),
        Vector3(0.7, 0.1, 0.2), Vector3(9, 0.1, 0.2),
      ])
  }

  @Test func anglesAreInTheUnitOfTheDocument() throws {
    let body = """
      <worldbody><body><joint axis="0 0 -2" range="-90 180" ref="90" springref="45"/>
      <joint type="slide" axis="1 0 0" range="-90 180" ref="90"/><geom size="1"/></body></worldbody>
      """
    let degrees = try model(body)
    let radians = try model("<compiler angle='radian'/>" + body)
    expectClose(
      [degrees.joints[0].lower, degrees.joints[0].upper], [-.pi / 2, .pi], within: 1e-15)
    expectClose(degrees.initialPosition, [.pi / 2, 90], within: 1e-15)
    expectClose(degrees.springPosition, [.pi / 4, 0], within: 1e-15)
    #expect(degrees.joints[1].upper == 180)
    #expect(radians.joints[0].upper == 180)
    #expect(degrees.joints[0].axis == Vector3(0, 0, -1))
  }

  /// Every spelling of a quarter turn about z.
  @Test(arguments: [
    "quat='1 0 0 1'", "axisangle='0 0 3 90'", "euler='0 0 90'", "xyaxes='0 2 0 -1 5 0'",
  ])
  func everySpellingOfAnOrientationIsTheSameTurn(_ spelling: String) throws {
    let model = try model("<worldbody><site \(spelling)/></worldbody>")
    let q = model.sites[0].orientation
    let half = 0.5.squareRoot()
    expectClose([q.w, q.x, q.y, q.z], [half, 0, 0, half], within: 1e-15)
  }

  @Test func eulerAnglesFollowTheirSequence() throws {
    func turned(_ sequence: String) throws -> Vector3 {
      try model(
        "<compiler eulerseq='\(sequence)'/><worldbody><site euler='90 90 0'/></worldbody>"
      ).sites[0].orientation.rotate(Vector3(0, 0, 1))
    }
    // first x then the new y: z stays where x took it; about fixed axes y turns it on
    expectClose(try turned("xyz").components, [1, 0, 0], within: 1e-15)
    expectClose(try turned("XYZ").components, [0, -1, 0], within: 1e-15)
  }

  @Test func zAxisAttributesPointTheZAxis() throws {
    for direction in ["0 0 5", "0 0 -1", "1 2 3", "-1 0 0"] {
      let model = try model("<worldbody><site zaxis='\(direction)'/></worldbody>")
      let numbers = direction.split(separator: " ").compactMap { Double($0) }
      let wanted = Vector3(numbers[0], numbers[1], numbers[2]).normalized(or: .zero)
      let found = model.sites[0].orientation.rotate(Vector3(0, 0, 1))
      expectClose(found.components, wanted.components, within: 1e-15, direction)
    }
  }

  @Test func fromtoRunsFromTheSecondPointToTheFirst() throws {
    let geom = try model(
      "<worldbody><geom type='capsule' size='0.1' fromto='1 0 0 0 0 2'/></worldbody>"
    ).geoms[0]
    #expect(geom.position == Vector3(0.5, 0, 1))
    expectClose([geom.size.x, geom.size.y], [0.1, 5.0.squareRoot() / 2], within: 1e-15)
    let end = geom.position + geom.orientation.rotate(Vector3(0, 0, geom.size.y))
    expectClose(end.components, [1, 0, 0], within: 1e-15)
  }

  @Test func bodiesAndJointsAreNumberedDepthFirst() throws {
    let model = try model(
      """
      <worldbody>
        <body name="a"><freejoint/><geom size="1"/>
          <body name="b"><geom size="1"/><body name="c"><joint type="ball"/><geom size="1"/></body></body>
        </body>
        <body name="d"><geom size="1"/></body>
      </worldbody>
      """)
    #expect(model.bodies.names == ["world", "a", "b", "c", "d"])
    #expect(model.bodies.map(\.parent) == [0, 0, 1, 2, 0])
    #expect(model.bodies.map(\.root) == [0, 1, 1, 1, 4])
    #expect(model.bodies.map(\.weld) == [0, 1, 1, 3, 0])
    #expect(model.bodies.map(\.lastMovingDegreeOfFreedom) == [-1, 5, 5, 8, -1])
    #expect(model.degreesOfFreedom.map(\.parent) == [-1, 0, 1, 2, 3, 4, 5, 6, 7])
    #expect(model.joints.map(\.firstPosition) == [0, 7])
    #expect(model.initialPosition == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
  }

  @Test func everyActuatorHasItsGains() throws {
    let model = try model(
      """
      <worldbody><body><joint name="j" range="-1 1"/><geom size="1"/></body></worldbody>
      <default><motor gear="3" ctrlrange="-2 2"/></default>
      <actuator>
        <motor joint="j" forcerange="-1 5"/>
        <position joint="j" kp="4" kv="2" ctrllimited="false"/>
        <velocity joint="j" kv="7"/>
        <damper joint="j" kv="6" ctrlrange="0 1"/>
        <general joint="j" gear="1" gaintype="affine" gainprm="1 2 3" biastype="affine" biasprm="4 5 6"/>
      </actuator>
      """)
    let a = model.actuators
    #expect(a.map(\.gear.0) == [3, 3, 3, 3, 1])
    #expect(a[0].controlRange == -2...2 && a[0].forceRange == -1...5)
    #expect(a[1].controlRange == -Double.infinity...Double.infinity)
    #expect(
      a.map(\.gain) == [
        Vector3(1, 0, 0), Vector3(4, 0, 0), Vector3(7, 0, 0), Vector3(0, 0, -6), Vector3(1, 2, 3),
      ])
    #expect(
      a.map(\.bias) == [.zero, Vector3(0, -4, -2), Vector3(0, 0, -7), .zero, Vector3(4, 5, 6)])
  }

  /// Critical damping of the bare inertia: 2 √(k I), a ball about its centre.
  @Test func aDampingRatioIsOfTheBareInertia() throws {
    let model = try model(
      """
      <worldbody><body><joint name="j"/><geom size="0.5" mass="3"/></body></worldbody>
      <actuator><position joint="j" kp="10" dampratio="1"/></actuator>
      """)
    let inertia = 0.4 * 3 * 0.5 * 0.5
    expectClose(
      [model.actuators[0].bias.z], [-2 * (10 * inertia).squareRoot()], within: 0, relative: 1e-15)
  }

  @Test func keyframesFillInFromTheInitialState() throws {
    let model = try model(
      """
      <worldbody><body pos="1 2 3"><freejoint/><geom size="1"/></body></worldbody>
      <keyframe><key name="up" time="2" qpos="0 0 9 0 0 0 5"/><key qvel="1 2 3 4 5 6"/></keyframe>
      """)
    #expect(model.keyframes[0].position == [0, 0, 9, 0, 0, 0, 1])
    #expect(model.keyframes[0].time == 2 && model.keyframes.names == ["up", ""])
    #expect(model.keyframes[1].position == [1, 2, 3, 1, 0, 0, 0])
    #expect(model.keyframes[1].velocity == [1, 2, 3, 4, 5, 6])
  }

  /// What a keyframe does not reach is as at the start, and 0 for what has no start; recorded of MuJoCo 4.0.0.
  @Test func shortKeyframesAreFilled() throws {
    let model = try model(
      """
      <worldbody><body pos="0 0 1"><joint name="j" ref="20"/><geom size=".1"/></body>
      <body pos="0 2 .3"><freejoint/><geom size=".1"/></body>
      <body mocap="true" pos="0 0 5" quat="2 0 0 0"/></worldbody>
      <actuator><motor joint="j"/><general joint="j" dyntype="integrator"/>
      <general joint="j" dyntype="filter"/></actuator>
      <keyframe><key qpos=".1 1 4 3 2" act=".3" ctrl=".5" qvel=".6"/><key qpos=""/>
      <key mpos="0 0 5" mquat="3 0 0 0" act=".3 .4"/></keyframe>
      """)
    let keys = model.keyframes
    #expect(keys[0].position == [0.1, 1, 4, 3, 1, 0, 0, 0])
    #expect(keys[0].velocity == [0.6, 0, 0, 0, 0, 0, 0])
    #expect(keys[0].control == [0.5, 0, 0] && keys[0].activation == [0.3, 0])
    #expect(keys[1].position == model.initialPosition && keys[1].activation == [0, 0])
    #expect(keys[2].position == model.initialPosition && keys[2].activation == [0.3, 0.4])
  }

  @Test func texturesHaveDefaults() throws {
    let model = try model(
      """
      <default><texture rgb1="1 0 0"/><default class="c"><texture builtin="checker" type="2d"/></default></default>
      <asset><texture class="c" name="t" width="3"/><texture file="a\\u.png" builtin="flat" rgb1="0 1 0"/></asset>
      """)
    let textures = model.visuals.textures
    #expect(textures.map(\.name) == ["t", "u"] && textures.map(\.width) == [3, 0])
    #expect(
      textures.map(\.pattern) == ["checker", "flat"] && textures.map(\.kind) == ["2d", "cube"])
    #expect(textures.map(\.firstColor) == [SIMD3(1, 0, 0), SIMD3(0, 1, 0)])
  }

  /// A spring with one number more than it has coefficients beyond 0 is linear.
  @Test func polynomialsThatAreLinearAreRead() throws {
    let model = try model(
      "<worldbody><body><joint stiffness='3 0 0' damping='2 0'/><geom size='1'/></body></worldbody>"
    )
    #expect(model.joints[0].stiffness == 3 && model.joints[0].damping == 2)
  }

  @Test func visualsAreKept() throws {
    let model = try model(
      """
      <asset><texture name="t" type="2d" builtin="checker" width="8" height="4" rgb1="1 0 0"/>
        <material name="m" texture="t" rgba="0 1 0 1" texrepeat="3 4"/></asset>
      <worldbody><geom size="1" material="m"/><light directional="true" pos="0 0 4"/>
        <camera name="eye" mode="trackcom" fovy="60" pos="0 -3 0"/>
        <site name="a"/><site name="b" pos="1 0 0"/></worldbody>
      <tendon><spatial width="0.02" rgba="0 0 1 0.5" group="3" material="m"><site site="a"/><site site="b"/></spatial>
        <spatial><site site="b"/><site site="a"/></spatial></tendon>
      """)
    let visuals = model.visuals
    #expect(model.geoms[0].material == 0 && visuals.materials[0].texture == 0)
    #expect(visuals.textures[0].pattern == "checker" && visuals.textures[0].height == 4)
    #expect(
      visuals.tendons.map(\.radius) == [0.02, 0.003] && visuals.tendons.map(\.group) == [3, 0])
    #expect(visuals.tendons.map(\.material) == [0, -1])
    #expect(visuals.tendons.map(\.color) == [SIMD4(0, 0, 1, 0.5), SIMD4(0.5, 0.5, 0.5, 1)])
    #expect(visuals.materials[0].textureRepeat == SIMD2(3, 4))
    #expect(visuals.cameras[0].name == "eye" && visuals.cameras[0].tracking == .trackcom)
    #expect(
      visuals.lights[0].kind == .directional && visuals.lights[0].position == Vector3(0, 0, 4))
  }

  /// A document may have tendons, sensors and the like, without effect.
  @Test func sectionsWithoutEffectAreAccepted() throws {
    let body = "<worldbody><body><joint name='j'/><geom size='1'/></body></worldbody>"
    let extra = """
      <size njmax="500"/><visual><map znear="0.1"/></visual><statistic extent="2"/>
      <custom><numeric name="n" data="1 2"/></custom><sensor><jointpos joint="j"/></sensor>
      <tendon><fixed><joint joint="j" coef="1"/></fixed></tendon>
      <option iterations="7" solver="CG"><flag warmstart="disable" contact="enable"/></option>
      """
    let (plain, full) = (try model(body), try model(extra + body))
    #expect(plain.bodies == full.bodies && plain.options == full.options)
  }

  /// Nothing moves a mocap body, so that it is a fixed one.
  @Test func mocapBodiesAreFixedToTheWorld() throws {
    func model(_ attribute: String, joint: String = "", below: String = "") throws -> Model {
      try Model(
        mjcf: """
          <mujoco><worldbody><body name="hand" pos="0 0 1" \(attribute)>\(joint)
          <geom type="box" size="0.1 0.1 0.1"/>\(below)</body>
          <body name="held" pos="0 0 1"><freejoint/><geom size="0.3"/></body></worldbody>
          <equality><weld body1="hand" body2="held"/></equality></mujoco>
          """, profile: .mujoco4)
    }
    #expect(try model(#"mocap="true""#) == model(""))
    func message(_ joint: String, _ below: String) -> String {
      do { _ = try model(#"mocap="true""#, joint: joint, below: below) } catch { return "\(error)" }
      return "accepted"
    }
    #expect(
      message("<joint/>", "")
        == "model.xml:1: a mocap body that is not fixed to the world. Put it into <worldbody>, without "
        + "joints.")
    #expect(
      message("", #"<body><joint/><geom size="0.1"/></body>"#)
        == "model.xml:2: a body that moves on a mocap body is not supported. Put it into <worldbody>."
    )
  }
}
