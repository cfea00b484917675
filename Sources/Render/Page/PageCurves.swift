import IDQLAgent
import IDQLSpelling

/// A quantity of every step, in whole numbers: value = low + number · unit.
struct PageCurve: Encodable {
  var name: String
  /// Curves with the same panel are drawn together.
  var panel: String
  var low: Double
  var unit: Double
  var count: Int

  /// A curve is drawn some hundred pixels high.
  static let levels = 1023.0

  /// - Returns: nil without a finite value.
  static func quantised(
    _ name: String, panel: String, _ values: [Double]
  ) -> (curve: PageCurve, channel: [Int])? {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), (high - low).isFinite else { return nil }
    let unit = high > low ? (high - low) / levels : 1
    return (
      PageCurve(name: name, panel: panel, low: low, unit: unit, count: values.count),
      values.map { (($0 - low) / unit).rounded().wholeNumber(in: 0...Int(levels)) }
    )
  }

  /// Return, reward, and what the critic says, of every step of a recording.
  static func all(of recording: EpisodeRecording) -> (curves: [PageCurve], channels: [[Int]]) {
    let trace = ValueTrace(recording)
    // of the steps before each frame, the last one included
    let returns = recording.range.map { recording.frame($0).totalReward }
    let chosen = zip(trace.values, trace.advantages).map { Double($0 + $1) }
    let found = [
      quantised("return", panel: "return", returns),
      quantised("reward", panel: "reward", trace.rewards.map(Double.init)),
      quantised("V", panel: "value", trace.values.map(Double.init)),
      quantised("largest Q", panel: "value", trace.largestQ.map(Double.init)),
      quantised("smallest Q", panel: "value", trace.smallestQ.map(Double.init)),
      quantised("Q of the action", panel: "value", chosen),
    ].compactMap { $0 }
    return (found.map(\.curve), found.map(\.channel))
  }
}

/// What the policy chose among, at every `stride`-th step: to keep all would take more than all else.
struct PageDecisions: Encodable {
  /// Number of decisions kept, that of step 0, `stride`, 2 `stride` …
  var count: Int
  var stride: Int
  /// Candidates that are kept of each, the best first.
  var kept: Int
  /// Candidates that there were.
  var drawn: Int
  var actions: [String]
  var lowestQ, highestQ: PageCurve

  /// Values of actions and ranks of Q are one of that many.
  static let levels: Float = 63
  /// Bytes for a thousand steps, before base64.
  private static let budget = 8000.0
  private static let candidateLimit = 64

  /// - Returns: nil if no policy that chooses acted. Channels: lowest and highest Q; the place of the chosen candidate
  ///   among those kept; then, candidate by candidate and decision by decision, the rank of Q, and each dimension.
  static func sampled(
    from recording: EpisodeRecording
  ) -> (decisions: PageDecisions?, channels: [[Int]]) {
    let stepCount = recording.lastFrame - recording.firstFrame
    guard let agent = recording.pilot.agent, stepCount > 0 else { return (nil, []) }
    let drawn = agent.options.candidateCount
    let kept = min(drawn, candidateLimit)
    // six bits for each number
    let bytes = Double(kept * (agent.actionCount + 1)) * 0.75
    let stride = max(1, Int((bytes * 1000 / budget).rounded(.up)))

    var (lowest, highest): ([Double], [Double]) = ([], [])
    var (chosen, ranks): ([Int], [Int]) = ([], [])
    var values = Array(repeating: [Int](), count: agent.actionCount)
    func level(_ share: Float) -> Int {
      (share * levels).rounded().wholeNumber(in: 0...Int(levels))
    }
    for number in Swift.stride(from: recording.firstFrame, to: recording.lastFrame, by: stride) {
      guard let decision = Deliberation(recording, at: number) else { continue }
      lowest.append(Double(decision.q.min() ?? 0))
      highest.append(Double(decision.q.max() ?? 0))
      var order = Array(decision.ranking.prefix(kept))
      if !order.contains(decision.chosen) { order[kept - 1] = decision.chosen }
      chosen.append(order.firstIndex(of: decision.chosen) ?? 0)
      for candidate in order {
        ranks.append(level(decision.rank(of: decision.q[candidate])))
        for (dimension, value) in decision.candidate(candidate).enumerated() {
          values[dimension].append(level((value + 1) / 2))
        }
      }
    }
    guard let low = PageCurve.quantised("lowest Q", panel: "", lowest),
      let high = PageCurve.quantised("highest Q", panel: "", highest)
    else { return (nil, []) }
    return (
      PageDecisions(
        count: chosen.count, stride: stride, kept: kept, drawn: drawn,
        actions: recording.environment.spec.action.map(\.name.printable), lowestQ: low.curve,
        highestQ: high.curve),
      [low.channel, high.channel, chosen, ranks] + values
    )
  }
}
