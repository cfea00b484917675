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
  func gradientsAreDifferences(ofCritics: Bool) {
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
      // a change of the loss by 1e-3: its rounding is 1e-3 of that, the rest is curvature and the
      // corners of relu and of the smaller Q
      let distance = min(0.02, 1e-3 / length)
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
