import Foundation
import IDQLAgent
import IDQLRandom
import IDQLTensors
import Testing

@testable import IDQLTraining

/// Gradients against differences of the losses.
@Suite struct GradientTests {
  /// Of every tensor under `prefix`: the loss's slope along the gradient must be the gradient's
  /// length, which a gradient with a wrong component misses.
  private func check(
    _ configuration: LearnerConfiguration, _ prefix: String, _ loss: (Learner) -> Float
  ) throws {
    let learner = try Learner(configuration, seed: 3)
    // away from the start, where biases are zero and averages are copies
    for seed in 10..<20 {
      _ = learner.update(Batch(50, for: configuration, seed: UInt64(seed)))
    }
    let state = learner.state
    for parameter in learner.networks.parameters { parameter.recordGradient() }
    _ = loss(learner)
    let gradients = learner.networks.gradients.filter { $0.key.hasPrefix(prefix) }
    #expect(gradients.count > 5)

    var compared = 0
    for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
      let length = gradient.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard length > 1e-4 else { continue }
      // a change of the loss by 1e-4: its rounding is 2e-3 of that, the rest is curvature, and the
      // corners of relu and of the quantile's loss
      let distance = min(0.05, 1e-4 / length)
      var sides: [Double] = []
      for sign in [1.0, -1.0] {
        var moved = state
        for (i, g) in gradient.values.enumerated() {
          moved.tensors[name]?.values[i] += Float(sign * distance * Double(g) / length)
        }
        sides.append(Double(loss(try Learner(configuration, state: moved))))
      }
      let slope = (sides[0] - sides[1]) / (2 * distance)
      #expect(abs(slope - length) < 0.02 * length, "\(name): slope \(slope), gradient \(length)")
      compared += 1
    }
    // at most one in four is too short to be measured
    #expect(4 * compared >= 3 * gradients.count)
  }

  @Test(arguments: LearnerFamily.allCases, ActorObjective.allCases)
  func actorGradientIsASlope(_ family: LearnerFamily, _ objective: ActorObjective) throws {
    var configuration = smallConfiguration(family)
    configuration.actor.objective = objective
    let batch = Batch(70, for: configuration, seed: 1)
    let draws = try Learner(configuration, seed: 4).drawForActor(rows: 70)
    try check(configuration, "score_model.") { $0.updateActor(batch, draws: draws) }
  }

  @Test(arguments: LearnerFamily.allCases, [CriticObjective.expectile, .quantile])
  func valueGradientIsASlope(_ family: LearnerFamily, _ objective: CriticObjective) throws {
    var configuration = smallConfiguration(family)
    configuration.critic.objective = objective
    let batch = Batch(70, for: configuration, seed: 2)
    try check(configuration, "value.") { $0.updateCritic(batch).valueLoss }
  }

  @Test func criticGradientIsASlope() throws {
    let configuration = smallConfiguration()
    let batch = Batch(70, for: configuration, seed: 5)
    try check(configuration, "critic.") { $0.updateCritic(batch).criticLoss }
  }

  /// What the exponential objective's gradient is the derivative of: exp(βu) / β - u, up to where it
  /// is cut off.
  @Test func slopesOfValueLossesMatchDifferences() {
    for objective in CriticObjective.allCases {
      let f = ValueLoss(objective, 0.8)
      for u in stride(from: Float(-3), through: 3, by: 0.37) {
        func loss(_ u: Double) -> Double {
          switch objective {
          case .expectile: (u < 0 ? 0.2 : 0.8) * u * u
          case .quantile: (u < 0 ? 0.2 : 0.8) * abs(u)
          case .exponential: u < log6 / 0.8 ? exp(0.8 * u) / 0.8 - u : 5 * u
          }
        }
        let slope = (loss(Double(u) + 1e-6) - loss(Double(u) - 1e-6)) / 2e-6
        #expect(abs(Double(f(u).slope) - slope) < 1e-4, "\(objective) \(u)")
      }
    }
  }

  private let log6 = 1.791759469228055

  @Test func actorObjectivesWeighByTheAdvantage() {
    let advantages: [Float] = [-1, -0.005, 0, 1, 50]
    let expected: [ActorObjective: [Float]] = [
      .behaviourCloning: [1, 1, 1, 1, 1],
      .softAdvantage: [0.1, 0.1, 0.1, 0.9, 0.9],
      .hardAdvantage: [0, 1, 1, 1, 1],
      .exponentialAdvantage: [0.049787067, 0.9851119, 1, 20.085537, 100],
    ]
    for (objective, weights) in expected {
      for (advantage, weight) in zip(advantages, weights) {
        let found = objective.weight(advantage: advantage, parameter: 0.9)
        #expect(abs(found - weight) <= 1e-6 * weight, "\(objective) \(advantage)")
      }
    }
  }
}
