// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation

/// The part of an IDQL checkpoint's `hyperparameters` that inference needs, by its names there.
struct IDQLSettings: Decodable {
  struct Learner: Decodable {
    var T: Int?
    var N: Int?
    var M: Int?
    var beta_schedule: String?
    var critic_hyperparam: Double?
    var critic_objective: String?
  }

  var env: String?
  var obs_dim: Int?
  var act_dim: Int?
  var activation: String?
  var critic_activation: String?
  var ddpm_temperature: Float?
  var clip_sampler: Bool?
  var layer_norm_eps: Float?
  var create_kwargs: Learner?
}

/// The `policy` metadata of an MLP actor, by its names there.
struct ActorSettings: Decodable {
  struct Normalization: Decodable {
    var mean: [Double]
    var `var`: [Double]
    var clip: Double
    var epsilon: Double
  }

  var env: String?
  var algorithm: String?
  var activation: String
  var squash: Bool
  var obs_normalization: Normalization?
  var time_feature: TimeFeature?
  var pad_zeros_to: Int?

  /// Present in any form but null or false: the policy was trained with the feature.
  struct TimeFeature: Decodable {
    var isUsed: Bool
    var stepLimit: Int?

    private enum Key: String, CodingKey {
      case max_steps
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
