import IDQLSpelling

/// The data sets of D4RL's locomotion tasks, named after the policies that made them (Fu et al.
/// 2020, §5).
public enum DataLevel: String, CaseIterable, Codable, Sendable {
  /// Uniform actions.
  case random
  /// The first policy whose return is a third of the expert's.
  case medium
  /// All steps of the training up to the medium policy.
  case mediumReplay = "medium-replay"
  /// All steps of the training.
  case fullReplay = "full-replay"
  /// The policy of the highest return.
  case expert
  /// `medium`, then `expert`.
  case mediumExpert = "medium-expert"

  /// - Parameter name: `replay` stands for `medium-replay`.
  /// - Throws: `CollectionError.unknownLevel`.
  public init(named name: String) throws(CollectionError) {
    guard let level = name == "replay" ? .mediumReplay : Self(rawValue: name) else {
      throw .unknownLevel(name, accepted: Self.allCases.map(\.rawValue))
    }
    self = level
  }
}

/// Evaluations of a policy in the course of its training.
public struct LearningCurve: Equatable, Sendable {
  /// One evaluation.
  public struct Point: Codable, Equatable, Sendable {
    /// Environment steps so far.
    public var step: Int
    /// Mean over the episodes of an evaluation, actions drawn as in the data.
    public var meanReturn: Double
    /// Mean over as many episodes without the noise of the actions, as other libraries report it;
    /// nil where a recipe does not evaluate it.
    public var meanActionReturn: Double?
    /// In environment steps, over the same episodes.
    public var meanLength: Double

    /// Whether an evaluation can have had these results.
    var isPossible: Bool {
      Bounds(0, 1 << 53).contains(step) && meanReturn.isFinite && meanLength >= 0
        && meanLength.isFinite && meanActionReturn?.isFinite != false
    }
  }

  /// By step, ascending.
  package internal(set) var points: [Point] = []

  init() {}

  /// Reads `csv`; nil if it is none.
  init?(csv: String) {
    let lines = csv.split(separator: "\n")
    guard let head = lines.first, head.hasPrefix("step,return,length") else { return nil }
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == head.split(separator: ",").count, let step = Int(fields[0]),
        let meanReturn = Double(fields[1]), let meanLength = Double(fields[2])
      else { return nil }
      points.append(
        Point(
          step: step, meanReturn: meanReturn,
          meanActionReturn: fields.count > 3 ? Double(fields[3]) : nil, meanLength: meanLength))
    }
  }

  /// The highest return, the first of equal ones.
  ///
  /// - Throws: `CollectionError.noPolicy` if there is no point.
  package func expert() throws(CollectionError) -> Point {
    guard let point = points.max(by: { $0.meanReturn < $1.meanReturn }) else {
      throw .noPolicy
    }
    return point
  }

  /// The first point with a third of the expert's return.
  ///
  /// - Throws: `CollectionError.noMedium` unless the expert's return is positive.
  package func medium() throws(CollectionError) -> Point {
    let best = try expert().meanReturn
    guard best > 0, let point = points.first(where: { $0.meanReturn >= best / 3 }) else {
      throw .noMedium(best: best)
    }
    return point
  }

  /// One line for each point; the last column only where it was evaluated.
  var csv: String {
    let hasMeans = points.contains { $0.meanActionReturn != nil }
    func line(_ point: Point) -> String {
      let mean = point.meanActionReturn.map { "\($0)" } ?? ""
      return "\(point.step),\(point.meanReturn),\(point.meanLength)\(hasMeans ? ",\(mean)" : "")\n"
    }
    return "step,return,length\(hasMeans ? ",mean_action_return" : "")\n"
      + points.map(line).joined()
  }
}
