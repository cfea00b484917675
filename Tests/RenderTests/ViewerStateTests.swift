import Foundation
import IDQLEnvs
import IDQLPhysics
import IDQLSpelling
import TestSupport
import Testing

@testable import IDQLRender

/// Every key and button, by synthetic input; no window, no OpenGL.
@Suite struct ViewerStateTests {
  func viewer(_ session: Session? = nil) throws -> ViewerState {
    let viewer = try ViewerState(
      session ?? Session(model: Fixture.model()), isPaused: true)
    viewer.handle(.resize(width: 800, height: 600), at: 0)
    return viewer
  }

  // MARK: The table

  @Test func everyChordIsBoundOnce() {
    let names = KeyBinding.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(KeyBinding.all.allSatisfy { !$0.help.isEmpty })
    // simulate's
    for name in [
      "Space", "Right", "Left", "-", "=", "Backspace", "Tab", "Shift+Tab", "[", "]", "Esc", "F1",
      "F2", "F3", "F4", "F5", "F6", "F7", "0", "5", "Shift+0", "C", "F", "T", "J", "W", "S",
      "PageUp", "Ctrl+P",
      "Q", "Z", "'", "P", "O", "B", "A", "L", "G", "/", "Ctrl+L", "Ctrl+M", "Ctrl+D", "Ctrl+C",
      "Ctrl+Q", "Ctrl+A", "F8", "F9", "F10", "F11", "F12",
    ] { #expect(names.contains(name), "\(name)") }
    #expect(KeyBinding.binding(of: .space, .alt) == nil)
  }

  /// What a key does, as something that can be read off before and after.
  struct Effect: Sendable {
    var key: String
    var of: @Sendable (ViewerState) -> String
    var before: String
    var after: String
  }

  static let effects: [Effect] = {
    let frame = { @Sendable (v: ViewerState) in "\(v.player.frame)" }
    let speed = { @Sendable (v: ViewerState) in "\(v.player.speed)" }
    let camera = { @Sendable (v: ViewerState) in "\(v.camera.mode)" }
    let requests = { @Sendable (v: ViewerState) in "\(v.requests)" }
    func panel(_ panel: ViewerPanel) -> @Sendable (ViewerState) -> String {
      { "\($0.panels.contains(panel))" }
    }
    return [
      // of a paused session of the agent's that has three frames and stands at the second
      Effect(key: "Space", of: { "\($0.player.isPaused)" }, before: "true", after: "false"),
      Effect(key: "Right", of: frame, before: "1", after: "2"),
      Effect(key: "Left", of: frame, before: "1", after: "0"),
      Effect(key: "-", of: speed, before: "100.0", after: "80.0"),
      Effect(key: "=", of: speed, before: "100.0", after: "100.0"),
      Effect(key: "Backspace", of: frame, before: "1", after: "0"),
      Effect(key: "Home", of: frame, before: "1", after: "0"),
      Effect(key: "End", of: frame, before: "1", after: "2"),
      Effect(
        key: "Ctrl+Right", of: { "\($0.recording.index)" }, before: "0", after: "1"),
      Effect(key: "Ctrl+Left", of: { "\($0.recording.index)" }, before: "0", after: "0"),
      Effect(
        key: "Ctrl+E", of: { "\($0.ending)" }, before: "stop", after: "again"),
      // the hopper has one camera
      Effect(key: "]", of: camera, before: "tracking(body: 1)", after: "fixed(0)"),
      Effect(key: "[", of: camera, before: "tracking(body: 1)", after: "fixed(0)"),
      Effect(key: "Esc", of: camera, before: "tracking(body: 1)", after: "free"),
      Effect(key: "Ctrl+T", of: camera, before: "tracking(body: 1)", after: "tracking(body: 3)"),
      Effect(key: "Ctrl+A", of: camera, before: "tracking(body: 1)", after: "tracking(body: 1)"),
      Effect(
        key: "PageUp", of: { "\($0.options.selectedBody ?? 0)" }, before: "3", after: "2"),
      Effect(key: "F1", of: panel(.help), before: "false", after: "true"),
      Effect(key: "F2", of: panel(.info), before: "true", after: "false"),
      Effect(key: "Tab", of: panel(.options), before: "false", after: "true"),
      Effect(key: "Shift+Tab", of: panel(.control), before: "false", after: "true"),
      Effect(
        key: "F5", of: requests, before: "[]", after: "[IDQLRender.ViewerState.Request.fullScreen]"),
      Effect(key: "F3", of: panel(.profile), before: "false", after: "true"),
      Effect(key: "F4", of: panel(.observation), before: "false", after: "true"),
      Effect(key: "F7", of: { "\($0.options.labels)" }, before: "none", after: "bodies"),
      Effect(key: "Shift+F4", of: panel(.plots), before: "false", after: "true"),
      Effect(key: "Ctrl+K", of: { "\($0.requests.count)" }, before: "0", after: "1"),
      Effect(key: "Ctrl+Y", of: { "\($0.hasTrail)" }, before: "false", after: "true"),
      Effect(
        key: "Ctrl+R", of: requests, before: "[]", after: "[IDQLRender.ViewerState.Request.film]"),
      Effect(key: "Ctrl+S", of: { "\($0.requests.count)" }, before: "0", after: "1"),
      Effect(
        key: "Ctrl+H", of: { $0.message ?? "" }, before: "",
        after: "The panels are back at their edges."),
      Effect(key: "Ctrl+I", of: { "\($0.theme)" }, before: "dark", after: "light"),
      Effect(key: "Ctrl+M", of: { "\($0.requests.count)" }, before: "0", after: "1"),
      Effect(key: "Ctrl+D", of: { "\($0.requests.count)" }, before: "0", after: "1"),
      // made in memory
      Effect(
        key: "Ctrl+L", of: { $0.message ?? "" }, before: "",
        after: "There is no file to read anew."),
      Effect(key: "F6", of: { "\($0.options.frames)" }, before: "none", after: "world"),
      Effect(key: "F8", of: panel(.candidates), before: "false", after: "true"),
      Effect(key: "F9", of: panel(.futures), before: "false", after: "true"),
      Effect(key: "F10", of: panel(.denoising), before: "false", after: "true"),
      Effect(key: "F11", of: panel(.values), before: "false", after: "true"),
      Effect(key: "F12", of: panel(.whatIf), before: "false", after: "true"),
      Effect(
        key: "Ctrl+P", of: requests, before: "[]",
        after: "[IDQLRender.ViewerState.Request.screenshot]"),
      Effect(
        key: "Ctrl+Q", of: requests, before: "[]", after: "[IDQLRender.ViewerState.Request.quit]"),
      Effect(key: "Ctrl+C", of: { "\($0.requests.count)" }, before: "0", after: "1"),
    ]
      + (1...4).flatMap { number in
        [
          Effect(
            key: "Ctrl+Shift+\(number)", of: { "\($0.keptCameras.keys)" }, before: "[]",
            after: "[\(number)]"),
          Effect(
            key: "Ctrl+\(number)", of: { $0.message ?? "" }, before: "",
            after:
              "No camera is kept as \(number): Ctrl+Shift+\(number) keeps this one."),
        ]
      }
      + SceneOptions.Flag.allCases.map { flag in
        Effect(
          key: String(flag.key), of: { "\($0.options[flag])" }, before: "\(flag.isOnAtFirst)",
          after: "\(!flag.isOnAtFirst)")
      }
      + (0..<6).flatMap { group in
        [
          Effect(
            key: "\(group)", of: { "\($0.options.geomGroups[group])" }, before: "\(group < 3)",
            after: "\(group >= 3)"),
          Effect(
            key: "Shift+\(group)", of: { "\($0.options.siteGroups[group])" },
            before: "\(group < 3)", after: "\(group >= 3)"),
        ]
      }
  }()

  @Test func everyKeyHasAnEffectThatIsTested() {
    #expect(Set(Self.effects.map(\.key)) == Set(KeyBinding.all.map(\.name)))
    #expect(Self.effects.count == KeyBinding.all.count)
  }

  @Test(arguments: effects.indices)
  func aKeyDoesWhatItSays(_ index: Int) throws {
    let effect = Self.effects[index]
    let viewer = try viewer(Fixture.session())
    for _ in 0..<2 { viewer.recording.advance() }
    viewer.seek(to: 1)
    viewer.options.selectedBody = 3
    #expect(effect.of(viewer) == effect.before, "\(effect.key)")
    let binding = try #require(KeyBinding.all.first { $0.name == effect.key })
    viewer.handle(.key(binding.key, binding.modifiers), at: 1)
    #expect(effect.of(viewer) == effect.after, "\(effect.key)")
  }

  // MARK: Further effects

  @Test func camerasGoRound() throws {
    let viewer = try viewer()
    viewer.perform(.escape)
    viewer.perform(.nextCamera)
    #expect(viewer.camera.mode == .fixed(0))
    viewer.perform(.nextCamera)
    #expect(viewer.camera.mode == .free)
  }

  @Test func aFreedCameraStaysWhereItIs() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<30 { viewer.perform(.stepForward) }
    let before = viewer.camera.viewpoint(on: viewer.stage)
    viewer.perform(.escape)
    let after = viewer.camera.viewpoint(on: viewer.stage)
    expectClose(
      after.position.components, before.position.components, within: 1e-12, "position")
  }

  @Test func policyPanelsNeedAPolicy() throws {
    let viewer = try viewer()
    for panel in ViewerPanel.allCases where panel.needsAgent {
      viewer.perform(.panel(panel))
      #expect(!viewer.panels.contains(panel))
    }
    #expect(viewer.message == "The panel What if needs an IDQL policy; this session has none.")
    viewer.update(after: 5)
    #expect(viewer.message == nil)
  }

  @Test func copiedIsTheSeenState() throws {
    let viewer = try viewer()
    for _ in 0..<5 { viewer.perform(.stepForward) }
    viewer.seek(to: 3)
    viewer.perform(.copyState)
    guard case .copy(let text, _)? = viewer.requests.first else { return }
    let state = try JSONDecoder().decode(State.self, from: Data(text.utf8))
    #expect(state == viewer.recording.frame(3).state)
  }

  @Test func backspaceUndoesWhatAHandDid() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<3 { viewer.perform(.stepForward) }
    let untouched = viewer.recording
    viewer.perform(.reset)
    // nothing to undo: what was recorded is kept
    #expect(viewer.recording === untouched && viewer.player.frame == 0)

    viewer.manualAction = [1, 1, 1]
    viewer.perform(.stepForward)
    #expect(viewer.recording.isTouched && viewer.recording.lastFrame == 1)
    viewer.manualAction = nil
    viewer.perform(.reset)
    #expect(viewer.recording !== untouched && !viewer.recording.isTouched)
  }

  // MARK: Mouse

  /// Moves to a place, presses, drags, lets go.
  func drag(
    _ viewer: ViewerState, _ button: ViewerInput.MouseButton, from: (Double, Double),
    by: (Double, Double), _ modifiers: ViewerInput.Modifiers = [], letsGo: Bool = true,
    at time: Double = 10
  ) {
    viewer.handle(.motion(x: from.0, y: from.1, modifiers), at: time)
    viewer.handle(.button(button, isDown: true, modifiers), at: time)
    viewer.handle(.motion(x: from.0 + by.0, y: from.1 + by.1, modifiers), at: time)
    if letsGo { viewer.handle(.button(button, isDown: false, modifiers), at: time) }
  }

  func doubleClick(
    _ viewer: ViewerState, _ button: ViewerInput.MouseButton, at place: (Double, Double),
    _ modifiers: ViewerInput.Modifiers = [], gap: Double = 0.1
  ) {
    viewer.handle(.motion(x: place.0, y: place.1), at: 20)
    for time in [20, 20 + gap] {
      viewer.handle(.button(button, isDown: true, modifiers), at: time)
      viewer.handle(.button(button, isDown: false, modifiers), at: time)
    }
  }

  /// Straight along +y at the height of the balls, 4 m in front of them.
  func sideView(_ viewer: ViewerState) {
    viewer.camera = Camera(
      lookAt: Vector3(0, 0, 1), distance: 4, azimuth: 90, elevation: 0, verticalFieldOfView: 45)
  }

  @Test func draggingMovesTheCamera() throws {
    let viewer = try viewer()
    sideView(viewer)
    let before = viewer.camera
    drag(viewer, .left, from: (400, 300), by: (60, 0))
    #expect(viewer.camera.azimuth == before.azimuth - 18)
    #expect(viewer.camera.lookAt == before.lookAt)
    drag(viewer, .left, from: (400, 300), by: (0, 60))
    #expect(viewer.camera.elevation == before.elevation - 18)

    sideView(viewer)
    drag(viewer, .right, from: (400, 300), by: (60, 30))
    #expect(viewer.camera.lookAt.x < 0 && viewer.camera.lookAt.z > 1)
    #expect(abs(viewer.camera.lookAt.y) < 1e-12)
    sideView(viewer)
    drag(viewer, .right, from: (400, 300), by: (60, 30), .shift, at: 11)
    #expect(viewer.camera.lookAt.x < 0 && viewer.camera.lookAt.z == 1)
    #expect(viewer.camera.lookAt.y > 0)

    sideView(viewer)
    drag(viewer, .middle, from: (400, 300), by: (0, 60))
    #expect(viewer.camera.distance < 4)
    sideView(viewer)
    viewer.handle(.scroll(1), at: 0)
    let scrolled = viewer.camera.distance
    viewer.handle(.scroll(-1), at: 0)
    #expect(scrolled > 4 && viewer.camera.distance < scrolled)

    // without a button nothing moves
    let still = viewer.camera
    viewer.handle(.motion(x: 0, y: 0), at: 0)
    #expect(viewer.camera == still)
  }

  /// Where in the window a point is seen.
  func pixel(_ viewer: ViewerState, _ point: Vector3) throws -> (Double, Double) {
    let place = try #require(
      viewer.camera.viewpoint(on: viewer.stage).project(point, aspect: viewer.aspect))
    return ((place.x + 1) / 2 * 800, (1 - place.y) / 2 * 600)
  }

  @Test func doubleClicksSelect() throws {
    let viewer = try viewer()
    sideView(viewer)
    let child = try pixel(viewer, Vector3(0.6, 0, 1))
    doubleClick(viewer, .left, at: child)
    #expect(viewer.options.selectedBody == 2)
    doubleClick(viewer, .left, at: (400, 300))
    #expect(viewer.options.selectedBody == 1)
    // two slow clicks are none
    doubleClick(viewer, .left, at: child, gap: 0.4)
    #expect(viewer.options.selectedBody == 1)
    // the sky
    doubleClick(viewer, .left, at: (400, 5))
    #expect(viewer.options.selectedBody == nil)

    doubleClick(viewer, .right, at: child, .control)
    #expect(viewer.camera.mode == .tracking(body: 2))
    sideView(viewer)
    doubleClick(viewer, .right, at: child)
    #expect(viewer.camera.mode == .free)
    // the front of the ball
    expectClose(
      viewer.camera.lookAt.components, [0.58, -0.19, 1], within: 0.03)
  }

  @Test func pullingFollowsTheMouse() throws {
    let viewer = try viewer()
    sideView(viewer)
    let center = try pixel(viewer, Vector3(0, -0.2, 1))
    doubleClick(viewer, .left, at: center)
    #expect(viewer.options.selectedBody == 1)
    drag(viewer, .right, from: center, by: (90, 0), .control, letsGo: false)
    let target = try #require(viewer.perturbation?.target)
    // what was under the mouse still is
    let seen = try pixel(viewer, target)
    expectClose([seen.0, seen.1], [center.0 + 90, center.1], within: 1e-9)
    #expect(viewer.scene.shapes.contains { $0.source == .decoration })

    viewer.player.isPaused = false
    for _ in 0..<60 { viewer.update(after: 1.0 / 60) }
    let reached = viewer.recording.frame(viewer.player.frame).state.position[0]
    #expect(reached > 0.5 * target.x && viewer.recording.isTouched)
    viewer.handle(.button(.right, isDown: false, .control), at: 30)
    #expect(viewer.perturbation == nil)
  }

  @Test func turningTurns() throws {
    let viewer = try viewer()
    sideView(viewer)
    doubleClick(viewer, .left, at: try pixel(viewer, Vector3(0.6, 0, 1)))
    // along +x, so that a drag down turns about the hinge
    viewer.camera.azimuth = 0
    drag(viewer, .left, from: (400, 300), by: (0, 80), .control, letsGo: false)
    #expect(viewer.perturbation?.orientation != nil && viewer.perturbation?.target == nil)
    viewer.player.isPaused = false
    for _ in 0..<30 { viewer.update(after: 1.0 / 60) }
    #expect(abs(viewer.recording.frame(viewer.player.frame).state.position[1]) > 0.05)
    // a camera drag without Ctrl afterwards
    viewer.handle(.button(.left, isDown: false), at: 31)
    drag(viewer, .left, from: (400, 300), by: (60, 0), at: 40)
    #expect(viewer.perturbation == nil)
  }

  @Test func aHandInThePastRewritesWhatFollows() throws {
    let viewer = try viewer()
    for _ in 0..<50 { viewer.perform(.stepForward) }
    viewer.seek(to: 20)
    viewer.manualAction = [1]
    viewer.player.isPaused = false
    viewer.update(after: 0.01)
    #expect(viewer.recording.revision == 1 && viewer.recording.lastFrame < 50)
    #expect(viewer.recording.frame(20).step?.action == [1])
    #expect(viewer.recording.frame(19).step?.action == [0])
  }

  // MARK: A hand while nothing runs

  static let twoFreeBodies = """
    <mujoco model="free"><worldbody>
      <geom type="plane" size="5 5 1"/>
      <body name="free" pos="0 0 1"><freejoint/>
        <geom type="box" size="0.2 0.2 0.2"/>
        <body name="arm" pos="0.6 0 0"><joint axis="0 1 0"/><geom type="sphere" size="0.15"/></body>
      </body>
    </worldbody></mujoco>
    """

  /// As simulate does: the whole robot goes where the hand takes the body, and nothing else changes.
  @Test func aPausedFreeRobotIsPutWhereTheHandIs() throws {
    let viewer = try viewer(Session(model: Fixture.model(Self.twoFreeBodies)))
    for _ in 0..<5 { viewer.perform(.stepForward) }
    viewer.seek(to: 3)
    sideView(viewer)
    let before = viewer.recording.frame(3)
    let center = try pixel(viewer, viewer.stage.frame(ofBody: 2).origin)
    doubleClick(viewer, .left, at: center)
    #expect(viewer.options.selectedBody == 2)
    let held = viewer.stage.frame(ofBody: 2).origin
    drag(viewer, .right, from: center, by: (60, -30), .control)
    let after = viewer.recording.frame(3)
    #expect(viewer.recording.lastFrame == 3 && viewer.player.frame == 3)
    #expect(viewer.recording.isTouched && viewer.perturbation == nil)

    // along the picture's plane, by what those pixels are at the grip, 0.15 m nearer than the middle
    let moved = viewer.stage.frame(ofBody: 2).origin - held
    let view = viewer.camera.viewpoint(on: viewer.stage)
    let height = 2 * view.tangent * (held - view.position).dot(view.forward)
    #expect(abs(moved.y) < 1e-12)
    // 5 %: the grip is on the front of the ball
    #expect(abs(moved.x / (height * 60 / 600) - 1) < 0.05)
    #expect(abs(moved.z / (height * 30 / 600) - 1) < 0.05)
    // the arm stays bent as it was, and everything keeps its velocity
    #expect(Array(after.state.position[3...]) == Array(before.state.position[3...]))
    #expect(after.state.velocity == before.state.velocity)
    #expect(after.state.time == before.state.time && after.stepCount == 3)

    // the next step goes on from there
    viewer.perform(.stepForward)
    let next = viewer.recording.frame(4).state.position
    #expect(abs(next[0] - after.state.position[0]) < 0.02 && next[0] != before.state.position[0])
  }

  @Test func aPausedFreeRobotIsTurnedAboutTheHeldBody() throws {
    let viewer = try viewer(Session(model: Fixture.model(Self.twoFreeBodies)))
    sideView(viewer)
    let place = viewer.stage.frame(ofBody: 2)
    doubleClick(viewer, .left, at: try pixel(viewer, place.origin))
    drag(viewer, .left, from: (400, 300), by: (0, 150), .control)
    let turned = viewer.stage.frame(ofBody: 2)
    #expect(turned.centerOfMass.distance(to: place.centerOfMass) < 1e-12)
    // a quarter of the height is an eighth of a turn, about the picture's horizontal
    let wanted = Quaternion(axis: Vector3(1, 0, 0), angle: .pi / 4)
    #expect(turned.rotation.zAxis.distance(to: wanted.rotate(Vector3(0, 0, 1))) < 1e-12)
    #expect(turned.rotation.xAxis.distance(to: Vector3(1, 0, 0)) < 1e-12)
    #expect(viewer.stage.frame(ofBody: 1).origin.distance(to: Vector3(0, 0, 1)) < 1e-12)
  }

  @Test func aPausedRobotThatIsNotFreeWaits() throws {
    let viewer = try viewer()
    sideView(viewer)
    let center = try pixel(viewer, Vector3(0, -0.2, 1))
    doubleClick(viewer, .left, at: center)
    drag(viewer, .right, from: center, by: (60, 0), .control, letsGo: false)
    #expect(
      viewer.message == "Paused: a body without a free joint can be pulled after Space.")
    #expect(!viewer.recording.isTouched && viewer.recording.frame(0).state.position == [0, 0])
    viewer.perform(.pause)
    for _ in 0..<30 { viewer.update(after: 1.0 / 60) }
    #expect(viewer.recording.isTouched && viewer.stage.frame(ofBody: 1).origin.x > 0.01)
  }

  @Test func theHandAndItsForceAreShown() throws {
    let viewer = try viewer()
    sideView(viewer)
    let center = try pixel(viewer, Vector3(0, -0.2, 1))
    doubleClick(viewer, .left, at: center)
    drag(viewer, .right, from: center, by: (60, 0), .control, letsGo: false)
    func marks() -> [Shape.Kind] {
      viewer.scene.shapes.filter { $0.source == .decoration }.map(\.kind)
    }
    #expect(marks() == [.capsule, .sphere])
    viewer.handle(.key(.character("B")), at: 11)
    #expect(marks() == [.capsule, .sphere, .arrow])
    viewer.handle(.key(.character("O")), at: 12)
    #expect(marks() == [.arrow])
    // it pulls to the right
    let arrow = try #require(viewer.scene.shapes.last)
    #expect(arrow.orientation.rotate(Vector3(0, 0, 1)).x > 0.9)
  }

  // MARK: Names, files, figures

  @Test func namesStandOverWhatTheyName() throws {
    let viewer = try viewer()
    sideView(viewer)
    #expect(viewer.labels.isEmpty)
    func texts(_ labels: SceneOptions.Labels) -> [String] {
      viewer.options.labels = labels
      return viewer.labels.map(\.text)
    }
    #expect(texts(.bodies) == ["parent", "child"])
    let child = try pixel(viewer, Vector3(0.6, 0, 1))
    expectClose([viewer.labels[1].x, viewer.labels[1].y], [child.0, child.1], within: 1e-9)
    #expect(texts(.joints) == ["slide", "hinge"])
    #expect(texts(.geoms) == ["floor", "geom 1", "geom 2"])
    #expect(texts(.sites) == [] && texts(.cameras) == ["side"])
    #expect(texts(.actuators) == ["actuator 0"])
    #expect(texts(.selection) == [] && texts(.contacts) == [] && texts(.forces) == [])
    viewer.options.selectedBody = 2
    #expect(texts(.selection) == ["child"])
    // what is behind the eye has no place in the picture
    viewer.camera.azimuth = -90
    viewer.camera.lookAt = Vector3(0, -20, 1)
    #expect(texts(.bodies) == [])
  }

  @Test func contactsAndForcesAreNamed() throws {
    let environment = try movedEnvironment("Ant-v4", steps: 60)
    let stage = stage(of: environment)
    var options = SceneOptions()
    options.labels = .contacts
    let contacts = stage.labels(options)
    #expect(contacts.count == stage.contacts.count && !contacts.isEmpty)
    #expect(contacts.allSatisfy { $0.text.hasPrefix("floor on ") })
    options.labels = .forces
    let forces = stage.labels(options)
    let sum = stage.contacts.compactMap { stage.force(of: $0)?.length }
    #expect(forces.map(\.text) == sum.map { "\($0.text(decimals: 1)) N" })
  }

  @Test func theModelAndItsDataAreWrittenDown() throws {
    let viewer = try viewer()
    viewer.perform(.printModel)
    viewer.perform(.stepForward)
    viewer.perform(.printData)
    guard case .save(let model, "model", "txt")? = viewer.requests.first,
      case .save(let data, "data", "txt")? = viewer.requests.last
    else {
      Issue.record("\(viewer.requests)")
      return
    }
    #expect(model.hasPrefix("model balls, physics mujoco4, Euler, timestep 0.002 s, gravity "))
    #expect(model.contains("\nbody 2 'child': parent 1, mass "))
    #expect(model.contains("\njoint 1 'hinge': hinge of body 2, axis (0.0, 1.0, 0.0), "))
    #expect(model.contains("\nactuator 0 '': joint 0, gear 10.0, control -1.0 to 1.0\n"))
    #expect(data.hasPrefix("time 0.002 s\nposition 0: 0.0\n"))
    let velocity = viewer.recording.frame(1).state.velocity
    #expect(data.contains("\ndegree of freedom 1: velocity \(velocity[1]), acceleration "))
    #expect(data.contains("\nbody 1 'parent': origin (0.0, 0.0, 1.0) m, centre of mass "))
  }

  @Test func theProfileCountsWhatIsSeen() throws {
    let viewer = try viewer(
      Session(title: "", pilot: .none) { try makeEnvironment(id: "Ant-v4") })
    viewer.update(after: 0.01)
    #expect(viewer.profile.samples.isEmpty)
    viewer.perform(.panel(.profile))
    viewer.profile.drawing = 0.25
    viewer.player.isPaused = false
    for _ in 0..<Profile.limit + 20 { viewer.update(after: 0.02) }
    #expect(viewer.profile.samples.count == Profile.limit)
    let last = try #require(viewer.profile.samples.last)
    #expect(last.contacts == viewer.stage.contacts.count && last.contacts > 0)
    // frictional contacts have four rows each, and joints at their limits one
    #expect(last.rows == viewer.stage.rowCount && last.rows >= 4 * last.contacts)
    #expect(last.drawing == 0.25 && last.work > 0)
  }

  @Test func whatIsOnDiskIsReadAnew() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/balls.xml"
      func write(_ text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
      }
      try write(Fixture.twoBalls)
      let viewer = try viewer(
        Session(from: { Session(model: try Model(contentsOf: path, profile: .mujoco4)) }))
      viewer.perform(.nextCamera)
      viewer.perform(.stepForward)
      viewer.options.selectedBody = 2
      try write(Self.twoFreeBodies)
      viewer.perform(.reload)
      #expect(viewer.message == "Read anew.")
      #expect(viewer.stage.model.name == "free" && viewer.player.frame == 0)
      #expect(viewer.recording.environment.spec.id == "free")
      // the camera it looked through is gone
      #expect(viewer.camera.mode == .tracking(body: 1) && viewer.options.selectedBody == nil)

      // a file that cannot be read changes nothing
      try write("<mujoco><worldbody><geom size='-1'/></worldbody></mujoco>")
      viewer.perform(.stepForward)
      let recording = viewer.recording
      viewer.perform(.reload)
      #expect(viewer.message?.contains("balls.xml:1") == true, "\(viewer.message ?? "")")
      #expect(viewer.recording === recording && viewer.player.frame == 1)
      // and once it is right again, it is read
      try write(Fixture.twoBalls)
      viewer.perform(.reload)
      #expect(viewer.stage.model.name == "balls")
    }
  }

  // MARK: Window

  @Test func aMinimisedWindowDoesNoHarm() throws {
    let viewer = try viewer()
    viewer.handle(.resize(width: 0, height: 0), at: 0)
    viewer.player.isPaused = false
    viewer.update(after: 0.1)
    drag(viewer, .left, from: (0, 0), by: (10, 10))
    doubleClick(viewer, .left, at: (0, 0))
    #expect(viewer.scene.shapes.count > 0 && viewer.player.frame > 0)
    viewer.handle(.resize(width: 1280, height: 720), at: 0)
    #expect(viewer.width == 1280 && viewer.height == 720)
  }

  // MARK: Insight

  @Test func panelsShowTheSeenFrame() throws {
    let viewer = try viewer(Fixture.session())
    #expect(viewer.insight.deliberation == nil)
    for _ in 0..<4 { viewer.perform(.stepForward) }
    viewer.panels = [.candidates, .denoising, .values, .futures]
    viewer.insight.question.horizon = 3
    viewer.seek(to: 2)
    viewer.update(after: 1.0 / 60)
    viewer.insight.finishFutures()
    #expect(viewer.insight.deliberation?.frame == 2)
    #expect(viewer.insight.denoising?.last == viewer.insight.deliberation?.candidates)
    #expect(viewer.insight.values.rewards.count == 4)
    #expect(viewer.insight.futures?.frame == 2)
    // a ghost and a path for each of the futures
    let shapes = viewer.scene.shapes.filter { $0.source == .decoration }
    let futures = try #require(viewer.insight.futures?.futures)
    #expect(shapes.count == futures.count * (4 + 3))
    viewer.panels = []
    viewer.update(after: 1.0 / 60)
    #expect(viewer.scene.shapes.allSatisfy { $0.source != .decoration })
  }

  @Test func aBranchWalksBesideTheOriginal() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<10 { viewer.perform(.stepForward) }
    viewer.seek(to: 5)
    viewer.insight.change = WhatIfChange(action: [-1, -1, -1], actionSteps: 5)
    viewer.insight.startWhatIf(viewer)
    for _ in 0..<5 {
      viewer.perform(.stepForward)
      viewer.update(after: 1.0 / 60)
    }
    let branch = try #require(viewer.insight.whatIf)
    #expect(branch.start == 5 && branch.recording.lastFrame >= 10)
    #expect(branch.firstDifferentFrame == 6)
    #expect(viewer.scene.shapes.filter { $0.source == .decoration }.count == 4)
    viewer.seek(to: 4)
    viewer.update(after: 1.0 / 60)
    // before the branch left, there is one robot only
    #expect(viewer.scene.shapes.allSatisfy { $0.source != .decoration })
    // a hand that acts after the branch has left changes the original, one before it makes another
    func act(at frame: Int) {
      viewer.seek(to: frame)
      viewer.manualAction = [1, 1, 1]
      viewer.perform(.stepForward)
      viewer.manualAction = nil
    }
    act(at: 5)
    #expect(viewer.insight.whatIf === branch)
    act(at: 4)
    #expect(viewer.insight.whatIf == nil)
    viewer.insight.startWhatIf(viewer)
    viewer.perform(.nextEpisode)
    #expect(viewer.insight.whatIf == nil)
  }

  // MARK: Any order of any keys

  /// Everything at random for a while: it never stops the program, and where no hand was laid on the
  /// episode its hash is what it is without a viewer.
  @Test func randomInputsLeaveTheEpisodeAlone() throws {
    let session = try Fixture.session()
    let viewer = try viewer(session)
    viewer.insight.question.horizon = 2
    var state: UInt64 = 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let calm = KeyBinding.all.filter {
      ![.nextEpisode, .previousEpisode].contains($0.command)
    }
    var furthest = 0
    for turn in 0..<600 {
      switch random(6) {
      case 0:
        drag(
          viewer, [.left, .middle, .right][random(3)],
          from: (Double(random(800)), Double(random(600))),
          by: (Double(random(200) - 100), Double(random(200) - 100)), at: Double(turn))
      case 1: viewer.handle(.scroll(Double(random(5) - 2)), at: Double(turn))
      case 2: viewer.seek(to: random(30))
      default:
        let binding = calm[random(calm.count)]
        viewer.handle(.key(binding.key, binding.modifiers), at: Double(turn))
      }
      if viewer.recording.lastFrame < 40 { viewer.update(after: 0.01) }
      _ = viewer.scene
      furthest = max(furthest, viewer.recording.lastFrame)
    }
    #expect(!viewer.recording.isTouched && viewer.recording.revision == 0)
    let quiet = try session.recording(of: 0)
    while quiet.lastFrame < viewer.recording.lastFrame { quiet.advance() }
    #expect(quiet.hash == viewer.recording.hash && furthest > 0)
  }
}
