import IDQLPhysics

/// Plays a recording against a clock: at what speed, where it stands, and when it has to record more.
///
/// A player has no clock of its own; it is told how much time has passed. It never decides what
/// happens in an episode, only which of its frames is seen when.
public struct Player: Equatable, Sendable {
  /// Percent of real time, as simulate's list has them: a tenth to all of it in 31 steps.
  public static let speeds: [Double] = [
    100, 80, 66, 50, 40, 33, 25, 20, 16, 13, 10, 8, 6.6, 5, 4, 3.3, 2.5, 2, 1.6, 1.3, 1, 0.8, 0.66,
    0.5, 0.4, 0.33, 0.25, 0.2, 0.16, 0.13, 0.1,
  ]

  public var isPaused: Bool
  /// Index into `speeds`.
  public private(set) var speedIndex = 0
  /// The frame that is seen, or the one just passed.
  public private(set) var frame: Int
  /// How far towards the next frame, in [0, 1); 0 while paused.
  public private(set) var fraction = 0.0
  /// Simulated over real time that the last updates reached, in percent.
  public private(set) var measuredSpeed = 0.0

  public init(frame: Int = 0, isPaused: Bool = false) {
    self.frame = frame
    self.isPaused = isPaused
  }

  /// At the first frame of another recording, at the same speed.
  init(speedOf other: Player) {
    self.init(isPaused: other.isPaused)
    speedIndex = other.speedIndex
  }

  public var speed: Double { Self.speeds[speedIndex] }

  // MARK: Hands

  public mutating func togglePause() {
    isPaused.toggle()
    fraction = 0
  }

  public mutating func slower() { speedIndex = min(speedIndex + 1, Self.speeds.count - 1) }
  public mutating func faster() { speedIndex = max(speedIndex - 1, 0) }

  /// Goes to the next frame and stays there, recording it if it is not there yet.
  ///
  /// - Parameter record: appends one frame.
  public mutating func stepForward(in recording: EpisodeRecording, record: () -> Void) {
    pause()
    if frame == recording.lastFrame { record() }
    frame = min(frame + 1, recording.lastFrame)
  }

  /// Goes to the previous frame and stays there.
  public mutating func stepBack(in recording: EpisodeRecording) {
    seek(to: fraction > 0 ? frame : frame - 1, in: recording)
  }

  /// Goes to the recorded frame nearest to `number` and stays there.
  public mutating func seek(to number: Int, in recording: EpisodeRecording) {
    pause()
    frame = min(max(number, recording.firstFrame), recording.lastFrame)
  }

  private mutating func pause() {
    isPaused = true
    fraction = 0
  }

  // MARK: Time

  /// Lets `seconds` of real time pass.
  ///
  /// - Parameters:
  ///   - record: appends one frame; called where the recording has to be longer.
  ///   - hasTime: asked before each of them; once it says no, the player falls behind real time
  ///     instead of keeping the window waiting, and makes no attempt to catch up.
  public mutating func update(
    _ recording: EpisodeRecording, after seconds: Double, record: () -> Void,
    hasTime: () -> Bool = { true }
  ) {
    guard !isPaused, seconds > 0 else { return }
    let asked = seconds * speed / 100 / recording.frameDuration
    let start = Double(frame) + fraction
    var reached = start + asked
    let wanted = Int(reached.rounded(.down)) + (reached > reached.rounded(.down) ? 1 : 0)
    while recording.lastFrame < wanted, recording.canAdvance, hasTime() { record() }

    let isBehind = reached > Double(recording.lastFrame)
    if isBehind { reached = Double(recording.lastFrame) }
    frame = max(Int(reached.rounded(.down)), recording.firstFrame)
    fraction = max(0, reached - Double(frame))
    let share = min(1, seconds / 0.5)
    let rate = (reached - start) * recording.frameDuration / seconds * 100
    measuredSpeed += share * (rate - measuredSpeed)
    if isBehind, !recording.canAdvance { pause() }
  }
}

extension EpisodeRecording {
  /// What is seen between two frames: positions go from one to the next along a straight line, so
  /// that robots of 20 actions a second move smoothly. For the eye only.
  ///
  /// - Parameter fraction: from frame `number` to the next, in [0, 1).
  public func shownState(at number: Int, fraction: Double) -> State {
    var state = frame(number).state
    guard fraction > 0, number < lastFrame else { return state }
    let next = frame(number + 1).state
    // a robot that was teleported did not cross the space between
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

  /// m or rad between two frames.
  private static let longestMove = 2.0

  /// Between two unit quaternions the short way, at unit length.
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
