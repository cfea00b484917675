import Foundation
import IDQLEnvs
import IDQLTensors
import TestSupport

@testable import IDQLRuns

/// Small runs on transitions of real Hopper episodes.
enum Fixture {
  static let data = goldenPath("hopper.hdf5", of: "DatasetsTests")

  static var environment: EnvironmentID {
    get throws { try EnvironmentID("Hopper-v4") }
  }

  /// An agent that learns a step in a millisecond.
  static let small = [
    "actor.width=16", "actor.blocks=1", "actor.batch_size=8", "critic.batch_size=8",
    "critic.widths=[16]", "training.steps=40", "training.critic_steps=20", "training.log_every=10",
    "training.checkpoint_every=15", "evaluation.every=30", "evaluation.episodes=2",
    "evaluation.candidates=[2, 1]", "actor.decay_steps=40",
  ]

  static func run(_ folder: String, settings: [String] = [], seed: UInt64 = 3) throws -> TrainingRun
  {
    let environment = try environment
    return try TrainingRun(
      creating: folder, environment: environment, data: [data],
      configuration: RunConfiguration(environment: environment, settings: small + settings),
      seed: seed)
  }

  /// Every tensor of a run's state.
  static func tensors(_ folder: String) throws -> [String: Tensor<Float>] {
    let file = try TensorFile(contentsOf: "\(folder)/state.safetensors")
    var tensors: [String: Tensor<Float>] = [:]
    for name in file.names where !["steps", "generator"].contains(name) {
      tensors[name] = try file.floats(name)
    }
    return tensors
  }
}
