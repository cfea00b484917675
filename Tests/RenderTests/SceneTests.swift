import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct SceneTests {
  /// Built without OpenGL: what is drawn is a value.
  @Test(arguments: everyKindOfModel) func showsEveryGeomWhereItIs(_ id: String) throws {
    let environment = try movedEnvironment(id)
    let model = environment.simulation.model
    let stage = stage(of: environment)
    let scene = Scene(stage, camera: Camera(framing: stage))
    #expect(scene.geomIndices == model.geoms.indices.filter { model.geoms[$0].group < 3 })

    // another simulation, put there by kinematics alone
    let other = Simulation(model: model)
    other.state = environment.simulation.state
    other.placeBodies()
    for shape in scene.shapes {
      guard case .geom(let index) = shape.source else { continue }
      let geom = model.geoms[index]
      let frame = other.frame(ofBody: geom.body)
      // ground has no edge in a task
      var size = geom.shape == .plane ? .zero : geom.size
      if stage.coveringGeoms.contains(index) { size.x *= Stage.cover }
      #expect(shape.body == geom.body && shape.size == size)
      #expect(shape.position == frame.origin + frame.rotation * geom.position)
      #expect(shape.orientation == frame.orientation * geom.orientation)
      #expect(shape.castsShadow == (geom.shape != .plane))
    }
  }

  @Test(arguments: everyKindOfModel) func buildingASceneLeavesTheEpisodeAlone(_ id: String) throws {
    let (watched, alone) = (try movedEnvironment(id), try movedEnvironment(id))
    let stage = stage(of: watched)
    for _ in 0..<5 {
      stage.place(watched.simulation.state, control: watched.simulation.control)
      var options = SceneOptions()
      for flag in SceneOptions.Flag.allCases { options[flag] = true }
      #expect(!Scene(stage, camera: Camera(following: stage), options: options).shapes.isEmpty)
      let action = watched.spec.action.map { _ in 0.25 }
      #expect(watched.step(action) == alone.step(action))
    }
    #expect(watched.snapshot == alone.snapshot)
  }

  @Test func materialsGiveColors() throws {
    let stage = stage(of: try movedEnvironment("Hopper-v4"))
    let shapes = Scene(stage, camera: Camera()).shapes
    let floor = shapes[0].surface
    #expect(
      floor.checker
        == .init(
          first: SIMD3(0.86, 0.88, 0.90), second: SIMD3(0.70, 0.74, 0.79), edges: SIMD2(1, 1),
          middle: SIMD2(20, 20)))
    #expect(floor.reflectance == 0.1)
    #expect(shapes[1].surface.color == SIMD4(0.91, 0.57, 0.26, 1))
    #expect(shapes[1].surface.specular == 0.4)
    #expect(shapes[4].surface.color == SIMD4(0.24, 0.31, 0.40, 1))
    let scene = Scene(stage, camera: Camera())
    #expect(scene.sky.upper == SIMD3(0.72, 0.82, 0.92))
    #expect(scene.sky.lower == SIMD3(0.95, 0.96, 0.98))
    #expect(
      scene.lights[1].direction.distance(to: (1 / 1.2.squareRoot()) * Vector3(0.2, 0.4, -1)) < 1e-15
    )
  }

  @Test func aGeomsOwnColorBeatsItsMaterial() throws {
    let model = try Model(
      mjcf: """
        <mujoco><asset><material name="m" rgba="1 0 0 1"/></asset><worldbody>
          <geom size="1" material="m"/><geom size="1" material="m" rgba="0 1 0 0.5"/>
          <geom size="1"/><geom size="1" group="4"/>
          <site name="s" size="0.1" pos="1 2 3" rgba="0 0 1 1"/>
        </worldbody></mujoco>
        """, profile: .mujoco4)
    let scene = Scene(Stage(model: model), camera: Camera())
    #expect(
      scene.shapes.map(\.surface.color) == [
        SIMD4(1, 0, 0, 1), SIMD4(0, 1, 0, 0.75), SIMD4(0.5, 0.5, 0.5, 1), SIMD4(0, 0, 1, 1),
      ])
    #expect(scene.shapes[3].position == Vector3(1, 2, 3) && scene.shapes[3].source == .site(0))
    #expect(scene.shapes[1].isTranslucent && !scene.shapes[0].isTranslucent)
  }

  @Test func groupsAndFlagsAct() throws {
    let environment = try movedEnvironment("antmaze-umaze-v2")
    let model = environment.simulation.model
    let stage = stage(of: environment)
    func scene(_ change: (inout SceneOptions) -> Void) -> Scene {
      var options = SceneOptions()
      change(&options)
      return Scene(stage, camera: Camera(), options: options)
    }
    let isMoving = { (shape: Shape) in model.bodies[shape.body].weld != 0 }
    let usual = scene { _ in }

    #expect(scene { $0.geomGroups[0] = false }.shapes.isEmpty)
    #expect(scene { $0.geomGroups[5] = true } == usual)
    #expect(scene { $0[.staticBodies] = false }.shapes == usual.shapes.filter(isMoving))
    #expect(scene { $0[.texture] = false }.shapes.allSatisfy { $0.surface.checker == nil })
    let ghosts = scene { $0[.transparent] = true }.shapes
    #expect(ghosts.filter(isMoving).allSatisfy { abs($0.surface.color.w - 0.51) < 1e-6 })
    #expect(ghosts.filter { !isMoving($0) } == usual.shapes.filter { !isMoving($0) })
    let selected = scene { $0.selectedBody = 1 }
    #expect(selected.shapes.filter { $0.surface.emission > 0 }.allSatisfy { $0.body == 1 })
    #expect(selected != usual)

    #expect(!scene { $0[.shadows] = false }.style.hasShadows && usual.style.hasShadows)
    #expect(!scene { $0[.reflections] = false }.style.hasReflections)
    #expect(!scene { $0[.sky] = false }.style.hasSky)
    #expect(!scene { $0[.haze] = false }.style.hasHaze)
    #expect(scene { $0[.wireframe] = true }.style.isWireframe && !usual.style.isWireframe)
  }

  /// Every overlay is there once for each element, and marks what it stands for.
  @Test(arguments: everyKindOfModel) func overlaysMarkTheirElements(_ id: String) throws {
    let environment = try movedEnvironment(id)
    let model = environment.simulation.model
    let stage = stage(of: environment)
    func added(_ flag: SceneOptions.Flag) -> [Shape] {
      var options = SceneOptions()
      let usual = Scene(stage, camera: Camera(), options: options).shapes.count
      options[flag] = true
      return Array(Scene(stage, camera: Camera(), options: options).shapes.dropFirst(usual))
    }
    #expect(added(.joints).map(\.source) == model.joints.indices.map { .joint($0) })
    #expect(added(.actuators).map(\.source) == model.actuators.indices.map { .actuator($0) })
    #expect(added(.inertia).count == model.bodies.filter { $0.mass > 0 }.count)
    #expect(added(.contacts).map(\.position) == stage.contacts.map(\.position))
    #expect(added(.contactForces).count <= stage.contacts.count)
    let roots = model.bodies.indices.dropFirst().filter { model.bodies[$0].root == $0 }
    #expect(added(.centersOfMass).map(\.source) == roots.map { .body($0) })
    for shape in added(.joints) + added(.inertia) + added(.contacts) {
      #expect(!shape.castsShadow)
    }

    var options = SceneOptions()
    options.frames = .bodies
    let arrows = Scene(stage, camera: Camera(), options: options).shapes.filter {
      $0.kind == .arrow
    }
    #expect(arrows.count == 3 * (model.bodies.count - 1))
    #expect(arrows[1].position == stage.frame(ofBody: 1).origin)
  }

  /// Turning a hinge by a little turns its body about the drawn axis, and leaves the anchor in place:
  /// also where several hinges share a body.
  @Test(arguments: ["Walker2d-v4", "Ant-v4", "humanoidmaze-medium-navigate-v0"])
  func jointsTurnAboutTheirDrawnAxes(_ id: String) throws {
    let environment = try movedEnvironment(id)
    let model = environment.simulation.model
    let stage = stage(of: environment)
    let state = environment.simulation.state
    let angle = 1e-6
    for (index, joint) in model.joints.enumerated() where joint.kind == .hinge {
      stage.place(state)
      let (anchor, axis) = stage.anchorAndAxis(ofJoint: index)
      let before = stage.frame(ofBody: joint.body)
      var turned = state
      turned.position[joint.firstPosition] += angle
      stage.place(turned)
      let after = stage.frame(ofBody: joint.body)

      let moved = (1 / angle) * (after.origin - before.origin)
      // 1e-5: the second difference of motions of about 1 m, at a step of 1e-6
      #expect(moved.distance(to: axis.cross(before.origin - anchor)) < 1e-5, "\(index)")
      let tip = (1 / angle) * (after.rotation.zAxis - before.rotation.zAxis)
      #expect(tip.distance(to: axis.cross(before.rotation.zAxis)) < 1e-5, "\(index)")
    }
  }

  /// The arrows of a robot at rest add up to its weight.
  @Test func contactArrowsCarryTheWeight() throws {
    let environment = try makeEnvironment(id: "Ant-v4")
    environment.reset(seed: 0)
    for _ in 0..<400 { _ = environment.step(Array(repeating: 0, count: 8)) }
    let stage = stage(of: environment)
    var options = SceneOptions()
    options[.contactForces] = true
    let arrows = Scene(stage, camera: Camera(), options: options)
      .shapes(where: { if case .contact = $0 { true } else { false } })
    let sum = arrows.reduce(Vector3.zero) {
      $0 + $1.size.z * $1.orientation.rotate(Vector3(0, 0, 1))
    }
    let force = stage.meanMass / 0.005 * sum
    let weight = 9.81 * environment.simulation.model.bodies.reduce(0) { $0 + $1.mass }
    // 1 %: what is left of its settling
    #expect(abs(force.z - weight) < 0.01 * weight)
    #expect(abs(force.x) < 0.01 * weight && abs(force.y) < 0.01 * weight)
  }

  @Test func theInertiaOfABoxIsDrawnAsThatBox() throws {
    let model = try Model(
      mjcf: """
        <mujoco><worldbody><body pos="0 0 1"><freejoint/>
          <geom type="box" size="0.1 0.2 0.3" euler="10 20 30"/>
        </body></worldbody></mujoco>
        """, profile: .mujoco4)
    var options = SceneOptions()
    options[.inertia] = true
    let shapes = Scene(Stage(model: model), camera: Camera(), options: options).shapes
    #expect(shapes.count == 2)
    // the axes of inertia are sorted, so compare the sides, whatever their order
    let sides = { (shape: Shape) in [shape.size.x, shape.size.y, shape.size.z].sorted() }
    expectClose(sides(shapes[1]), sides(shapes[0]), within: 1e-12)
    #expect(shapes[1].position.distance(to: shapes[0].position) < 1e-12)
  }

  @Test func ghostsAreWhatMoves() throws {
    let stage = stage(of: try movedEnvironment("antmaze-umaze-v2"))
    let color = SIMD4<Float>(0.1, 0.2, 0.3, 0.4)
    let ghosts = stage.ghost(color: color)
    #expect(ghosts.count == 13)
    #expect(ghosts.allSatisfy { $0.surface.color == color && $0.source == .decoration })
    #expect(ghosts.allSatisfy { !$0.castsShadow && $0.kind != .plane })
  }

  @Test func goalsAreMarkedInMazesAlone() throws {
    let maze = try makeEnvironment(id: "antmaze-large-play-v2").maze
    let environment = try #require(maze)
    let marks = Shape.marks(of: environment)
    #expect(marks.map(\.position) == [Vector3(environment.target.x, environment.target.y, 0.02)])
    #expect(marks[0].size.x == environment.successRadius)
    #expect(Shape.marks(of: try makeEnvironment(id: "Hopper-v4")).isEmpty)
  }
}
