// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLAgent
import IDQLTensors
import TestSupport

@testable import IDQLTraining

/// Recorded updates of the original learner; `Scripts/make_training_fixtures.py` says where from.
struct Recording {
  let file: TensorFile
  let configuration: LearnerConfiguration

  static let names = ["simple_nodrop", "simple_drop", "full_drop"]

  /// What the recording says of its networks and settings.
  private struct Settings: Decodable {
    var learner: LearnerFamily
    var K: Int
    var B: Int
    var obs_dim: Int
    var act_dim: Int
    var resnet_hidden_dim: Int
    var num_blocks: Int
    var time_dim: Int
    var critic_hidden: [Int]
    var cond_hidden: [Int]
    var dropout: Double?
    var decay_steps: Int
  }

  init(_ name: String) throws {
    file = try TensorFile(contentsOf: goldenPath("updates_\(name).safetensors"))
    let text = Data((file.metadata["recording"] ?? "").utf8)
    let settings = try JSONDecoder().decode(Settings.self, from: text)
    var configuration = LearnerConfiguration(
      family: settings.learner, observationCount: settings.obs_dim, actionCount: settings.act_dim)
    configuration.actor.width = settings.resnet_hidden_dim
    configuration.actor.blocks = settings.num_blocks
    configuration.timeFeatureCount = settings.time_dim
    configuration.critic.widths = settings.critic_hidden
    configuration.conditionWidths = settings.cond_hidden
    configuration.actor.dropout = settings.dropout ?? 0
    configuration.actor.decaySteps = settings.decay_steps
    configuration.critic.batchSize = settings.B
    configuration.actor.batchSize = settings.B
    self.configuration = configuration
  }

  static let updateCount = 12

  /// The tensors whose names begin with `prefix`, under the rest of their names.
  func tensors(_ prefix: String) throws -> [String: Tensor<Float>] {
    var tensors: [String: Tensor<Float>] = [:]
    for name in file.names where name.hasPrefix(prefix) {
      tensors[String(name.dropFirst(prefix.count))] = try file.floats(name)
    }
    return tensors
  }

  func number(_ name: String) throws -> Float { try file.floats(name).values[0] }

  /// The learner in front of the first update, its moments zero.
  func learner() throws -> Learner {
    var tensors = try tensors("before/")
    for (name, tensor) in tensors where !name.hasPrefix("target_") {
      let zeros = Tensor(
        shape: tensor.shape, values: [Float](repeating: 0, count: tensor.values.count))
      tensors["adam_mu." + name] = zeros
      tensors["adam_nu." + name] = zeros
    }
    return try Learner(
      configuration,
      state: LearnerState(tensors: tensors, steps: .init(), generator: .init(seed: 0)))
  }

  private func prefix(_ step: Int) -> String { step < 10 ? "step0\(step)" : "step\(step)" }

  func value(_ name: String, step: Int) throws -> Float { try number("\(prefix(step))/\(name)") }

  func batch(step: Int) throws -> Batch {
    let tensors = try tensors("\(prefix(step))/batch/").mapValues(\.values)
    return Batch(
      observations: tensors["observations"] ?? [], actions: tensors["actions"] ?? [],
      rewards: tensors["rewards"] ?? [], masks: tensors["masks"] ?? [],
      nextObservations: tensors["next_observations"] ?? [])
  }

  func draws(step: Int) throws -> ActorDraws {
    let masks = "\(prefix(step))/dropout_keep_masks"
    return ActorDraws(
      times: try file.integers("\(prefix(step))/time").values,
      noise: try file.floats("\(prefix(step))/noise").values,
      keepMasks: file.contains(masks) ? try file.integers(masks).values.map(UInt8.init) : [])
  }
}
