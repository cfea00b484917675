// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLSpelling

/// The part of an IDQL checkpoint's `hyperparameters` that inference needs, by its names there.
struct IDQLSettings: Decodable {
  struct Learner: Decodable {
    var T: Int?
    var N: Int?
    var M: Int?
    var beta_schedule: String?
    var critic_hyperparam: Double?
    var critic_objective: String?
    var actor_num_blocks: Int?
    var actor_layer_norm: Bool?
    var value_layer_norm: Bool?
  }

  var learner: String?
  var env: String?
  var obs_dim: Int?
  var act_dim: Int?
  var activation: String?
  var critic_activation: String?
  var time_dim: Int?
  var critic_hidden: [Int]?
  var num_qs: Int?
  var ddpm_temperature: Float?
  var clip_sampler: Bool?
  var layer_norm_eps: Float?
  var obs_normalization: NormalizationSettings?
  var create_kwargs: Learner?

  /// Keys of `hyperparameters` that acting has no use for: how the agent was trained.
  static let training: Set<String> = [
    "learner", "seed", "batch_size", "actor_batch_size", "gradient_steps", "actor_steps",
    "value_steps", "critic_steps", "reward_scale", "reward_normalization", "dataset",
    "train_transitions", "val_transitions", "discount", "tau", "cond_hidden", "adam",
    "actor_weight_decay", "jax", "flax", "optax", "critic_only_steps", "critic_phase",
    "create_kwargs.actor_lr", "create_kwargs.critic_lr", "create_kwargs.value_lr",
    "create_kwargs.actor_dropout_rate", "create_kwargs.decay_steps", "create_kwargs.actor_tau",
    "create_kwargs.actor_objective", "create_kwargs.actor_architecture",
    "create_kwargs.policy_temperature",
  ]
  /// Those that are read.
  static let known: Set<String> = [
    "learner", "env", "obs_dim", "act_dim", "activation", "critic_activation", "time_dim",
    "critic_hidden", "num_qs", "ddpm_temperature", "clip_sampler", "layer_norm_eps",
    "obs_normalization", "create_kwargs", "create_kwargs.T", "create_kwargs.N", "create_kwargs.M",
    "create_kwargs.beta_schedule", "create_kwargs.critic_hyperparam",
    "create_kwargs.critic_objective", "create_kwargs.actor_num_blocks",
    "create_kwargs.actor_layer_norm", "create_kwargs.value_layer_norm",
  ]
}

/// Mean and variance of each number of an observation, the bound after normalising and what is added to
/// the variance.
struct NormalizationSettings: Codable {
  var mean: [Double]
  var `var`: [Double]
  var clip: Double
  var epsilon: Double

  /// - Parameters:
  ///   - name: of the setting, for messages.
  ///   - count: numbers of an observation.
  func checked(
    _ name: String, count: Int, file: String
  ) throws(CheckpointError) -> ObservationNormalization {
    func refuse(_ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(file: file, .setting(name, found: found, expected: expected))
    }
    guard mean.count == count, self.var.count == count else {
      throw refuse(
        "\(mean.count) means and \(self.var.count) variances", "\(count) of each, one per input")
    }
    guard self.var.allSatisfy({ $0 + epsilon > 0 }), clip > 0 else {
      throw refuse(
        "a variance, epsilon or bound that is not positive", "var + epsilon and clip above 0")
    }
    return ObservationNormalization(mean: mean, variance: self.var, epsilon: epsilon, bound: clip)
  }
}

/// The `policy` metadata of an MLP actor, by its names there.
struct ActorSettings: Decodable {
  var env: String?
  var algorithm: String?
  var activation: String
  var squash: Bool
  var obs_normalization: NormalizationSettings?
  var time_feature: TimeFeature?
  var pad_zeros_to: Int?

  /// Whether the format says how observations are normalised, if only that they are not.
  var saysNormalization: Bool { !isFromLibrary || obs_normalization != nil }
  private var isFromLibrary = false

  private enum CodingKeys: CodingKey {
    case env, algorithm, activation, squash, obs_normalization, time_feature, pad_zeros_to
  }

  /// What a Stable-Baselines3 model says, which keeps the statistics of observations elsewhere.
  init(stableBaselines algorithm: String?, activation: String, squash: Bool) {
    self.algorithm = algorithm
    self.activation = activation
    self.squash = squash
    isFromLibrary = true
  }

  /// Keys that are read, and one that only tells where the actor is from.
  static let known: Set<String> = [
    "env", "algorithm", "activation", "squash", "obs_normalization", "time_feature",
    "pad_zeros_to", "provenance",
  ]

  /// Present in any form but null or false: the policy was trained with the feature.
  struct TimeFeature: Decodable {
    var isUsed: Bool
    var stepLimit: Int?

    private enum Key: String, CodingKey {
      case max_steps
    }

    init(stepLimit: Int) {
      isUsed = true
      self.stepLimit = stepLimit
    }

    init(from decoder: any Decoder) throws {
      if let flag = try? decoder.singleValueContainer().decode(Bool.self) {
        isUsed = flag
      } else {
        isUsed = true
        let object = try? decoder.container(keyedBy: Key.self)
        stepLimit = try object?.decodeIfPresent(Int.self, forKey: .max_steps)
      }
    }
  }
}

/// Keys of a JSON object, and of the object under `inner` as `inner.key`, that are none of `known`.
func unknownKeys(of text: String, inner: String? = nil, known: Set<String>) -> [String] {
  let keys = (jsonObject(Data(text.utf8)) ?? [:]).flatMap { key, value in
    guard key == inner, let part = value.object else { return [key] }
    return part.keys.map { "\(key).\($0)" }
  }
  return keys.filter { !known.contains($0) }.sorted()
}

/// Decodes a metadata entry, naming the setting that is wrong.
func decodeSettings<Settings: Decodable>(
  _: Settings.Type, from text: String, key: String, file: String
) throws(CheckpointError) -> Settings {
  func path(_ context: DecodingError.Context, _ last: String? = nil) -> String {
    ([key] + context.codingPath.map(\.stringValue) + (last.map { [$0] } ?? [])).joined(
      separator: ".")
  }
  let problem: CheckpointError.Problem
  guard text.utf8.count <= jsonByteLimit else {
    throw CheckpointError(
      file: file,
      .setting(
        key, found: "\(text.utf8.count) bytes of JSON", expected: "at most \(jsonByteLimit)"))
  }
  do {
    return try JSONDecoder().decode(Settings.self, from: Data(text.utf8))
  } catch DecodingError.keyNotFound(let missing, let context) {
    problem = .setting(path(context, missing.stringValue), found: "missing", expected: "a value")
  } catch DecodingError.typeMismatch(let type, let context) {
    problem = .setting(path(context), found: "of another type", expected: "\(type)")
  } catch DecodingError.valueNotFound(let type, let context) {
    problem = .setting(path(context), found: "null", expected: "\(type)")
  } catch {
    problem = .setting(key, found: "not valid JSON", expected: "a JSON object")
  }
  throw CheckpointError(file: file, problem)
}
