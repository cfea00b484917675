import Foundation
import IDQLSpelling

/// By which names what a file holds and acting does not use is of training, and may be left out.
///
/// Settings of training are legion; so a setting that is not read is refused only if its name has a word of
/// `telling` and none of `training`. Arrays are few; so one that is not used is refused unless a part of its
/// name is one of `networks`.
enum UnreadNames {
  /// Words of what a policy sees and gives.
  static let telling = [
    "norm", "mean", "std", "rms", "scale", "scaling", "shift", "offset", "bias", "clip", "bound",
    "squash", "activation", "temperature", "feature", "diffusion", "sampler", "schedule",
  ]
  /// Words of how it learnt.
  static let training = [
    "reward", "return", "adv", "grad", "loss", "lr", "learning", "optim", "adam", "decay", "init",
    "exploration", "noise_clip", "clip_range", "clip_coef", "policy_temperature",
  ]
  /// Parts, between dots, of the names of what training keeps beside the networks that act: other networks,
  /// the spread of a Gaussian policy, optimizers and the state of random numbers.
  static let networks: Set<String> = [
    "score_model", "actor", "critic", "value", "model", "iql_q", "modules_target_critic", "log_std",
    "deviation", "opt_state", "optimizer", "step", "rng",
  ]

  /// Whether a setting of that name, which is not read, could change actions.
  static func tells(_ name: String) -> Bool {
    let name = name.lowercased()
    func has(_ word: String) -> Bool { name.firstRange(of: word) != nil }
    return telling.contains(where: has) && !training.contains(where: has)
  }

  /// Whether an array of that name may stay unused.
  static func mayStay(_ name: String) -> Bool {
    name.split(separator: ".").contains { networks.contains(String($0)) }
  }
}

/// The settings of a file's metadata that are not read.
struct UnreadSettings {
  /// Names of those that are not known as settings of training, sorted: `create_kwargs.sampler`.
  let unknown: [String]
  /// Those of them, and other entries of the metadata, that could change actions, sorted.
  private let telling: [String]

  /// - Parameters:
  ///   - metadata: of the file.
  ///   - key: the entry with the settings, a JSON object.
  ///   - inner: an object within it whose keys are read as well.
  ///   - read: keys that are read.
  ///   - training: keys that acting has no use for.
  init(
    _ metadata: [String: String], key: String, inner: String? = nil, read: Set<String>,
    training: Set<String> = []
  ) {
    let settings = Self.object(metadata[key] ?? "{}") ?? [:]
    let entries = settings.flatMap { name, value in
      guard name == inner, let part = value.object else {
        return Self.unread(name, value, at: name, read, training)
      }
      return part.flatMap { Self.unread($0, $1, at: "\(name).\($0)", read, training) }
    }
    unknown = entries.map(\.path).sorted()
    let others = metadata.filter { $0.key != key }.flatMap { name, text in
      Self.leaves(of: Self.object(text).map(JSONValue.object) ?? Self.single(text), at: name)
    }
    telling =
      (entries.flatMap { Self.leaves(of: $0.value, at: $0.path) } + others)
      .filter(UnreadNames.tells).sorted()
  }

  /// The keys of the settings that have parts, which are all that is read of them.
  private static let parts: [String: Set<String>] = [
    "obs_normalization": ["mean", "var", "clip", "epsilon"], "time_feature": ["max_steps"],
  ]

  /// A setting that is neither read nor of training, or the telling parts of one that are not read.
  private static func unread(
    _ name: String, _ value: JSONValue, at path: String, _ read: Set<String>,
    _ training: Set<String>
  ) -> [(path: String, value: JSONValue)] {
    guard read.contains(name) else { return training.contains(name) ? [] : [(path, value)] }
    guard let known = parts[name], let object = value.object else { return [] }
    // by its own name: that of the whole has a telling word
    return object.filter { !known.contains($0.key) && UnreadNames.tells($0.key) }
      .map { ("\(path).\($0)", $1) }
  }

  /// Refuses the first that could change actions.
  func requireHarmless(file: String) throws(CheckpointError) {
    guard let name = telling.first else { return }
    throw CheckpointError(file: file, .unreadSetting(name))
  }

  private static func object(_ text: String) -> [String: JSONValue]? {
    jsonObject(Data(text.utf8), by: .python())
  }

  private static func single(_ text: String) -> JSONValue {
    switch text {
    case "null", "None": .null
    case "false", "False": .flag(false)
    default: .text(text)
    }
  }

  /// Paths of the values in a value, but for null and false, which say that there is no such thing.
  private static func leaves(of value: JSONValue, at path: String) -> [String] {
    switch value {
    case .null, .flag(false): []
    case .object(let object): object.flatMap { leaves(of: $1, at: "\(path).\($0)") }
    default: [path]
    }
  }
}

extension ParameterTree {
  /// Names of the single values that nobody asked for and that could change actions, sorted.
  var tellingScalars: [String] {
    unusedScalars.filter { name in
      UnreadNames.tells(name) && !UnreadNames.mayStay(name)
    }
  }

  /// Refuses what nobody asked for, in the whole file, unless it is of training.
  func requireNothingUnread(_ settings: UnreadSettings) throws(CheckpointError) {
    for name in unusedArrays where !UnreadNames.mayStay(name) {
      throw CheckpointError(file: file, .strayTensor(name, found: kind(ofArray: name)))
    }
    try settings.requireHarmless(file: file)
    if let name = tellingScalars.first { throw CheckpointError(file: file, .unreadSetting(name)) }
  }
}
