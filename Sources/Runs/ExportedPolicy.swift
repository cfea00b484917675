import Agent
import Foundation
import Tensors
import Training

/// What an agent needs to act, written as IDQL's checkpoints are: the averaged score network and
/// critic, the value network, the noise schedule.
struct ExportedPolicy {
  let configuration: LearnerConfiguration
  let state: LearnerState

  /// Writes a safetensors file, whole or not at all.
  ///
  /// - Parameters:
  ///   - environment: what it was trained for.
  ///   - step: at which it was taken.
  /// - Throws: `FileError`.
  func write(to path: String, environment: String, step: Int) throws {
    let prefixes = ["target_score_model.", "target_critic.", "value."]
    let networks = state.tensors.filter { name, _ in prefixes.contains { name.hasPrefix($0) } }
      .map { NamedTensor($0.key, shape: $0.value.shape, .floats($0.value.values)) }
    let schedule = NoiseSchedule(
      configuration.noiseSchedule, steps: configuration.diffusionStepCount)
    let numbers = [
      ("betas", schedule.betas), ("alphas", schedule.alphas), ("alpha_hats", schedule.alphaHats),
    ].map { NamedTensor("schedule.\($0.0)", shape: [$0.1.count], .floats($0.1)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let parameters = try encoder.encode(
      Hyperparameters(configuration, environment: environment, step: step))
    try writeTensorFile(
      networks + numbers,
      metadata: [
        "format": "idql-flax-v1", "hyperparameters": String(decoding: parameters, as: UTF8.self),
      ], to: path)
  }
}

/// What `IDQLPolicy` reads beside the tensors, under the reference's names.
private struct Hyperparameters: Encodable {
  var env: String
  var obs_dim: Int
  var act_dim: Int
  var activation: String
  var create_kwargs: Learner
  var checkpoint_step: Int

  struct Learner: Encodable {
    var T: Int
    var beta_schedule: String
    var critic_hyperparam: Double
    var critic_objective: String
  }

  init(_ configuration: LearnerConfiguration, environment: String, step: Int) {
    env = environment
    obs_dim = configuration.observationCount
    act_dim = configuration.actionCount
    activation = configuration.family == .simple ? "swish" : "mish"
    create_kwargs = Learner(
      T: configuration.diffusionStepCount, beta_schedule: configuration.noiseSchedule.rawValue,
      critic_hyperparam: configuration.criticParameter,
      critic_objective: configuration.criticObjective.rawValue)
    checkpoint_step = step
  }
}
