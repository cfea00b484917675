import IDQLEvaluation
import IDQLRandom
import IDQLTraining

/// Updates of soft actor-critic per second on random transitions of Hopper's sizes, and the cost of
/// an action of its policy.
package struct SACBenchmark: Encodable, Equatable, Sendable {
  package var batchSize: Int
  package var environments: Int
  package var workers: Int
  package var precision: LearnerPrecision
  /// What multiplied.
  package var arithmetic: String
  package var updates: Int
  /// Wall time of the updates.
  package var seconds: Double
  /// Processor time of all threads.
  package var cpuSeconds: Double
  package var updatesPerSecond: Double
  /// Arithmetic of the layers, in 10⁹ operations.
  package var gflopPerUpdate: Double
  /// Processor time of an action, one of as many as there are environments in a call, in 10⁻⁶ s.
  package var actionMicroseconds: Double

  enum CodingKeys: String, CodingKey {
    case environments, workers, precision, arithmetic, updates, seconds
    case batchSize = "batch"
    case cpuSeconds = "cpu_seconds"
    case updatesPerSecond = "updates_per_second"
    case gflopPerUpdate = "gflop_per_update"
    case actionMicroseconds = "action_microseconds"
  }

  /// Updates until `seconds` have passed, at least ten, and as many calls of the policy as take a
  /// tenth of that.
  ///
  /// - Throws: `CollectionError.setting`.
  package init(_ configuration: SACConfiguration, workers: Int, seconds: Double) throws {
    try configuration.validate()
    let (o, a) = (11, 3)
    let learner = SoftActorCritic(configuration, observationCount: o, actionCount: a, seed: 0)
    learner.threadCount = workers
    batchSize = configuration.batchSize
    environments = configuration.environmentCount
    self.workers = workers
    precision = configuration.precision
    arithmetic = precision.arithmetic.rawValue
    var generator = NumPyGenerator(seed: 1)
    let rows = configuration.batchSize
    let batch = Batch(randomRows: rows, observationCount: o, actionCount: a, &generator)
    let updating = Self.measure(seconds) { _ = learner.update(batch) }
    (updates, self.seconds, cpuSeconds) = (updating.count, updating.seconds, updating.cpuSeconds)
    updatesPerSecond = Double(updates) / self.seconds

    let policy = SACActor(learner.actor)
    let observations = (0..<environments * o).map { _ in generator.standardNormal() }
    let steps = [Int](repeating: 0, count: environments)
    var noise = (0..<environments).map { NumPyGenerator(seed: UInt64($0)) }
    let acting = Self.measure(seconds / 10) {
      _ = policy.actions(observations: observations, steps: steps, noise: &noise)
    }
    actionMicroseconds = 1e6 * acting.cpuSeconds / Double(acting.count * environments)

    func products(_ inputs: Int, _ outputs: Int) -> Int {
      let widths = [inputs] + configuration.widths + [outputs]
      return zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    }
    // of the actor: next actions, actions, two products backward; of each critic: target, values with
    // two products backward, values of the actor's actions with one backward
    let operations = 2 * (4 * products(o, 2 * a) + 2 * 6 * products(o + a, 1))
    gflopPerUpdate = Double(rows * operations) * 1e-9
  }

  /// Takes `task` until `seconds` have passed, ten times at least, after ten times that are not
  /// measured.
  private static func measure(
    _ seconds: Double, _ task: () -> Void
  ) -> (count: Int, seconds: Double, cpuSeconds: Double) {
    for _ in 0..<10 { task() }
    let (start, cpuStart) = (ContinuousClock.now, ProcessUse.processorSeconds)
    var count = 0
    while count < 10 || start.duration(to: .now) < .seconds(seconds) {
      task()
      count += 1
    }
    return (
      count, start.duration(to: .now) / .seconds(1), ProcessUse.processorSeconds - cpuStart
    )
  }
}
