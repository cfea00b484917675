import IDQLRender

/// Plays a script; its time advances by a sixtieth of a second with each picture.
struct ScriptPlayer {
  static let frameTime = 1.0 / 60
  /// Number of pictures until the layout of the panels is final.
  private static let settlingFrames = Pacing.settling

  private let steps: [ViewerScript.Step]
  private var next = 0
  private(set) var time = 0.0
  private var waitingTime = 0.0
  private var settling = 0
  private(set) var isOver = false
  private(set) var needsFutures = false

  init(_ script: ViewerScript) { steps = script.steps }

  /// Whether a `wait` step is in progress.
  var isWaiting: Bool { waitingTime > 0 }

  /// Appends the inputs of this picture.
  ///
  /// - Returns: what the window has to do.
  @MainActor
  mutating func feed(_ inputs: inout [ViewerInput], _ state: ViewerState) -> ViewerScript.Step? {
    time += Self.frameTime
    if waitingTime > 0 {
      waitingTime -= Self.frameTime
      return nil
    }
    waitingTime = 0
    guard next < steps.count else {
      isOver = true
      return nil
    }
    let step = steps[next]
    needsFutures = false
    switch step {
    case .input(let input): inputs.append(input)
    case .wait(let seconds): waitingTime = seconds
    case .seek(let frame):
      state.record(upTo: frame)
      state.seek(to: frame)
    case .branch: state.insight.startWhatIf(state)
    case .screenshot:
      settling += 1
      if settling == 1 { needsFutures = true }
      if settling <= Self.settlingFrames { return nil }
      settling = 0
    case .size, .minimise, .restore, .report: break
    case .quit: isOver = true
    }
    next += 1
    return step
  }
}
