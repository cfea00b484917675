// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import IDQLAgent
import IDQLSpelling
import IDQLTensors

extension Learner {
  /// The trained policy as a checkpoint: what `loadPolicy` reads once `writeTensorFile` has written
  /// it, under the names of the reference's parameter tree.
  ///
  /// Contains what acting needs: the averages of score network and critic, the value network, the
  /// noise schedule; and the configuration as the metadata `hyperparameters`, in the reference's
  /// terms.
  ///
  /// - Parameters:
  ///   - environment: what the data is of, such as `hopper`; recorded in the file.
  ///   - options: default options of the policy. Its critic objective and parameter are
  ///     replaced by those of the training.
  public func policyFile(
    environment: String? = nil, options: IDQLOptions = IDQLOptions()
  ) throws -> (tensors: [NamedTensor], metadata: [String: String]) {
    var tensors = networks.tensors(.average, of: networks.scoreParameters) + criticTensors
    for (name, values) in [
      ("betas", schedule.betas), ("alphas", schedule.alphas), ("alpha_hats", schedule.alphaHats),
    ] {
      tensors.append(NamedTensor("schedule.\(name)", shape: [values.count], .floats(values)))
    }
    let settings = Hyperparameters(
      configuration, environment: environment, options: options, steps: steps)
    return (
      tensors,
      [
        "format": "idql-flax-v1",
        "hyperparameters": try settings.jsonText(),
      ]
    )
  }

  /// Of the policy's weights those that change while the actor is frozen.
  package var criticTensors: [NamedTensor] {
    networks.tensors(.average, of: networks.criticParameters)
      + networks.tensors(.value, of: networks.value.parameters)
  }
}

/// A configuration by the names that checkpoints of the reference use.
private struct Hyperparameters: Encodable {
  struct Learner: Encodable {
    var T: Int
    var N: Int
    var M: Int
    var beta_schedule: String
    var critic_hyperparam: Double
    var critic_objective: String
    var actor_objective: String
    var actor_lr: Double
    var critic_lr: Double
    var value_lr: Double
    var actor_tau: Double
    var actor_dropout_rate: Double
    var actor_num_blocks: Int
    var actor_layer_norm = true
    var value_layer_norm: Bool
    var decay_steps: Int
  }

  var learner: String
  var env: String?
  var obs_dim: Int
  var act_dim: Int
  var activation: String
  var critic_activation = "relu"
  var time_dim: Int
  var cond_hidden: [Int]
  var critic_hidden: [Int]
  var num_qs: Int
  var layer_norm_eps = 1e-6
  var ddpm_temperature: Float
  var clip_sampler: Bool
  var discount: Double
  var tau: Double
  var actor_weight_decay: Double
  var batch_size: Int
  var actor_batch_size: Int
  var actor_steps: Int
  var value_steps: Int
  var critic_steps: Int
  var create_kwargs: Learner

  init(
    _ configuration: LearnerConfiguration, environment: String?, options: IDQLOptions,
    steps: LearnerState.StepCounts
  ) {
    learner = configuration.family == .simple ? "ddpm_iql_simple" : "ddpm_iql"
    env = environment
    obs_dim = configuration.observationCount
    act_dim = configuration.actionCount
    activation = configuration.family.activation.rawValue
    time_dim = configuration.timeFeatureCount
    cond_hidden = configuration.conditionWidths
    critic_hidden = configuration.critic.widths
    num_qs = configuration.critic.heads
    ddpm_temperature = options.temperature
    clip_sampler = options.clipsEveryStep
    discount = configuration.discount
    tau = configuration.critic.averageRate
    actor_weight_decay = configuration.actor.weightDecay
    batch_size = configuration.critic.batchSize
    actor_batch_size = configuration.actor.batchSize
    actor_steps = steps.actor
    value_steps = steps.value
    critic_steps = steps.critic
    create_kwargs = Learner(
      T: configuration.diffusion.steps, N: options.candidateCount, M: options.extraFinalSteps,
      beta_schedule: configuration.diffusion.schedule.rawValue,
      critic_hyperparam: configuration.critic.tau,
      critic_objective: configuration.critic.objective.rawValue,
      actor_objective: configuration.actor.objective.rawValue,
      actor_lr: configuration.actor.learningRate,
      critic_lr: configuration.critic.learningRate,
      value_lr: configuration.critic.valueLearningRate,
      actor_tau: configuration.actor.averageRate, actor_dropout_rate: configuration.actor.dropout,
      actor_num_blocks: configuration.actor.blocks,
      value_layer_norm: configuration.normalizesValueInput,
      decay_steps: configuration.actor.decaySteps)
  }
}
