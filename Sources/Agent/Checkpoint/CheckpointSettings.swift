// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLSpelling

/// The part of an IDQL checkpoint's `hyperparameters` that inference needs, by its names there. The arguments
/// of the reference's `create` stand under `create_kwargs`, the rest beside it; each is read in either place.
struct IDQLSettings {
  /// Of the object itself, and of `create_kwargs` in it.
  var outer = Keys()
  var inner = Keys()

  struct Keys: Decodable {
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
    var T: Int?
    var N: Int?
    var M: Int?
    var beta_schedule: String?
    var critic_hyperparam: Double?
    var critic_objective: String?
    var actor_num_blocks: Int?
    var actor_layer_norm: Bool?
    var value_layer_norm: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case learner, env, obs_dim, act_dim, activation, critic_activation, time_dim, critic_hidden
      case num_qs, ddpm_temperature, clip_sampler, layer_norm_eps, obs_normalization
      case T, N, M, beta_schedule, critic_hyperparam, critic_objective
      case actor_num_blocks, actor_layer_norm, value_layer_norm
    }
  }

  private struct Nested: Decodable {
    var create_kwargs: Keys?
  }

  /// Nothing.
  init() {}

  /// - Parameter text: the JSON of the metadata key `hyperparameters`.
  init(_ text: String, file: String) throws(CheckpointError) {
    outer = try decodeSettings(Keys.self, from: text, key: "hyperparameters", file: file)
    inner =
      try decodeSettings(Nested.self, from: text, key: "hyperparameters", file: file).create_kwargs
      ?? Keys()
  }

  /// The one value of a setting, whose two places must agree.
  ///
  /// - Parameter name: of the setting, for the message.
  func value<Value: Equatable>(
    _ key: KeyPath<Keys, Value?>, _ name: String, file: String
  ) throws(CheckpointError) -> Value? {
    if let outer = outer[keyPath: key], let inner = inner[keyPath: key], outer != inner {
      throw CheckpointError(
        file: file,
        .setting(
          "hyperparameters.create_kwargs.\(name)", found: "\(inner)",
          expected: "\(outer), as hyperparameters.\(name) says"))
    }
    return inner[keyPath: key] ?? outer[keyPath: key]
  }

  /// Where a setting stands, for messages: `hyperparameters.create_kwargs.T`; its name if the metadata does not
  /// have it.
  func place<Value>(_ key: KeyPath<Keys, Value?>, _ name: String) -> String {
    if inner[keyPath: key] != nil { return "hyperparameters.create_kwargs.\(name)" }
    return outer[keyPath: key] != nil ? "hyperparameters.\(name)" : name
  }

  /// Keys, in either place, that acting has no use for: how the agent was trained.
  static let training: Set<String> = [
    "seed", "batch_size", "actor_batch_size", "gradient_steps", "actor_steps", "value_steps",
    "critic_steps", "reward_scale", "reward_normalization", "dataset", "train_transitions",
    "val_transitions", "discount", "tau", "cond_hidden", "adam", "actor_weight_decay", "jax",
    "flax",
    "optax", "critic_only_steps", "critic_phase", "checkpoint_step", "actor_lr", "critic_lr",
    "value_lr", "actor_dropout_rate", "decay_steps", "actor_tau", "actor_objective",
    "actor_architecture", "policy_temperature",
  ]
  /// Those that are read.
  static let read = Set(Keys.CodingKeys.allCases.map(\.rawValue))
}

/// Mean and variance of each number of an observation, the bound after normalising and what is added to
/// the variance.
struct NormalizationSettings: Decodable, Equatable {
  var mean: [Double]
  var `var`: [Double]
  /// Nil or infinite: none.
  var clip: Double?
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
    let bound = clip ?? .infinity
    guard self.var.allSatisfy({ $0 + epsilon > 0 }), bound > 0 else {
      throw refuse(
        "a variance, epsilon or bound that is not positive", "var + epsilon and clip above 0")
    }
    guard (mean + self.var + [epsilon]).allSatisfy(\.isFinite) else {
      throw refuse("a mean, variance or epsilon that is not finite", "finite numbers")
    }
    return ObservationNormalization(mean: mean, variance: self.var, epsilon: epsilon, bound: bound)
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
  var action_low: Bound?
  var action_high: Bound?

  /// Lower and upper bounds of actions; nil if the settings say nothing of them.
  var bounds: ActionBounds? {
    get {
      guard let action_low, let action_high else { return nil }
      return ActionBounds(low: action_low.numbers, high: action_high.numbers)
    }
    set {
      action_low = newValue.map { Bound(numbers: $0.low) }
      action_high = newValue.map { Bound(numbers: $0.high) }
    }
  }

  /// Whether the format says how observations are normalised, if only that they are not.
  var saysNormalization: Bool { !isFromLibrary || obs_normalization != nil }
  private var isFromLibrary = false

  enum CodingKeys: String, CodingKey, CaseIterable {
    case env, algorithm, activation, squash, obs_normalization, time_feature, pad_zeros_to
    case action_low, action_high
  }

  /// What a Stable-Baselines3 model says, which keeps the statistics of observations elsewhere.
  init(stableBaselines algorithm: String?, activation: String, squash: Bool) {
    self.algorithm = algorithm
    self.activation = activation
    self.squash = squash
    isFromLibrary = true
  }

  /// Keys that are read.
  static let read = Set(CodingKeys.allCases.map(\.rawValue))
  /// Keys that acting has no use for: where the actor is from, and what its tensors say themselves.
  static let descriptive: Set<String> = [
    "provenance", "gym_id", "checkpoint", "source", "num_timesteps", "sb3_version",
    "action_postprocess", "layers", "bias", "weight_layout", "obs_dim", "act_dim", "log_std",
  ]

  /// The bounds of actions; nil where they are those of any action, -1 and 1.
  ///
  /// - Parameter count: numbers of an action.
  func checkedBounds(_ count: Int, file: String) throws(CheckpointError) -> ActionBounds? {
    func refuse(_ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(file: file, .setting("action bounds", found: found, expected: expected))
    }
    guard (action_low == nil) == (action_high == nil) else {
      throw refuse("one of action_low and action_high", "both or none")
    }
    guard var bounds else { return nil }
    // one number is that of all
    if bounds.low.count == 1 { bounds.low = Array(repeating: bounds.low[0], count: count) }
    if bounds.high.count == 1 { bounds.high = Array(repeating: bounds.high[0], count: count) }
    guard bounds.low.count == count, bounds.high.count == count else {
      throw refuse("\(bounds.low.count) lower and \(bounds.high.count) upper", "\(count) of each")
    }
    guard zip(bounds.low, bounds.high).allSatisfy({ $0 < $1 && ($1 - $0).isFinite }) else {
      throw refuse(bounds.text, "finite, the lower below the upper")
    }
    let isUnit = bounds.low.allSatisfy { $0 == -1 } && bounds.high.allSatisfy { $0 == 1 }
    return isUnit ? nil : bounds
  }

  /// A bound of each number of an action, or one number for all of them.
  struct Bound: Decodable {
    var numbers: [Float]

    init(numbers: [Float]) { self.numbers = numbers }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      numbers = try (try? [value.decode(Float.self)]) ?? value.decode([Float].self)
    }
  }

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
    return try JSONDecoder.python().decode(Settings.self, from: Data(text.utf8))
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
