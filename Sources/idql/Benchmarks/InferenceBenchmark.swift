import Foundation
import IDQLAgent
import IDQLEvaluation
import IDQLRandom

/// The cost of a policy's actions on one thread, and the processor's peak on the same thread.
package struct InferenceBenchmark: Codable, Equatable, Sendable {
  package var instructionSet: String
  /// The sizes of block that were the fastest here, rows x panels of 16 columns.
  package var blocks: String
  /// Observations in one call of the policy.
  package var batch: Int
  /// N.
  package var candidates: Int
  package var actions: Int
  /// Median over the rounds, processor time.
  package var secondsPerAction: Double
  /// 10⁹ multiplications and additions of the layers.
  package var gflopPerAction: Double
  /// Median over the rounds, in 10⁹ operations per second.
  package var gflops: Double
  /// The same of multiply-adds in registers.
  package var peakGflops: Double
  /// Median over the rounds of the ratio of the two.
  package var shareOfPeak: Double
  /// Sum of all actions: a change that is faster because it computes something else shows here.
  package var checksum: Double

  enum CodingKeys: String, CodingKey {
    case batch, blocks, candidates, actions, gflops, checksum
    case instructionSet = "instruction_set"
    case secondsPerAction = "seconds_per_action"
    case gflopPerAction = "gflop_per_action"
    case peakGflops = "peak_gflops"
    case shareOfPeak = "share_of_peak"
  }

  /// Rounds of multiply-adds and of decisions by turns, until `seconds` of wall time have passed.
  ///
  /// Observations are standard normal; the noise of each continues from round to round.
  package init(_ policy: any DecidingPolicy, batch: Int, seconds: Double) {
    var generator = NumPyGenerator(seed: 0)
    let observations = (0..<batch * policy.observationCount).map { _ in
      generator.standardNormal()
    }
    var noise = (0..<batch).map { NumPyGenerator(seed: 0, spawnKey: [UInt32($0)]) }
    let operations = Double(policy.operationsPerAction * batch)
    let steps = Array(repeating: 0, count: batch)
    var peaks: [Double] = []
    var costs: [Double] = []
    checksum = 0
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    // the first decision touches fresh memory
    _ = policy.actions(observations: observations, steps: steps, noise: &noise)
    repeat {
      var start = ProcessUse.threadSeconds
      let (done, sum) = multiplyAddRounds(100_000)
      peaks.append(Double(done) / (ProcessUse.threadSeconds - start))
      // 0.5 x + 0.5 tends to 1 in every one of the sums
      precondition(sum.isFinite, "multiply-adds of halves")
      start = ProcessUse.threadSeconds
      let actions = policy.actions(observations: observations, steps: steps, noise: &noise)
      costs.append(ProcessUse.threadSeconds - start)
      checksum += actions.reduce(0) { $0 + Double($1) }
    } while clock.now < end

    func median(_ values: [Double]) -> Double { Sample(values)?.median ?? .nan }
    instructionSet = NetworkKernels.current.name
    blocks = BlockChoice.acting.text
    self.batch = batch
    candidates = policy.options.candidateCount
    actions = costs.count * batch
    secondsPerAction = median(costs) / Double(batch)
    gflopPerAction = Double(policy.operationsPerAction) * 1e-9
    gflops = median(costs.map { operations / $0 }) * 1e-9
    peakGflops = median(peaks) * 1e-9
    shareOfPeak = median(zip(costs, peaks).map { operations / $0 / $1 })
  }
}
