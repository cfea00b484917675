import Foundation
import IDQLRandom
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct SoftActorCriticTests {
  private func learner(rate: Double, seed: UInt64) -> SoftActorCritic {
    var configuration = SACConfiguration()
    configuration.widths = [20, 18]
    configuration.batchSize = 70
    configuration.rate = rate
    return SoftActorCritic(configuration, observationCount: 5, actionCount: 2, seed: seed)
  }

  private func batch(_ count: Int, seed: UInt64) -> Batch {
    var generator = NumPyGenerator(seed: seed)
    func normal(_ count: Int) -> [Float] {
      (0..<count).map { _ in generator.standardNormalFloat() }
    }
    return Batch(
      observations: normal(count * 5), actions: normal(count * 2).map { max(-1, min(1, $0)) },
      rewards: normal(count), masks: (0..<count).map { $0 % 5 == 0 ? 0 : 1 },
      nextObservations: normal(count * 5))
  }

  /// Factors of 8 bits: losses of a batch move by less than a hundredth of themselves, and do move.
  @Test(.enabled(if: LearnerPrecision.supported.contains(.bfloat16)))
  func roundedProductsAreNear() {
    func loss(_ precision: LearnerPrecision) -> SACReport {
      var configuration = SACConfiguration()
      configuration.precision = precision
      let learner = SoftActorCritic(configuration, observationCount: 5, actionCount: 2, seed: 3)
      for seed in 10..<20 { _ = learner.update(batch(256, seed: UInt64(seed))) }
      return learner.update(batch(256, seed: 1))
    }
    let (exact, rounded) = (loss(.float32), loss(.bfloat16))
    #expect(rounded.criticLoss != exact.criticLoss)
    expectClose([rounded.criticLoss], [exact.criticLoss], within: 0.01 * Double(exact.criticLoss))
    expectClose([rounded.entropy], [exact.entropy], within: 0.01 * Double(abs(exact.entropy)))
  }

  /// A learner that has left its start, with steps too small to matter.
  private func frozen() -> SoftActorCritic {
    let trained = learner(rate: 3e-3, seed: 3)
    for seed in 10..<30 { _ = trained.update(batch(50, seed: UInt64(seed))) }
    return copy(trained)
  }

  private func copy(_ original: SoftActorCritic) -> SoftActorCritic {
    let copy = learner(rate: 1e-12, seed: 0)
    for (mine, other) in zip(copy.parameters, original.parameters) {
      for row in 0..<mine.rows {
        for column in 0..<mine.columns {
          mine.value[row, column] = other.value[row, column]
          mine.target?[row, column] = other.target?[row, column] ?? 0
        }
      }
      mine.transpose()
    }
    return copy
  }

  /// Of every tensor: the loss's slope along the gradient must be the gradient's length, which a
  /// gradient with a wrong component misses.
  @Test(arguments: [true, false])
  func gradientsMatchDifferences(ofCritics: Bool) {
    let learner = frozen()
    let batch = batch(70, seed: 1)
    let noise = learner.drawNoise(rows: 70)
    func loss(_ learner: SoftActorCritic) -> Double {
      let report = learner.update(batch, noise: noise)
      return Double(ofCritics ? report.criticLoss : report.actorLoss)
    }
    let recorded = copy(learner)
    for parameter in recorded.parameters { parameter.recordGradient() }
    _ = loss(recorded)
    let indices = learner.parameters.indices.filter {
      learner.parameters[$0].place.name.hasPrefix(ofCritics ? "critic" : "actor")
    }
    #expect(indices.count == (ofCritics ? 12 : 6))
    for index in indices {
      let parameter = recorded.parameters[index]
      let gradient = parameter.gradient?.values(rows: parameter.rows) ?? []
      let length = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(length > 1e-4)
      // a change of the loss by 1e-4 or more, of which its rounding is 1e-3; the rest is curvature and
      // the corners of relu and of the smaller Q, which are fewer on a shorter way
      let distance = min(0.005, 1e-3 / length)
      let sides = [1.0, -1.0].map { sign in
        let moved = copy(learner)
        let target = moved.parameters[index]
        for (i, g) in gradient.enumerated() {
          target.value[i / target.columns, i % target.columns] += Float(
            sign * distance * Double(g) / length)
        }
        target.transpose()
        return loss(moved)
      }
      let slope = (sides[0] - sides[1]) / (2 * distance)
      #expect(
        abs(slope - length) < 0.02 * length,
        "\(parameter.place.name): slope \(slope), gradient \(length)")
    }
  }

  /// The losses by their definitions in 64-bit arithmetic (Haarnoja et al. 2018, eq. 5 and 7, with
  /// the smaller of two critics): critics towards r + γ mask (min Q'(s', a') - α log π(a'|s')), the
  /// actor on α log π(a|s) - min Q(s, a).
  @Test func lossesAreThoseOfThePaper() throws {
    let learner = frozen()
    let batch = batch(70, seed: 4)
    let noise = learner.drawNoise(rows: 70)
    let temperature = Double(learner.temperature)
    var (criticLoss, actorLoss, entropy) = (0.0, 0.0, 0.0)
    var smaller = [[0, 0], [0, 0]]  // by head: of the targets, of the actor's loss
    func smallest(_ q: [Double], _ use: Int) -> Double {
      smaller[use][q[0] <= q[1] ? 0 : 1] += 1
      return min(q[0], q[1])
    }
    for row in 0..<70 {
      func part(_ values: [Float], _ width: Int) -> [Double] {
        values[row * width..<(row + 1) * width].map(Double.init)
      }
      func judge(_ state: [Double], _ action: [Double], target: Bool = false) throws -> [Double] {
        try learner.critics.map { try output($0, state + action, target: target)[0] }
      }
      let (state, next) = (part(batch.observations, 5), part(batch.nextObservations, 5))
      let then = try act(learner, next, part(noise.next, 2))
      let value =
        smallest(try judge(next, then.action, target: true), 0) - temperature * then.logDensity
      let target = Double(batch.rewards[row]) + 0.99 * Double(batch.masks[row]) * value
      for q in try judge(state, part(batch.actions, 2)) {
        criticLoss += 0.5 * (q - target) * (q - target) / 70
      }
      let now = try act(learner, state, part(noise.now, 2))
      actorLoss +=
        (temperature * now.logDensity - smallest(try judge(state, now.action), 1)) / 70
      entropy -= now.logDensity / 70
    }
    let report = learner.update(batch, noise: noise)
    // 32-bit rounding of sums of a few tens of numbers about 1
    expectClose(
      [report.criticLoss, report.actorLoss, report.entropy].map(Double.init),
      [criticLoss, actorLoss, entropy], within: 0, relative: 1e-5)
    // either head was the smaller one in some rows; temperature and averages have left their start
    #expect(smaller.joined().allSatisfy { $0 > 5 })
    #expect(abs(temperature - 1) > 0.01)
    let kernel = learner.critics[0].layers[0].kernel
    #expect(kernel.value.values(rows: kernel.rows) != kernel.target?.values(rows: kernel.rows))
  }

  /// A network's outputs for one row.
  private func output(
    _ network: Perceptron, _ input: [Double], target: Bool = false
  ) throws -> [Double] {
    var values = input
    for (index, layer) in network.layers.enumerated() {
      let (kernel, bias) =
        try target
        ? (#require(layer.kernel.target), #require(layer.bias.target))
        : (layer.kernel.value, layer.bias.value)
      values = (0..<layer.kernel.columns).map { column in
        let sum = values.indices.reduce(Double(bias[0, column])) {
          $0 + values[$1] * Double(kernel[$1, column])
        }
        return index == network.layers.count - 1 ? sum : max(0, sum)
      }
    }
    return values
  }

  /// The actor's action for noise ε, and log π of it.
  private func act(
    _ learner: SoftActorCritic, _ state: [Double], _ noise: [Double]
  ) throws -> (action: [Double], logDensity: Double) {
    let outputs = try output(learner.actor, state)
    var (action, logDensity): ([Double], Double) = ([], 0)
    for (i, epsilon) in noise.enumerated() {
      let logDeviation = outputs[noise.count + i]
      action.append(tanh(outputs[i] + exp(logDeviation) * epsilon))
      logDensity -= 0.5 * epsilon * epsilon + logDeviation + 0.5 * log(2 * .pi)
      logDensity -= log(1 - action[i] * action[i])
    }
    return (action, logDensity)
  }

  /// -log α (log π + target): its derivative with respect to log α is entropy - target entropy.
  @Test func temperatureFollowsTheEntropy() throws {
    let learner = frozen()
    learner.logTemperature.recordGradient()
    let report = learner.update(batch(70, seed: 2))
    let gradient = try #require(learner.logTemperature.gradient)[0, 0]
    expectClose([gradient], [report.entropy + 2], within: 1e-5)
  }

  @Test func threadsChangeNothing() {
    let learners = [1, 2, 3].map { threads in
      let learner = learner(rate: 3e-3, seed: 3)
      learner.threadCount = threads
      for seed in 0..<10 { _ = learner.update(batch(200, seed: UInt64(seed))) }
      return learner.parameters.map { $0.value.values(rows: $0.rows) }
    }
    #expect(learners[0] == learners[1] && learners[0] == learners[2])
  }
}
