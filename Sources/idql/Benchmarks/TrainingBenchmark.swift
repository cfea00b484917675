import IDQLAgent
import IDQLEvaluation
import IDQLRandom
import IDQLRuns
import IDQLTensors
import IDQLTraining

/// Updates per second of a new agent of the published sizes on random transitions.
package struct TrainingBenchmark: Codable, Equatable, Sendable {
  package var family: LearnerFamily
  /// What multiplied.
  package var arithmetic: String
  package var batchSize: Int
  package var workers: Int
  package var updates: Int
  /// Wall time.
  package var seconds: Double
  /// Processor time of all threads.
  package var cpuSeconds: Double
  package var updatesPerSecond: Double
  /// Arithmetic of one update, in 10⁹ operations: three products per layer and row for networks that
  /// learn, one for those that are evaluated.
  package var gflopPerUpdate: Double
  /// Sum of all tensors after ten updates: a change that is faster because it computes something else
  /// shows here.
  package var checksum: Double

  enum CodingKeys: String, CodingKey {
    case family, arithmetic, workers, updates, seconds, checksum
    case cpuSeconds = "cpu_seconds"
    case batchSize = "batch"
    case updatesPerSecond = "updates_per_second"
    case gflopPerUpdate = "gflop_per_update"
  }

  /// Updates until `seconds` have passed, at least ten.
  ///
  /// - Throws: `LearnerError.configuration`.
  package init(
    _ configuration: LearnerConfiguration, workers: Int, seconds: Double
  ) throws(LearnerError) {
    let learner = try Learner(configuration, seed: 0)
    learner.threadCount = workers
    var generator = NumPyGenerator(seed: 1)
    let batch = Batch(
      randomRows: configuration.critic.batchSize, observationCount: configuration.observationCount,
      actionCount: configuration.actionCount, &generator)

    for _ in 0..<10 { _ = learner.update(batch) }
    checksum = learner.state.tensors.sorted { $0.key < $1.key }.reduce(0) { sum, entry in
      entry.value.values.reduce(sum) { $0 + Double($1) }
    }
    let clock = ContinuousClock()
    let (start, cpuStart) = (clock.now, ProcessUse.processorSeconds)
    var count = 0
    var elapsed = Duration.zero
    while count < 10 || elapsed < .seconds(seconds) {
      _ = learner.update(batch)
      count += 1
      elapsed = start.duration(to: clock.now)
    }
    cpuSeconds = ProcessUse.processorSeconds - cpuStart
    family = configuration.family
    arithmetic = configuration.precision.arithmetic.rawValue
    batchSize = configuration.critic.batchSize
    self.workers = workers
    updates = count
    self.seconds = elapsed / .seconds(1)
    updatesPerSecond = Double(count) / self.seconds
    gflopPerUpdate = configuration.operationsPerUpdate * 1e-9
  }
}

extension LearnerConfiguration {
  /// Multiplications and additions of the layers, as the reference counts them: the condition once for
  /// each row.
  fileprivate var operationsPerUpdate: Double {
    func products(_ widths: [Int]) -> Int {
      zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let inputs = actionCount + observationCount
    let condition = products([timeFeatureCount] + conditionWidths)
    let score =
      condition
      + products([inputs + conditionWidths[conditionWidths.count - 1], actor.width, actionCount])
      + actor.blocks * 8 * actor.width * actor.width
    let value = products([observationCount] + critic.widths + [1])
    let heads = critic.heads * products([inputs] + critic.widths + [1])
    let perActorRow = 3 * score + (actor.objective == .behaviourCloning ? 0 : value + heads)
    return 2
      * Double(
        actor.stepsPerUpdate * actor.batchSize * perActorRow
          + critic.batchSize * 4 * (value + heads))
  }
}
