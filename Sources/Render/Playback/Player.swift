import IDQLPhysics
import IDQLSpelling

/// The playback of a recording: its speed, the frame shown, and when more has to be recorded.
///
/// A player has no clock; its caller passes the time elapsed. It never affects what happens in an
/// episode, only which of its frames is shown.
package struct Player: Equatable, Sendable {
  /// Percent of real time, as in the list of MuJoCo's `simulate`: 31 steps from 100 to 0.1.
  package static let speeds: [Double] = [
    100, 80, 66, 50, 40, 33, 25, 20, 16, 13, 10, 8, 6.6, 5, 4, 3.3, 2.5, 2, 1.6, 1.3, 1, 0.8, 0.66,
    0.5, 0.4, 0.33, 0.25, 0.2, 0.16, 0.13, 0.1,
  ]

  package var isPaused: Bool
  /// Index into `speeds`.
  package private(set) var speedIndex = 0
  /// The frame shown, or the last one before it.
  package private(set) var frame: Int
  /// Position between `frame` and the next one, in [0, 1); 0 while paused.
  package private(set) var fraction = 0.0
  /// Simulated over real time in the last updates, percent.
  package private(set) var measuredSpeed = 0.0

  /// Beyond every recording, and still exact.
  private static let lastFrame = 0x1p52

  package init(frame: Int = 0, isPaused: Bool = false) {
    self.frame = frame
    self.isPaused = isPaused
  }

  /// A player at the first frame of another recording, with the same speed.
  init(speedOf other: Player) {
    self.init(isPaused: other.isPaused)
    speedIndex = other.speedIndex
  }

  package var speed: Double { Self.speeds[speedIndex] }

  // MARK: Controls

  package mutating func togglePause() {
    isPaused.toggle()
    fraction = 0
  }

  package mutating func slower() { speedIndex = min(speedIndex + 1, Self.speeds.count - 1) }
  package mutating func faster() { speedIndex = max(speedIndex - 1, 0) }

  /// Pauses at the next frame, which is recorded first if necessary.
  ///
  /// - Parameter record: appends one frame.
  package mutating func stepForward(in recording: some Playable, record: () -> Void) {
    pause()
    if frame == recording.lastFrame { record() }
    frame = min(frame + 1, recording.lastFrame)
  }

  /// Pauses at the previous frame.
  package mutating func stepBack(in recording: some Playable) {
    seek(to: fraction > 0 ? frame : frame - 1, in: recording)
  }

  /// Pauses at the recorded frame nearest to `number`.
  package mutating func seek(to number: Int, in recording: some Playable) {
    pause()
    frame = min(max(number, recording.firstFrame), recording.lastFrame)
  }

  private mutating func pause() {
    isPaused = true
    fraction = 0
  }

  // MARK: Time

  /// Advances by `seconds` of real time.
  ///
  /// - Parameters:
  ///   - record: appends one frame to the recording; called when it is needed.
  ///   - hasTime: called before each `record`; once it returns false, the player falls behind real
  ///     time instead of blocking the window, and does not try to catch up.
  package mutating func update(
    _ recording: some Playable, after seconds: Double, record: () -> Void,
    hasTime: () -> Bool = { true }
  ) {
    guard !isPaused, seconds > 0 else { return }
    let asked = seconds * speed / 100 / recording.frameDuration
    let start = Double(frame) + fraction
    // a model may have so small a time step that no number of frames is enough
    var reached = min(start + asked, Self.lastFrame)
    let wanted = reached.rounded(.up).wholeNumber(in: 0...Int.max)
    while recording.lastFrame < wanted, recording.canAdvance, hasTime() { record() }

    let isBehind = reached > Double(recording.lastFrame)
    if isBehind { reached = Double(recording.lastFrame) }
    frame = max(reached.wholeNumber(in: 0...Int.max), recording.firstFrame)
    fraction = max(0, reached - Double(frame))
    let share = min(1, seconds / 0.5)
    let rate = (reached - start) * recording.frameDuration / seconds * 100
    measuredSpeed += share * (rate - measuredSpeed)
    if isBehind, !recording.canAdvance { pause() }
  }
}

extension EpisodeRecording {
  /// The state to show between two frames: positions are interpolated linearly, so that robots that
  /// act 20 times a second move smoothly.
  ///
  /// - Parameter fraction: from frame `number` to the next, in [0, 1).
  package func shownState(at number: Int, fraction: Double) -> State {
    var state = frame(number).state
    guard fraction > 0, number < lastFrame else { return state }
    let next = frame(number + 1).state
    // a robot that was moved to another position did not cross the space between
    let jump = zip(state.position, next.position).map { abs($1 - $0) }.max() ?? 0
    guard jump < Self.longestMove else { return state }
    for i in state.position.indices {
      state.position[i] += fraction * (next.position[i] - state.position[i])
    }
    state.time += fraction * (next.time - state.time)
    for joint in environment.simulation.model.joints where joint.kind.hasQuaternion {
      let first = joint.firstPosition + (joint.kind == .free ? 3 : 0)
      let mixed = Self.mix(
        frame(number).state.position, next.position, at: first, fraction: fraction)
      for i in 0..<4 { state.position[first + i] = mixed[i] }
    }
    return state
  }

  /// The largest motion between two frames that is interpolated, m or rad.
  private static let longestMove = 2.0

  /// Interpolates two unit quaternions along the shorter arc and normalises.
  private static func mix(
    _ a: [Double], _ b: [Double], at first: Int, fraction: Double
  ) -> [Double] {
    let (a, b) = (Array(a[first..<first + 4]), Array(b[first..<first + 4]))
    let side = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1.0
    let sum = zip(a, b).map { (1 - fraction) * $0 + fraction * side * $1 }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 1e-9 ? sum.map { $0 / length } : a
  }
}

extension Joint.Kind {
  fileprivate var hasQuaternion: Bool { self == .free || self == .ball }
}
