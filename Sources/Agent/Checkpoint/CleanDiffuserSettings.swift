// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// What the pipeline's configuration says and its files do not; the metadata `cleandiffuser` of a file
/// of ours, by these names.
struct CleanDiffuserSettings: Codable {
  var diffusion_steps = 5
  var sampling_steps = 5
  var num_candidates = 256
  var temperature: Float = 0.5
  var weight_temperature = 1.0
  var mean: [Float] = []
  var std: [Float] = []
  var env: String?

  /// `weight_temperature` of configs/idql, by data set.
  static let weightTemperatures: [String: Double] = [
    "halfcheetah-medium-v2": 400, "halfcheetah-medium-replay-v2": 100,
    "halfcheetah-medium-expert-v2": 10, "hopper-medium-v2": 50, "hopper-medium-replay-v2": 50,
    "hopper-medium-expert-v2": 5, "walker2d-medium-v2": 200, "walker2d-medium-replay-v2": 200,
    "walker2d-medium-expert-v2": 300, "antmaze-medium-play-v2": 5, "antmaze-medium-diverse-v2": 5,
    "antmaze-large-play-v2": 5, "antmaze-large-diverse-v2": 5,
  ]
}

extension CleanDiffuserSettings {
  func normalization(
    count: Int, file: String
  ) throws(CheckpointError) -> ObservationNormalization? {
    if mean.isEmpty, std.isEmpty { return nil }
    guard mean.count == count, std.count == count, (mean + std).allSatisfy(\.isFinite),
      std.allSatisfy({ $0 > 0 })
    else {
      throw CheckpointError(
        file: file,
        .setting(
          "statistics of observations", found: "\(mean.count) means, \(std.count) deviations",
          expected: "\(count) of each, finite, the deviations above 0"))
    }
    return ObservationNormalization(
      mean: mean.map(Double.init), variance: std.map { Double($0) * Double($0) }, epsilon: 0,
      bound: .infinity)
  }
}
