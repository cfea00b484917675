import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

/// Two policies in the same episodes, side by side.
@Suite struct RivalTests {
  /// One falls after some 250 steps, the other does not.
  func viewer(actorFirst: Bool) throws -> ViewerState {
    let sessions = try [Fixture.session(seed: 0), Fixture.actorSession(seed: 0)]
    let (first, second) = actorFirst ? (sessions[1], sessions[0]) : (sessions[0], sessions[1])
    return try ViewerState(first, against: second, isPaused: true)
  }

  /// Whoever is on the left, each plays its own episode, and the one that has ended waits.
  @Test(arguments: [false, true]) func bothPlayTheirOwnEpisodes(_ actorFirst: Bool) throws {
    let viewer = try viewer(actorFirst: actorFirst)
    let rival = try #require(viewer.rival)
    viewer.player.isPaused = false
    // 40 steps in play: neither is ahead
    viewer.update(after: 40 * viewer.recording.frameDuration)
    #expect(viewer.recording.lastFrame == 40 && rival.recording.lastFrame == 40)
    #expect(viewer.player.frame == 40 && viewer.shownFrame == 40)

    viewer.record(upTo: 300)
    let (short, long) =
      actorFirst ? (viewer.recording, rival.recording) : (rival.recording, viewer.recording)
    #expect(short.episode?.isTerminated == true && short.lastFrame < 300 && long.lastFrame == 300)
    for (recording, session) in [
      (viewer.recording, viewer.session), (rival.recording, rival.session),
    ] {
      let alone = try session.recording(of: 0)
      while alone.lastFrame < recording.lastFrame { alone.advance() }
      #expect(alone.hash == recording.hash)
    }

    viewer.seek(to: 290)
    #expect(viewer.player.frame == 290 && !viewer.isAtEnd)
    #expect(viewer.shownFrame == min(290, viewer.recording.lastFrame))
    let stages = [(viewer.stage, viewer.recording), (rival.stage, rival.recording)]
    for (stage, recording) in stages {
      let frame = recording.frame(min(290, recording.lastFrame))
      #expect(stage.simulation.state.position == frame.state.position)
    }
    // back to where both go on
    viewer.seek(to: 10)
    #expect(rival.stage.simulation.state.position == rival.recording.frame(10).state.position)
    #expect(stages[0].0.simulation.state.position == viewer.recording.frame(10).state.position)
  }

  @Test func captionsAreThoseOfFilms() throws {
    let viewer = try viewer(actorFirst: true)
    viewer.record(upTo: 300)
    viewer.seek(to: 20)
    let recordings = viewer.episodes.recordings
    let captions = try #require(viewer.captions)
    #expect(captions.lines.count == 2)
    let totals = recordings.map { $0.frame(20).totalReward }
    for (lines, total) in zip(captions.lines, totals) {
      #expect(lines[1].hasPrefix("episode 0 · 0.16 s · return \(total.text(decimals: 1))"))
    }
    #expect(captions.lines[0][0].hasSuffix("· actor_hopper_a2c.safetensors"))
    let sign = totals[1] < totals[0] ? "−" : "+"
    #expect(
      captions.difference == "Δ return \(sign)\(abs(totals[1] - totals[0]).text(decimals: 2))")
    // an episode that has ended keeps its return
    viewer.seek(to: 299)
    let last = recordings[0].frame(recordings[0].lastFrame).totalReward
    let gain = recordings[1].frame(299).totalReward - last
    #expect(viewer.captions?.difference == "Δ return +\(gain.text(decimals: 2))")
    #expect(viewer.captions?.lines[0][1].contains("terminated") == true)
    #expect(try ViewerState(Fixture.session()).captions == nil)
  }

  @Test func bothBeginTheNextEpisodeAndOnlyOneIsMovedByHand() throws {
    let viewer = try viewer(actorFirst: false)
    let rival = try #require(viewer.rival)
    viewer.perform(.nextEpisode)
    #expect(viewer.recording.index == 1 && rival.recording.index == 1)
    #expect(viewer.recording.frame(0).state == rival.recording.frame(0).state)
    for _ in 0..<6 { viewer.perform(.stepForward) }
    viewer.seek(to: 2)
    viewer.manualAction = [1, 1, 1]
    viewer.perform(.stepForward)
    #expect(viewer.recording.isTouched && viewer.recording.lastFrame == 3)
    #expect(!rival.recording.isTouched && rival.recording.lastFrame == 6)
    // the one that was changed catches up before the other goes on
    for _ in 0..<5 { viewer.perform(.stepForward) }
    #expect(viewer.recording.lastFrame == 8 && rival.recording.lastFrame == 8)
    let alone = try rival.session.recording(of: 1)
    for _ in 0..<8 { alone.advance() }
    #expect(alone.hash == rival.recording.hash)
  }

  /// The same policy on both sides gives the same scene twice.
  @Test func theSamePolicyIsTheSamePicture() throws {
    let session = try Fixture.session()
    let viewer = try ViewerState(session, against: session, isPaused: true)
    viewer.record(upTo: 12)
    viewer.seek(to: 12)
    let scenes = viewer.scenes
    #expect(scenes.count == 2 && scenes[0] == scenes[1])
    let other = try self.viewer(actorFirst: false)
    other.record(upTo: 12)
    other.seek(to: 12)
    #expect(other.scenes[0] != other.scenes[1])
    // another session has nobody beside it
    try other.adopt(session, episode: 0)
    #expect(other.rival == nil && other.scenes.count == 1)
  }

  @Test func picturesSideBySideFillTheWidth() {
    for whole in 64...700 {
      let both = SideBySide(2, in: whole)
      #expect(2 * both.width + both.gap == whole && (4...5).contains(both.gap))
      #expect(both.starts == [0, both.width + both.gap])
      #expect(SideBySide(1, in: whole).width == whole)
    }
  }
}
