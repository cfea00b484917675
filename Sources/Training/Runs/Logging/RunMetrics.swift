import IDQLEvaluation
import IDQLTraining

/// What a run measures, by the names of the columns of its log.
struct RunMetrics {
  private(set) var values: [String: Double] = [:]

  /// All columns, in order.
  ///
  /// - Parameter candidates: every N of an evaluation.
  static func columns(candidates: [Int]) -> [String] {
    let losses = ["actor_loss", "value_loss", "critic_loss", "q", "v"]
    let evaluations = candidates.flatMap { count in
      ["return", "return_error", "score", "success"].map { "\($0)_N\(count)" }
    }
    return ["steps_per_second"] + losses + losses.map { "validation_" + $0 } + evaluations
  }

  mutating func add(stepsPerSecond rate: Double) { values["steps_per_second"] = rate }

  mutating func add(_ report: UpdateReport, isValidation: Bool = false) {
    for (name, value) in [
      ("actor_loss", report.actorLoss), ("value_loss", report.valueLoss),
      ("critic_loss", report.criticLoss), ("q", report.meanQ), ("v", report.meanValue),
    ] {
      values[(isValidation ? "validation_" : "") + name] = value.map(Double.init)
    }
  }

  mutating func add(_ summary: Summary, candidates: Int) {
    for (name, value) in [
      ("return", summary.returns?.mean), ("return_error", summary.returns?.standardError),
      ("score", summary.scores?.mean), ("success", summary.success?.rate),
    ] {
      values["\(name)_N\(candidates)"] = value
    }
  }
}
