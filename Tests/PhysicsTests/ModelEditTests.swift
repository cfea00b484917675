import IDQLPhysics
import TestSupport
import Testing

/// What an edit changes, keeps and refuses.
@Suite struct ModelEditTests {
  private static let document = """
    <mujoco>
      <compiler angle="radian"/>
      <worldbody>
        <geom name="floor" type="plane" size="9 9 1"/>
        <body name="torso" pos="0 0 1"><freejoint name="root"/><geom name="chest" size="0.1"/>
          <body name="thigh"><joint name="hip" axis="0 1 0" range="-1 1"/>
            <geom name="thigh" type="capsule" size="0.05 0.2"/>
            <body name="foot" pos="0 0 -0.5"><joint name="ankle" type="ball"/>
              <geom name="foot" type="box" size="0.1 0.1 0.1"/><geom size="0.05"/></body>
          </body>
        </body>
      </worldbody>
      <actuator>
        <motor name="hip" joint="hip" ctrlrange="-1 1"/>
        <position name="servo" joint="hip" kp="40" dampratio="0.7" inheritrange="0.9"/>
      </actuator>
    </mujoco>
    """
  private let model: Model

  init() throws { model = try Model(mjcf: Self.document, profile: .mujoco4) }

  // MARK: Derived quantities

  /// Ten times the mass and three times the size: the ball rests where the one of a document that
  /// says so does, in MuJoCo 4.0.0 at 0.2996. 1e-12: rounding of 2,000 steps.
  @Test func anEnlargedBallRestsAtTheHeightOfTheCompiledOne() throws {
    func document(size: String, mass: String) -> String {
      """
      <mujoco><worldbody><geom type="plane" size="9 9 1"/><body pos="0 0 0.5"><freejoint/>
      <geom type="sphere" size="\(size)" mass="\(mass)"/></body></worldbody></mujoco>
      """
    }
    func restingHeight(_ model: Model) -> Double {
      let simulation = Simulation(model: model)
      for _ in 0..<2000 { simulation.step() }
      return simulation.position(2)
    }
    let compiled = try Model(mjcf: document(size: "0.1", mass: "1"), profile: .mujoco4)
    let asked = try Model(mjcf: document(size: "0.3", mass: "10"), profile: .mujoco4)
    let edited = try compiled.edited {
      $0.bodies[1].mass *= 10
      $0.geoms[1].size.x = 0.3
    }
    #expect(edited.bodies[1].inverseTranslationWeight == asked.bodies[1].inverseTranslationWeight)
    #expect(edited.geoms[1].boundingRadius == 0.3)
    #expect(restingHeight(edited) == restingHeight(asked))
    expectClose([restingHeight(edited)], [0.29963281815757387], within: 1e-12)

    // the document's mass properties follow its sizes, those of a compiled model do not
    #expect(edited.bodies[1].inertia == compiled.bodies[1].inertia)
    let whole = try edited.edited { $0.bodies[1].inertia = asked.bodies[1].inertia }
    #expect(whole == asked)
  }

  @Test func sizeFrictionAndMarginReachThePairs() throws {
    let edited = try model.edited {
      $0.geoms["foot"].friction = Vector3(2, 0.1, 0.01)
      $0.geoms["foot"].margin = 0.25
      $0.geoms["foot"].size.z = 0.2
    }
    let foot = try #require(model.geoms.index(ofName: "foot"))
    let pair = try #require(edited.pairs.first { $0.first == 0 && $0.second == foot })
    #expect(pair.friction == (2, 2, 0.1, 0.01, 0.01) && pair.margin == 0.25)
    #expect(edited.geoms[foot].boundingRadius == Vector3(0.1, 0.1, 0.2).length)
    #expect(model.pairs.allSatisfy { $0.margin == 0 })
  }

  @Test func contactTypesMakeAndPartPairs() throws {
    let parted = try model.edited { model in
      for geom in model.geoms {
        geom.contactType = 0
        geom.contactAffinity = 0
      }
    }
    #expect(!model.pairs.isEmpty && parted.pairs.isEmpty)
    let joined = try parted.edited { model in
      model.geoms["floor"].contactType = 4
      model.geoms["chest"].contactAffinity = 4
    }
    #expect(joined.pairs.map { [$0.first, $0.second] } == [[0, 1]])
  }

  @Test func aFreeBodyStartsWhereItIsPut() throws {
    let edited = try model.edited {
      $0.bodies["torso"].position.z = 3
      $0.joints["hip"].reference = 0.25
      $0.joints["hip"].springReference = 0.5
    }
    #expect(edited.initialPosition == [0, 0, 3, 1, 0, 0, 0, 0.25, 1, 0, 0, 0])
    #expect(edited.springPosition == [0, 0, 3, 1, 0, 0, 0, 0.5, 1, 0, 0, 0])
  }

  @Test func aDampingRatioFollowsTheInertia() throws {
    let heavier = try model.edited { $0.bodies["torso"].mass = 50 }
    #expect(heavier.actuators[1].bias.z < model.actuators[1].bias.z)
    // without it the damping stays
    let free = try model.edited { $0.actuators["servo"].dampingRatio = 0 }
    #expect(free.actuators[1].bias == model.actuators[1].bias)
    #expect(
      try free.edited { $0.bodies["torso"].mass = 50 }.actuators[1].bias == model.actuators[1].bias)
  }

  @Test func anInheritedRangeFollowsTheJoint() throws {
    #expect(model.actuators[1].controlRange == -0.9...0.9)
    let edited = try model.edited { $0.joints["hip"].upper = 3 }
    #expect(edited.actuators[1].controlRange == 1 - 1.8...1 + 1.8)
  }

  @Test func oneNumberForAllDegreesOfFreedomOfAJoint() throws {
    let edited = try model.edited {
      $0.joints["ankle"].damping = 3
      $0.joints["ankle"].armature = 0.5
    }
    #expect(edited.degreesOfFreedom.map(\.damping) == Array(repeating: 0, count: 7) + [3, 3, 3])
    #expect(edited.degreesOfFreedom.suffix(3).allSatisfy { $0.armature == 0.5 })
    #expect(edited.degreesOfFreedom[9].inverseWeight < model.degreesOfFreedom[9].inverseWeight)
  }

  @Test func axesAndQuaternionsHaveUnitLength() throws {
    let edited = try model.edited {
      $0.joints["hip"].axis = Vector3(0, 3, 4)
      $0.geoms["foot"].orientation = Quaternion(2, 0, 0, 0)
    }
    #expect(edited.joints[1].axis == (1 / 5.0) * Vector3(0, 3, 4))
    #expect(edited.geoms["foot"]?.orientation == .identity)
  }

  // MARK: Access

  @Test func elementsAreFoundByName() throws {
    #expect(model.bodies["foot"] == model.bodies[3] && model.bodies.index(ofName: "foot") == 3)
    #expect(model.joints["ankle"]?.kind == .ball && model.actuators["servo"]?.joint == 1)
    #expect(
      model.geoms["foot"]?.shape == .box
        && model.geoms.names == ["floor", "chest", "thigh", "foot", ""])
    #expect(model.bodies["hand"] == nil && model.geoms[""] == nil && model.sites["foot"] == nil)
    #expect(model.keyframes.isEmpty && model.bodies.map(\.parent) == [0, 0, 1, 2])
  }

  @Test func valuesAreReadWhileTheyAreChanged() throws {
    let edited = try model.edited { model in
      for body in model.bodies.dropFirst() { body.mass *= 2 }
      model.bodies["thigh"].mass += model.bodies["foot"].mass
      #expect(model.bodies.count == 4 && model.options.timestep == 0.002)
    }
    #expect(edited.bodies[3].mass == 2 * model.bodies[3].mass)
    #expect(edited.bodies[2].mass == 2 * model.bodies[2].mass + 2 * model.bodies[3].mass)
  }

  /// An editor that outlives its closure has no effect.
  @Test func aModelDoesNotChange() throws {
    var kept: ModelEditor?
    let edited = try model.edited { kept = $0 }
    kept?.bodies["foot"].mass = 99
    #expect(edited == model && edited.bodies[3].mass != 99)
  }

  // MARK: Refusals

  private func expect(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ changes: (ModelEditor) -> Void
  ) {
    expectMessage(message, sourceLocation: sourceLocation) { _ = try model.edited(changes) }
  }

  @Test func unknownNames() {
    expect(
      "no body is named 'foto'. Did you mean 'foot'? There are 'world', 'torso', 'thigh', 'foot'."
    ) { $0.bodies["foto"].mass *= 1.2 }
    expect("no joint is named 'wing'. There are 'root', 'hip', 'ankle'.") { model in
      // reading is enough, and the first name is reported
      if model.joints["wing"].damping > 0 { model.joints["beak"].damping = 1 }
      model.bodies["beak"].mass = -1
    }
    expect("no site is named 'tip'. None has a name: use an index.") {
      $0.sites["tip"].size.x = 1
    }
    expect("no geom is named ''. There are 'floor', 'chest', 'thigh', 'foot'.") {
      $0.geoms[""].margin = 1
    }
    expectMessage(
      "no body is named 'x'. There are 'world', 'b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8' and 3 "
        + "more."
    ) {
      let bodies = (0..<12).map { "<body name='b\($0)'/>" }.joined()
      _ = try Model(mjcf: "<mujoco><worldbody>\(bodies)</worldbody></mujoco>", profile: .mujoco4)
        .edited { $0.bodies["x"].mass = 1 }
    }
  }

  @Test func values() {
    expect("mass of body 'foot' is -1.0. Accepted: 0 or more.") { $0.bodies["foot"].mass = -1 }
    expect("mass of body 'foot' is nan. Accepted: 0 or more.") { $0.bodies["foot"].mass = .nan }
    expect("position of body 'foot' is 0.0 inf -0.5. Accepted: finite numbers.") {
      $0.bodies["foot"].position.y = .infinity
    }
    expect(
      "orientation of body 'foot' is 0.0 0.0 0.0 0.0. Accepted: a quaternion of any length but 0."
    ) {
      $0.bodies["foot"].orientation = Quaternion(0, 0, 0, 0)
    }
    expect(
      "inertia of body 'foot' is 1.0 1.0 3.0. Accepted: three numbers of 0 or more, the sum of any two of "
        + "which reaches the third."
    ) { $0.bodies["foot"].inertia = Vector3(1, 1, 3) }
    expect("size of geom 'thigh' is 0.05 0.0 0.0. Accepted: 2 finite numbers above 0.") {
      $0.geoms["thigh"].size.y = 0
    }
    expect("size of geom 4 is -1.0 0.0 0.0. Accepted: a finite number above 0.") {
      $0.geoms[4].size.x = -1
    }
    expect(
      "size of geom 'floor' is -1.0 9.0 1.0. Accepted: 0 or more twice, then a number above 0."
    ) {
      $0.geoms["floor"].size.x = -1
    }
    expect("contactDimension of geom 'foot' is 5. Accepted: 1, 3, 4 or 6.") {
      $0.geoms["foot"].contactDimension = 5
    }
    expect("contactType of geom 'foot' is 4294967296. Accepted: a whole number of 32 bits.") {
      $0.geoms["foot"].contactType = 1 << 32
    }
    expect("timestep of options is 0.0. Accepted: a number above 0.") { $0.options.timestep = 0 }
  }

  @Test func joints() {
    expect("lower of joint 'hip' is -1.0. Accepted: a number below 'upper', here -2.0.") {
      $0.joints["hip"].upper = -2
    }
    expect("lower of joint 'ankle' is 0.5. Accepted: 0, of a ball joint.") {
      $0.joints["ankle"].isLimited = true
      $0.joints["ankle"].lower = 0.5
    }
    expect("axis of joint 'hip' is 0.0 0.0 0.0. Accepted: any length but 0.") {
      $0.joints["hip"].axis.y = 0
    }
    expect("axis of joint 'ankle' is 1.0 0.0 1.0. Accepted: no axis, of a ball joint.") {
      $0.joints["ankle"].axis.x = 1
    }
    expect("anchor of joint 'root' is 1.0 0.0 0.0. Accepted: 0 0 0, of a free joint.") {
      $0.joints["root"].anchor.x = 1
    }
    expect("isLimited of joint 'root' is true. Accepted: false, of a free joint.") {
      $0.joints["root"].isLimited = true
    }
    expect("reference of joint 'root' is 1.0. Accepted: 0, of a free joint.") {
      $0.joints["root"].reference = 1
    }
  }

  @Test func actuators() {
    expect(
      "controlRange of actuator 'hip' is 1.0...1.0. Accepted: a lower bound below the upper one."
    ) {
      $0.actuators["hip"].controlRange = 1...1
    }
    expect(
      "controlRange of actuator 'servo' is -2.0...2.0. Accepted: what follows from inheritedRange, unless "
        + "that is 0."
    ) { $0.actuators["servo"].controlRange = -2...2 }
    expect(
      "bias of actuator 'servo' is 0.0 -40.0 -3.0. Accepted: finite numbers; bias.z follows from "
        + "dampingRatio, unless that is 0."
    ) { $0.actuators["servo"].bias.z = -3 }
    expect(
      "bias of actuator 'servo' is 0.0 -40.0 3.0. Accepted: finite numbers; where bias.y is -gain.x, a "
        + "bias.z of 0 or less."
    ) {
      $0.actuators["servo"].dampingRatio = 0
      $0.actuators["servo"].bias.z = 3
    }
    expect("dampingRatio of actuator 'hip' is 1.0. Accepted: 0, unless bias.y is -gain.x.") {
      $0.actuators["hip"].dampingRatio = 1
    }
    expect("dampingRatio of actuator 'servo' is -1.0. Accepted: 0 or more.") {
      $0.actuators["servo"].dampingRatio = -1
    }
    expect(
      "actuator 'servo' has an inheritedRange, but nothing to inherit. It serves position actuators "
        + "(bias.y is -gain.x) on a joint with limits."
    ) { $0.joints["hip"].isLimited = false }
  }

  @Test func impossibleCombinationsAreRefused() throws {
    expect(
      "the world was changed. It has no mass and stays at the origin: change its geoms, or other bodies."
    ) { $0.bodies["world"].mass = 1 }
    expect(
      "body 'foot' moves without mass or inertia. Give it a mass and moments above 1e-15, or leave them as "
        + "they were."
    ) { $0.bodies["foot"].mass = 0 }
    expect(
      "some joints have no inertia of their own to move. Look for joints of one body with the same axis, or "
        + "for negative armature."
    ) { $0.joints["hip"].armature = -1e3 }
    expect("numbers are so large that they overflow. Use metres and kilograms.") {
      $0.geoms["foot"].position.x = 1e200
    }
    let apart = try Model(
      mjcf: """
        <mujoco><worldbody><geom name="can" type="cylinder" size="1 1"/>
        <body pos="0 0 9"><freejoint/><geom type="capsule" size="1 1" contype="0"
          conaffinity="2"/></body></worldbody></mujoco>
        """, profile: .mujoco3)
    expectMessage(
      "capsule geom 1 and cylinder 'can' would touch, where mujoco3 finds other points than MuJoCo 4.0.0 "
        + "and later. Part them by contactType and contactAffinity."
    ) { _ = try apart.edited { $0.geoms[1].contactAffinity = 1 } }
  }
}
