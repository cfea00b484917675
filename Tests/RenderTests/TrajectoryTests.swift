import IDQLEnvs
import IDQLSpelling
import Testing

@testable import IDQLRender

/// States that somebody recorded, without anything but positions and velocities.
@Suite struct TrajectoryTests {
  /// They look, to the byte, as the episode that they are from, between frames too.
  @Test func statesLookAsTheEpisode() throws {
    let session = try Fixture.actorSession()
    let played = try session.recording(of: 2)
    for _ in 0..<40 { played.advance() }
    let frames = played.range.map { played.frame($0) }
    let trajectory = Trajectory(
      name: "a.npz", index: 2, positions: frames.map(\.state.position),
      velocities: frames.map(\.state.velocity),
      rewards: frames.dropLast().map { $0.step?.transition.reward ?? .nan })
    let shown = try EpisodeRecording(showing: trajectory, in: session.makeEnvironment())
    #expect(shown.range == played.range && shown.duration == played.duration)
    #expect(!shown.canAdvance && shown.episode == nil)
    shown.advance()
    #expect(shown.lastFrame == 40)
    for number in shown.range {
      #expect(shown.frame(number).totalReward == played.frame(number).totalReward)
      #expect(shown.frame(number).observation == played.frame(number).observation)
    }
    let painter = try EpisodePainter(width: 64, height: 36)
    for time in [0, 0.0123, 0.2, 1] {
      #expect(try painter.picture(of: shown, at: time) == painter.picture(of: played, at: time))
    }
    #expect(
      shown.caption(ofFrame: 40, in: session) == [
        "Hopper-v4 · a.npz",
        "episode 2 · 0.32 s · return \(played.totalReward.text(decimals: 1))",
      ])
    #expect(
      trajectory.text(duration: shown.duration)
        == "episode 2 of a.npz: 41 states, 0.32 s, return \(played.totalReward)")
  }

  /// At an interval of one's own; without rewards nothing is said of a return, and a maze has no goal.
  @Test func timeIsWhatIsSaid() throws {
    let environment = try makeEnvironment(id: "maze2d-umaze-v1")
    environment.reset(seed: 0)
    let state = environment.simulation.state
    let trajectory = Trajectory(
      name: "b.hdf5", index: 0, positions: [state.position, state.position],
      velocities: [state.velocity, state.velocity], interval: 0.5)
    let shown = try EpisodeRecording(
      showing: trajectory, in: makeEnvironment(id: "maze2d-umaze-v1"))
    #expect(shown.duration == 0.5 && shown.frame(1).state.time == 0.5)
    #expect(shown.marks.isEmpty && !Shape.marks(of: environment).isEmpty)
    let session = Session(title: "maze2d-umaze-v1", pilot: .none) {
      try makeEnvironment(id: "maze2d-umaze-v1")
    }
    #expect(
      shown.caption(ofFrame: 1, in: session) == ["maze2d-umaze-v1 · b.hdf5", "episode 0 · 0.50 s"])
  }
}
