import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct EpisodeRecordingTests {
  /// What evaluate() plays under the same seed and index, every bit of it, hash included.
  @Test func aRecordingIsWhatAnEvaluationScores() throws {
    let session = try Fixture.actorSession(seed: 5)
    guard case .policy(let policy) = session.pilot else { return }
    let plan = try EvaluationPlan(episodes: 3, seed: 5, workers: 2, batch: 2)
    let evaluation = try evaluate(policy, plan: plan) { try session.makeEnvironment() }
    for index in 0..<3 {
      let recording = try session.recording(of: index)
      while recording.canAdvance { recording.advance() }
      #expect(recording.episode == evaluation.episodes[index])
      #expect(recording.hash == evaluation.episodes[index].hash)
      #expect(recording.lastFrame == evaluation.episodes[index].length)
    }
  }

  /// An agent that draws in every decision, with everything that can be asked in between.
  @Test func askingChangesNothing() throws {
    let session = try Fixture.session()
    let quiet = try session.recording(of: 2)
    for _ in 0..<40 { quiet.advance() }

    let viewer = try ViewerState(session, episode: 2)
    viewer.panels = Set(ViewerPanel.allCases)
    viewer.insight.change = WhatIfChange(action: [0.5, -0.5, 0.5], actionSteps: 3)
    for turn in 0..<40 {
      viewer.perform(.stepForward)
      viewer.update(after: 1.0 / 60)
      if turn == 7 { viewer.insight.startWhatIf(viewer) }
      if turn % 10 == 9 {
        viewer.seek(to: turn / 2)
        viewer.update(after: 1.0 / 60)
        viewer.insight.finishFutures()
        viewer.perform(.last)
      }
      _ = viewer.scene
    }
    #expect(viewer.recording.lastFrame == 40)
    #expect(viewer.recording.hash == quiet.hash)
  }

  @Test func framesCanBeContinuedToTheBit() throws {
    let session = try Fixture.session()
    let recording = try session.recording(of: 0)
    for _ in 0..<30 { recording.advance() }
    let (hash, end) = (recording.hash, recording.frame(30).state)
    for frame in [25, 3, 0] {
      try recording.truncate(after: frame)
      #expect(recording.lastFrame == frame && recording.frame(frame).step == nil)
      while recording.lastFrame < 30 { recording.advance() }
      #expect(recording.hash == hash && recording.frame(30).state == end)
    }
    #expect(!recording.isTouched && recording.revision == 3)
  }

  @Test func aHandMarksTheEpisode() throws {
    let session = try Fixture.session()
    let recording = try session.recording(of: 0)
    recording.advance()
    #expect(!recording.isTouched)
    recording.advance(action: [0, 0, 0])
    #expect(recording.isTouched)

    let pulled = try session.recording(of: 0)
    var hold = Perturbation(body: 1, grip: .zero, in: pulled.environment.simulation)
    hold.target = Vector3(1, 0, 2)
    pulled.advance(perturbation: hold)
    #expect(pulled.isTouched)
    #expect(pulled.environment.simulation.perturbation == nil)
    #expect(pulled.hash != recording.hash)
  }

  @Test func aSessionWithoutAPolicyGoesOnAndForgetsItsBeginning() throws {
    let recording = try EpisodeRecording(
      episode: 0, seed: 0, in: makeEnvironment(id: "Hopper-v4"), pilot: .none, frameLimit: 100)
    for _ in 0..<250 { recording.advance() }
    // without an action the hopper falls within a second
    #expect(recording.episode != nil && recording.canAdvance)
    #expect(recording.lastFrame == 250 && recording.firstFrame > 0)
    #expect(recording.range.count <= 101)
    #expect(recording.frame(recording.firstFrame).stepCount == recording.firstFrame)
  }

  @Test func aModelIsAnEnvironment() throws {
    let session = Session(model: try Fixture.model())
    let recording = try session.recording(of: 0)
    recording.advance(action: [1])
    for _ in 0..<50 { recording.advance() }
    let simulation = Simulation(model: try Fixture.model())
    simulation.control = [1]
    simulation.step()
    simulation.control = [0]
    for _ in 0..<50 { simulation.step() }
    #expect(recording.frame(51).state == simulation.state)
    #expect(recording.environment.spec.action.map(\.name) == ["control 0"])

    let other = ModelEnvironment(try Fixture.model())
    try other.restore(recording.frame(20).snapshot)
    #expect(other.simulation.state == recording.frame(20).state)
    #expect(throws: EnvironmentError.self) {
      try other.restore(makeEnvironment(id: "Hopper-v4").snapshot)
    }
  }

  @Test func aPolicyHasToFit() throws {
    #expect(throws: EvaluationError.self) {
      try EpisodeRecording(
        episode: 0, seed: 0, in: makeEnvironment(id: "Ant-v4"),
        pilot: .policy(Fixture.agent()))
    }
  }
}

@Suite struct PlayerTests {
  /// A model of 2 ms steps.
  let recording: EpisodeRecording
  init() throws { recording = try Session(model: Fixture.model()).recording(of: 0) }

  func play(_ player: inout Player, _ seconds: Double, hasTime: () -> Bool = { true }) {
    player.update(recording, after: seconds, record: { recording.advance() }, hasTime: hasTime)
  }

  @Test func speedsAreSimulates() {
    #expect(Player.speeds.count == 31)
    #expect(Player.speeds.first == 100 && Player.speeds.last == 0.1)
    #expect(zip(Player.speeds, Player.speeds.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func realTimeIsRealTime() {
    var player = Player()
    for _ in 0..<60 { play(&player, 1.0 / 60) }
    // a second is 500 frames; the sum of sixtieths may fall a hair short
    #expect([499, 500].contains(player.frame))
    #expect(abs(Double(player.frame) + player.fraction - 500) < 1e-6)
    #expect(recording.lastFrame - player.frame <= 1)
    #expect(abs(player.measuredSpeed - 100) < 20)
  }

  @Test func speedScalesTime() {
    var player = Player()
    for _ in 0..<3 { player.slower() }
    #expect(player.speed == 50)
    play(&player, 0.1)
    #expect(player.frame == 25)
    player.faster()
    #expect(player.speed == 66)
    for _ in 0..<50 { player.faster() }
    #expect(player.speed == 100)
    for _ in 0..<50 { player.slower() }
    #expect(player.speed == 0.1)
  }

  @Test func pausedNothingMoves() {
    var player = Player(isPaused: true)
    play(&player, 1)
    #expect(player.frame == 0 && recording.lastFrame == 0)
    player.togglePause()
    play(&player, 0.003)
    #expect(player.frame == 1 && player.fraction > 0.4 && player.fraction < 0.6)
    player.togglePause()
    #expect(player.fraction == 0)
  }

  @Test func stepsGoBothWays() {
    var player = Player()
    for _ in 0..<5 { player.stepForward(in: recording) { recording.advance() } }
    #expect(player.frame == 5 && recording.lastFrame == 5 && player.isPaused)
    for _ in 0..<9 { player.stepBack(in: recording) }
    #expect(player.frame == 0 && recording.lastFrame == 5)
    player.stepForward(in: recording) { Issue.record("it is there already") }
    #expect(player.frame == 1)
    player.seek(to: 1000, in: recording)
    #expect(player.frame == 5)
    player.seek(to: -3, in: recording)
    #expect(player.frame == 0)
  }

  @Test func aSlowRecordingMakesNobodyWait() {
    var player = Player()
    var left = 10
    play(
      &player, 1,
      hasTime: {
        left -= 1
        return left >= 0
      })
    #expect(player.frame == 10 && recording.lastFrame == 10 && !player.isPaused)
    // what was missed is not caught up
    play(&player, 0.02)
    #expect(player.frame == 20)
  }

  /// A document may have any time step.
  @Test(arguments: ["1e-300", "1e-8", "1e300"])
  func everyTimeStepIsPlayed(_ timestep: String) throws {
    let document = """
      <mujoco>
        <option timestep="\(timestep)"/>
        <worldbody><body><freejoint/><geom size="0.1"/></body></worldbody>
      </mujoco>
      """
    let recording = try Session(model: Fixture.model(document)).recording(of: 0)
    var player = Player()
    var left = 10
    player.update(
      recording, after: 1, record: { recording.advance() },
      hasTime: {
        left -= 1
        return left >= 0
      })
    #expect((0...10).contains(player.frame) && (0..<1).contains(player.fraction))
    #expect(player.measuredSpeed.isFinite)
  }

  @Test func aSeedBeyondTheLastIsRefused() throws {
    let session = try Fixture.actorSession(seed: .max)
    _ = try session.recording(of: 0)
    expectMessage("seed 18446744073709551615 leaves no room for 2 episodes below 2^64.") {
      _ = try session.recording(of: 1)
    }
  }

  @Test func theEndPauses() throws {
    let recording = try Fixture.actorSession().recording(of: 0)
    var player = Player()
    for _ in 0..<1000 where !player.isPaused {
      player.update(recording, after: 0.1, record: { recording.advance() })
    }
    #expect(player.isPaused && recording.episode != nil)
    #expect(player.frame == recording.lastFrame && player.fraction == 0)
  }

  /// A free and a ball joint whose quaternions change sign after every step, which is no rotation.
  private final class Flipping: Environment {
    private let base: ModelEnvironment
    init() throws {
      base = ModelEnvironment(
        try Fixture.model(
          """
          <mujoco><option timestep="0.05" gravity="0 0 0"/><worldbody><body pos="0 0 1"><freejoint/>
          <geom size="0.1"/></body><body pos="0 0 3"><joint type="ball"/><geom size="0.1"/></body>
          </worldbody></mujoco>
          """))
    }
    var spec: EnvironmentSpec { base.spec }
    var simulation: Simulation { base.simulation }
    var stepCount: Int { base.stepCount }
    var observation: [Double] { base.observation }
    var snapshot: EnvironmentSnapshot { base.snapshot }
    var rules: String { base.rules }
    func restore(_ snapshot: EnvironmentSnapshot) throws { try base.restore(snapshot) }
    func reset(seed: UInt64) { reset() }
    func reset() {
      base.reset()
      var state = simulation.state
      state.velocity = [0, 0, 0, 0.4, -0.3, 0.9, 1, 2, 3]
      simulation.state = state
    }
    func step(_ action: [Double]) -> Transition {
      defer {
        var state = simulation.state
        for i in 3..<11 { state.position[i] = -state.position[i] }
        simulation.state = state
      }
      return base.step(action)
    }
  }

  /// A quaternion and its negative are one orientation: interpolation takes the shorter arc.
  @Test func orientationsGoTheShortWay() throws {
    let recording = try EpisodeRecording(
      episode: 0, seed: 0, in: Flipping(), pilot: .none, frameLimit: 100)
    for _ in 0..<10 { recording.advance(action: []) }
    for frame in 0..<10 {
      let (a, b) = (recording.frame(frame).state, recording.frame(frame + 1).state)
      let middle = recording.shownState(at: frame, fraction: 0.5)
      for first in [3, 7] {
        func turn(_ state: State) -> Quaternion {
          let q = state.position[first..<first + 4].map { $0 }
          return Quaternion(q[0], q[1], q[2], q[3])
        }
        func cosine(_ x: Quaternion, _ y: Quaternion) -> Double {
          x.w * y.w + x.x * y.x + x.y * y.y + x.z * y.z
        }
        #expect(cosine(turn(a), turn(b)) < 0)
        // half of the angle to either side: cos² of half an angle is (1 + cos) / 2
        let half = ((1 - cosine(turn(a), turn(b))) / 2).squareRoot()
        #expect(abs(abs(cosine(turn(middle), turn(a))) - half) < 1e-12)
        #expect(abs(abs(cosine(turn(middle), turn(b))) - half) < 1e-12)
      }
    }
  }

  @Test func betweenFramesThingsMoveEvenly() throws {
    let recording = try EpisodeRecording(
      episode: 0, seed: 1, in: makeEnvironment(id: "Ant-v4"), pilot: .none, frameLimit: 100)
    for _ in 0..<30 { recording.advance(action: Array(repeating: 0.8, count: 8)) }
    let (a, b) = (recording.frame(20).state, recording.frame(21).state)
    #expect(recording.shownState(at: 20, fraction: 0) == a)
    #expect(recording.shownState(at: 30, fraction: 0.5) == recording.frame(30).state)
    let middle = recording.shownState(at: 20, fraction: 0.5)
    #expect(middle.position[0] == a.position[0] + 0.5 * (b.position[0] - a.position[0]))
    let q = middle.position[3..<7]
    #expect(abs(q.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    #expect(middle.velocity == a.velocity)
  }
}
