import Foundation
import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

/// What the user is told, and when pictures are drawn.
@Suite struct ViewerFeedbackTests {
  func viewer(_ session: Session? = nil, isPaused: Bool = true) throws -> ViewerState {
    let viewer = try ViewerState(session ?? Session(model: Fixture.model()), isPaused: isPaused)
    viewer.handle(.resize(width: 800, height: 600), at: 0)
    return viewer
  }

  struct Trouble: Error, CustomStringConvertible { let description = "No room on the disk." }

  @Test func anErrorIsAMessage() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<6 { viewer.perform(.stepForward) }
    viewer.seek(to: 3)
    viewer.insight.startWhatIf(viewer)
    let (recording, branch) = (viewer.recording, viewer.insight.whatIf)
    viewer.attempt { throw Trouble() }
    #expect(viewer.message == "No room on the disk.")
    #expect(viewer.recording === recording && viewer.insight.whatIf === branch)
    #expect(branch != nil && viewer.player.frame == 3)
  }

  @Test func longMessagesStayLonger() throws {
    let viewer = try viewer()
    viewer.show("short")
    viewer.update(after: 4.1)
    #expect(viewer.message == nil)
    viewer.show(String(repeating: "long ", count: 40))
    viewer.update(after: 11.9)
    #expect(viewer.message != nil)
    viewer.rest(for: 0.2)
    #expect(viewer.message == nil)
  }

  @Test(arguments: [
    ("S", "Shadows: off."), ("C", "Contacts: on."), ("F6", "Axes: world."),
    ("F7", "Names: bodies."), ("-", "Speed: 80 % of real time."),
    ("]", "Camera: side."), ("Esc", "Camera: free."),
    ("Ctrl+E", "At the end of an episode: again."),
    ("0", "Geoms of group 0: hidden."), ("3", "Geoms of group 3: shown; there are none."),
    ("Shift+0", "Sites of group 0: hidden; there are none."),
    ("PageUp", "No body is selected; a double click does that."),
  ])
  func aToggleSaysWhatIsNow(_ key: String, _ message: String) throws {
    let viewer = try viewer()
    let binding = try #require(KeyBinding.all.first { $0.name == key })
    viewer.handle(.key(binding.key, binding.modifiers), at: 0)
    #expect(viewer.message == message)
  }

  @Test func escapeClosesTheHelpFirst() throws {
    let viewer = try viewer(Fixture.session())
    let mode = viewer.camera.mode
    viewer.perform(.panel(.help))
    viewer.handle(.key(.escape), at: 0)
    #expect(!viewer.panels.contains(.help) && viewer.camera.mode == mode && mode != .free)
    viewer.handle(.key(.escape), at: 1)
    #expect(viewer.camera.mode == .free)
  }

  @Test func aHandIsToldOf() throws {
    let viewer = try viewer(Fixture.session())
    viewer.manualAction = [1, 1, 1]
    viewer.perform(.stepForward)
    #expect(viewer.message?.hasPrefix("This episode was changed by hand") == true)
    viewer.show("other")
    viewer.perform(.stepForward)
    #expect(viewer.message == "other")
    // where nobody's outcome is spoiled nothing is said
    let alone = try self.viewer()
    alone.manualAction = [1]
    alone.perform(.stepForward)
    #expect(alone.recording.isTouched && alone.message == nil)
  }

  // MARK: The end

  /// Plays until the player stands still or the episode changes.
  func playOut(_ viewer: ViewerState) {
    let recording = viewer.recording
    viewer.player.isPaused = false
    for _ in 0..<2000 where !viewer.player.isPaused && viewer.recording === recording {
      viewer.update(after: 0.1)
    }
  }

  @Test func theEndIsToldAndSpaceBeginsAgain() throws {
    let viewer = try viewer(Fixture.session())
    playOut(viewer)
    let episode = try #require(viewer.recording.episode)
    let message = try #require(viewer.message)
    #expect(viewer.isAtEnd && viewer.player.isPaused)
    #expect(
      message.hasPrefix("Episode 0: ended after \(episode.length) steps, return "), "\(message)")
    #expect(message.hasSuffix("Space: again; Ctrl+Right: next episode."))
    viewer.perform(.pause)
    #expect(viewer.player.frame == 0 && !viewer.player.isPaused)
  }

  @Test func anEpisodeIsPlayedAgainOrTheNext() throws {
    let viewer = try viewer(Fixture.session())
    viewer.perform(.ending)
    let recording = viewer.recording
    viewer.player.isPaused = false
    var jumps = 0
    for _ in 0..<400 where jumps < 2 {
      let before = viewer.player.frame
      viewer.update(after: 0.1)
      if viewer.player.frame < before { jumps += 1 }
    }
    #expect(jumps == 2 && viewer.recording === recording && !viewer.player.isPaused)
    viewer.perform(.ending)
    #expect(viewer.ending == .next)
    for number in 1...3 {
      playOut(viewer)
      #expect(viewer.recording.index == number && !viewer.player.isPaused)
      #expect(viewer.message?.hasPrefix("Episode \(number - 1): ") == true)
    }
    viewer.perform(.ending)
    #expect(viewer.ending == .stop)
  }

  static let exploding = """
    <mujoco model="explodes"><option timestep="0.1" integrator="Euler"/><worldbody>
      <body pos="0 0 1"><joint type="hinge" axis="0 1 0" damping="-50" stiffness="100000"/>
        <geom type="capsule" fromto="0 0 0 .5 0 0" size=".05"/></body>
    </worldbody></mujoco>
    """

  @Test func divergenceIsTold() throws {
    let viewer = try viewer(Session(model: Fixture.model(Self.exploding)))
    viewer.manualAction = nil
    playOut(viewer)
    #expect(viewer.isDiverged && viewer.player.isPaused)
    let message = try #require(viewer.message)
    #expect(message.hasPrefix("The simulation diverged at "), "\(message)")
    #expect(message.hasSuffix("numbers. Backspace: back to the start."), "\(message)")
  }

  // MARK: Pictures

  @Test func aPausedWindowWaits() throws {
    let viewer = try viewer()
    var pacing = Pacing()
    for _ in 0..<Pacing.settling {
      #expect(pacing.patience(of: viewer) == 0)
      pacing.noteDrawn()
    }
    #expect(pacing.patience(of: viewer) == .infinity)
    viewer.show("for a while")
    #expect(pacing.patience(of: viewer) == 4)
    viewer.rest(for: 1)
    #expect(pacing.patience(of: viewer) == 3)
    viewer.rest(for: 3)
    #expect(pacing.patience(of: viewer) == .infinity)
    viewer.perform(.pause)
    #expect(pacing.patience(of: viewer) == 0)
    viewer.perform(.pause)
    pacing.noteChange()
    #expect(pacing.patience(of: viewer) == 0)
  }

  @Test func aWindowWaitsForFuturesAndBranches() throws {
    let viewer = try viewer(Fixture.session())
    for _ in 0..<9 { viewer.perform(.stepForward) }
    viewer.seek(to: 1)
    viewer.insight.startWhatIf(viewer)
    viewer.seek(to: 9)
    #expect(viewer.stillTime == 0)
    for _ in 0..<5 { viewer.update(after: 0.01) }
    #expect(viewer.stillTime == .infinity)
    viewer.panels = [.futures]
    viewer.insight.question.horizon = 2
    viewer.update(after: 0.01)
    // a twentieth of a second at most until the answer is seen
    #expect(viewer.stillTime <= 0.05 || viewer.insight.futures != nil)
    viewer.insight.finishFutures()
    #expect(viewer.insight.futures != nil && viewer.stillTime == .infinity)
  }

  @Test func theRateIsWhatWasDrawn() {
    var rate = PictureRate()
    #expect(rate.perSecond == nil)
    rate.add(at: 10)
    #expect(rate.perSecond == nil)
    for i in 1...200 { rate.add(at: 10 + Double(i) / 50) }
    // sums of fiftieths round
    #expect(abs((rate.perSecond ?? 0) - 50) < 1e-9)
    // two pictures after a long rest
    rate.add(at: 100)
    #expect(rate.perSecond == nil)
    rate.add(at: 100.25)
    #expect(rate.perSecond == 4)
  }

  // MARK: Double clicks

  /// At 4 pictures a second both presses may be noticed a whole picture apart.
  @Test func doubleClicksWorkAtLowRates() throws {
    func selected(_ presses: [(earliest: Double, latest: Double, x: Double)]) throws -> Int? {
      let viewer = try viewer()
      viewer.camera = Camera(
        lookAt: Vector3(0, 0, 1), distance: 4, azimuth: 90, elevation: 0, verticalFieldOfView: 45)
      for press in presses {
        viewer.handle(.motion(x: press.x, y: 300), at: press.latest)
        for isDown in [true, false] {
          viewer.handle(
            .button(.left, isDown: isDown), at: press.latest, notBefore: press.earliest)
        }
      }
      return viewer.options.selectedBody
    }
    #expect(try selected([(0.9, 1, 400), (1, 1.3, 400)]) == 1)
    #expect(try selected([(1, 1, 400), (1.1, 1.1, 404)]) == 1)
    // with half a second between them for certain
    #expect(try selected([(0.9, 1, 400), (1.5, 1.8, 400)]) == nil)
    // elsewhere
    #expect(try selected([(1, 1, 400), (1.1, 1.1, 420)]) == nil)
  }

  // MARK: Cameras and limbs

  @Test func followingInAntsoccerShowsTheRobot() throws {
    let environment = try makeEnvironment(id: "antsoccer-arena-navigate-v0")
    let stage = Stage(model: environment.simulation.model)
    stage.place(environment.simulation.state)
    let maze = Camera(framing: stage)
    let near = Camera(following: stage)
    #expect(stage.hasWalls && maze.mode == .free)
    let body = try #require(stage.model.bodies.firstIndex { $0.weld != 0 })
    #expect(near.mode == .tracking(body: body))
    // the robot's own height of 1.5 m and its surroundings, not 20 m of arena
    #expect(near.distance < 0.4 * maze.distance, "\(near.distance) of \(maze.distance)")
    let robot = try #require(stage.robotBounds)
    let view = near.viewpoint(on: stage)
    for corner in robot.corners {
      let place = try #require(view.project(corner, aspect: 16.0 / 9))
      #expect(max(abs(place.x), abs(place.y)) < 1)
    }
  }

  @Test func kneesHaveOneSurface() throws {
    let environment = try makeEnvironment(id: "Ant-v4")
    let model = environment.simulation.model
    let stage = Stage(model: model)
    // aux, leg, ankle of each of four legs: the middle one lies over both
    func names(_ stage: Stage) -> [String] {
      stage.coveringGeoms.map { stage.model.geoms.names[$0] }.sorted()
    }
    #expect(
      names(stage) == ["back_leg_geom", "left_leg_geom", "right_leg_geom", "rightback_leg_geom"])
    for shape in stage.geomShapes(SceneOptions()) {
      guard case .geom(let index) = shape.source, model.geoms[index].shape == .capsule else {
        continue
      }
      let factor = stage.coveringGeoms.contains(index) ? Stage.cover : 1
      #expect(shape.size.x == model.geoms[index].size.x * factor)
    }
    // torso and thigh of the hopper have a radius of 5 cm, the leg 4 and the foot 6
    let hopper = try makeEnvironment(id: "Hopper-v4").simulation.model
    #expect(names(Stage(model: hopper)) == ["thigh_geom"])
  }
}
