import Foundation
import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

/// Cameras that are kept, the way of the robot, plots, tables and dropped files.
@Suite struct ViewerFeatureTests {
  func viewer(_ session: Session? = nil) throws -> ViewerState {
    let viewer = try ViewerState(session ?? Session(model: Fixture.model()), isPaused: true)
    viewer.handle(.resize(width: 800, height: 600), at: 0)
    return viewer
  }

  func press(_ name: String, in viewer: ViewerState) throws {
    let binding = try #require(KeyBinding.all.first { $0.name == name })
    viewer.handle(.key(binding.key, binding.modifiers), at: 0)
  }

  // MARK: Cameras

  @Test func camerasAreKept() throws {
    let viewer = try viewer(Fixture.session())
    let first = viewer.camera
    try press("Ctrl+Shift+2", in: viewer)
    viewer.handle(.scroll(4), at: 0)
    try press("Esc", in: viewer)
    #expect(viewer.camera != first)
    try press("Ctrl+2", in: viewer)
    #expect(viewer.camera == first && viewer.message == "Camera 2.")
    // one that the next model does not have
    viewer.camera.mode = .fixed(0)
    try press("Ctrl+Shift+1", in: viewer)
    try viewer.adopt(
      Session(model: Fixture.model(ViewerFeedbackTests.exploding)), episode: 0)
    try press("Ctrl+1", in: viewer)
    #expect(viewer.message?.hasPrefix("No camera is kept as 1") == true)
  }

  /// The options say where the camera is, to five digits.
  @Test func cameraIsCopiedAsOptions() throws {
    let viewer = try viewer()
    viewer.camera = Camera(
      lookAt: Vector3(1, -2.5, 0.123456), distance: 4, azimuth: 90, elevation: -20)
    try press("Ctrl+K", in: viewer)
    guard case .copy(let free, let message)? = viewer.requests.last else {
      Issue.record("\(viewer.requests)")
      return
    }
    let numbers = free.split(whereSeparator: { " ,".contains($0) }).compactMap { Double($0) }
    expectClose(numbers, [1, -2.5, 0.12346, 90, -20, 4], within: 1e-9)
    #expect(free.hasPrefix("--look-at ") && message == "Copied: \(free)")
    viewer.camera.mode = .fixed(0)
    #expect(viewer.camera.options(for: viewer.stage) == "--camera 'side'")
    viewer.camera.mode = .tracking(body: 1)
    #expect(viewer.camera.options(for: viewer.stage).hasPrefix("--camera follow --azimuth 90"))
  }

  // MARK: The way of the robot

  @Test(arguments: ["antmaze-umaze-v2", "pointmaze-medium-navigate-v0", "Hopper-v4"])
  func theTrailGoesWhereTheRobotWent(_ id: String) throws {
    let viewer = try viewer(Session(title: id, pilot: .none) { try makeEnvironment(id: id) })
    let count = viewer.recording.environment.spec.actionCount
    viewer.manualAction = (0..<count).map { $0 % 2 == 0 ? 0.8 : -0.5 }
    for _ in 0..<40 { viewer.perform(.stepForward) }
    let without = viewer.scene.shapes.count
    viewer.perform(.trail)
    let trail = Array(viewer.scene.shapes.dropFirst(without))
    #expect(trail.count > 20 && trail.count <= 40)
    // its end is where the robot's first body is
    let body = try #require(viewer.stage.model.bodies.firstIndex { $0.weld != 0 })
    let end = try #require(trail.last)
    let half = end.orientation.rotate(Vector3(0, 0, end.size.y))
    let origin = viewer.stage.frame(ofBody: body).origin
    // sums of rounded products
    #expect((end.position + half - origin).length < 1e-9)
    viewer.seek(to: 0)
    #expect(viewer.scene.shapes.count == without)
  }

  @Test func aLongTrailHasFewSegments() throws {
    let viewer = try viewer(
      Session(title: "", pilot: .none) { try makeEnvironment(id: "pointmaze-medium-navigate-v0") })
    viewer.manualAction = [1, 0.3]
    for _ in 0..<1500 { viewer.recording.advance(action: viewer.manualAction) }
    let without = viewer.scene.shapes.count
    viewer.hasTrail = true
    viewer.seek(to: 1500)
    #expect(viewer.scene.shapes.count - without <= 601)
  }

  // MARK: Plots and tables

  @Test func everyNumberOfTheEpisodeIsThere() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<25 { viewer.perform(.stepForward) }
    let quantities = viewer.insight.quantities
    let recording = viewer.recording
    let spec = recording.environment.spec
    // torso, thigh, leg and foot feel contacts
    #expect(
      quantities.entries.count == spec.observation.count + spec.action.count + 1 + 4)
    #expect(quantities.entries[0].name.hasSuffix("]"), "\(quantities.entries[0].name)")
    quantities.follow(recording)
    for entry in quantities.entries {
      let values = quantities.values(of: entry.quantity, recording)
      #expect(values.count == 26)
      for (number, value) in values.enumerated() {
        let frame = recording.frame(number)
        switch entry.quantity {
        case .observation(let index): #expect(value == Float(frame.observation[index]))
        case .action(let index):
          let taken = frame.step?.action[index]
          #expect(taken.map { value == Float($0) } ?? value.isNaN)
        case .reward:
          let paid = frame.step?.transition.reward
          #expect(paid.map { value == Float($0) } ?? value.isNaN)
        case .contactForce: #expect(value >= 0)
        }
      }
    }
  }

  /// A ball at rest is carried by its weight.
  @Test func contactForcesAreThoseOfTheScene() throws {
    let model = """
      <mujoco><worldbody><geom type="plane" size="5 5 1"/>
        <body name="ball" pos="0 0 0.0999"><freejoint/><geom type="sphere" size="0.1" mass="2"/></body>
      </worldbody></mujoco>
      """
    let viewer = try viewer(Session(model: Fixture.model(model)))
    for _ in 0..<1500 { viewer.recording.advance() }
    let quantities = viewer.insight.quantities
    quantities.follow(viewer.recording)
    let force = quantities.values(of: .contactForce(body: 1), viewer.recording)
    // settled to a thousandth after three seconds
    let last = try #require(force.last)
    #expect(abs(last - 2 * 9.81) < 0.02, "\(last)")
    // the same at any time, by parts or at once
    viewer.seek(to: 700)
    viewer.panels = [.plots]
    #expect(viewer.stillTime == .infinity)
    viewer.recording.advance(action: nil)
    #expect(viewer.stillTime == 0)
    viewer.update(after: 0.01)
    #expect(viewer.stillTime == .infinity)
  }

  @Test func theTableHasALineForEachFrame() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<3 { viewer.perform(.stepForward) }
    try press("Ctrl+S", in: viewer)
    guard case .save(let text, "episode", "csv")? = viewer.requests.last else {
      Issue.record("\(viewer.requests)")
      return
    }
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let names = viewer.insight.quantities.entries.map(\.name)
    #expect(lines.count == 1 + 4 && lines.allSatisfy { $0.count == 2 + names.count })
    #expect(lines[0][..<2] == ["frame", "time [s]"])
    for (number, line) in lines.dropFirst().enumerated() {
      let frame = viewer.recording.frame(number)
      #expect(line[0] == "\(number)" && Double(line[1]) == frame.state.time)
      // to the bit
      let observed = line[2..<2 + frame.observation.count].compactMap { Double($0) }
      #expect(observed == frame.observation)
      let first = 2 + frame.observation.count
      let done = line[first..<first + 3].compactMap { Double($0) }
      #expect(done == frame.step?.action ?? [])
    }
  }

  // MARK: Dropped files

  @Test func aDroppedFileIsARequest() throws {
    let viewer = try viewer()
    viewer.handle(.drop("a.xml"), at: 0)
    #expect(viewer.requests == [.open("a.xml")])
  }

  @Test func anotherSessionReplacesTheFirst() throws {
    let viewer = try viewer(Fixture.session())
    viewer.panels = [.info, .candidates]
    viewer.options.selectedBody = 3
    viewer.perform(.stepForward)
    try viewer.adopt(Session(model: Fixture.model()), episode: 0)
    #expect(viewer.stage.model.name == "balls" && viewer.player.frame == 0)
    #expect(viewer.panels == [.info] && viewer.options.selectedBody == nil)
    let recording = viewer.recording
    let broken = Session(title: "", pilot: .none) { throw ViewerFeedbackTests.Trouble() }
    #expect(throws: ViewerFeedbackTests.Trouble.self) { try viewer.adopt(broken, episode: 0) }
    #expect(viewer.recording === recording)
  }
}
