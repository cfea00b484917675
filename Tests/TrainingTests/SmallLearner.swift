import Foundation
import IDQLAgent
import IDQLRandom

@testable import IDQLTraining

/// A learner of odd sizes, none a multiple of the kernels' 16.
func smallConfiguration(_ family: LearnerFamily = .simple) -> LearnerConfiguration {
  var configuration = LearnerConfiguration(family: family, observationCount: 5, actionCount: 2)
  configuration.timeFeatureCount = 6
  configuration.conditionWidths = [12, 10]
  configuration.actor.width = 20
  configuration.actor.blocks = 2
  configuration.critic.widths = [18, 9]
  configuration.critic.batchSize = 70
  configuration.actor.batchSize = 70
  configuration.actor.decaySteps = 50
  return configuration
}

extension Batch {
  /// Random transitions, of which every fifth terminates.
  init(_ count: Int, for configuration: LearnerConfiguration, seed: UInt64) {
    var generator = NumPyGenerator(seed: seed)
    func normal(_ count: Int) -> [Float] {
      (0..<count).map { _ in generator.standardNormalFloat() }
    }
    self.init(
      observations: normal(count * configuration.observationCount),
      actions: normal(count * configuration.actionCount).map { tanh($0) }, rewards: normal(count),
      masks: (0..<count).map { $0 % 5 == 0 ? 0 : 1 },
      nextObservations: normal(count * configuration.observationCount))
  }
}
