import Foundation
import IDQLSpelling
import IDQLTensors

extension PolicyFormat {
  /// What `model.save` of Stable-Baselines3 and sb3-contrib writes, also within rl-zoo3.
  static let stableBaselines = PolicyFormat(name: "Stable-Baselines3 policy in a zip") {
    guard let archive = $0.zipArchive else { return false }
    return archive.entries.contains { $0.name == "policy.pth" }
  } read: { contents in
    try namingFile(contents.source.name) {
      let (weights, settings) = try StableBaselinesSettings.model(ZipArchive(contents.storage))
      return try ActorPolicy(
        ParameterTree(file: contents.source.name, weights), settings, stated: contents.stated)
    }
  }
}

extension ZipArchive {
  /// The bytes of the entry of that name.
  func contents(named name: String) throws -> (storage: ByteStorage, range: Range<Int>) {
    guard let entry = entries.first(where: { $0.name == name })?.entry else {
      throw ZipError(part: "the archive", reason: "it has no entry \(quoted(name))")
    }
    return try contents(entry, named: name)
  }
}

/// What the JSON `data` of a saved model says of its actor. Python objects stand there as pickles in
/// base 64, which are read as data.
struct StableBaselinesSettings {
  /// Such as `stable_baselines3.sac.policies.SACPolicy`.
  var policyClass: Pickle.Value?
  /// What that class was called with, `policy_kwargs`.
  var arguments: [String: Pickle.Value]
  /// Nil if the file says nothing of actions.
  var actionSpace: StoredTree?

  /// Weights and settings of a saved model.
  ///
  /// - Throws: `ZipError`, `Pickle.Problem`.
  static func model(
    _ archive: ZipArchive
  ) throws -> (weights: StoredTree, settings: StableBaselinesSettings) {
    let (storage, range) = try archive.contents(named: "policy.pth")
    let weights = ByteStorage(copying: UnsafeRawBufferPointer(rebasing: storage.bytes[range]))
    let (text, textRange) = try archive.contents(named: "data")
    guard let data = jsonObject(Data(text.bytes[textRange]), by: .python()) else {
      throw ZipError(
        part: "'data'", reason: "it is no JSON object of at most \(jsonByteLimit) bytes")
    }
    return (try TorchFile(weights).tree, try StableBaselinesSettings(data))
  }

  /// - Throws: `ZipError`, `Pickle.Problem`.
  private init(_ data: [String: JSONValue]) throws {
    policyClass = try Self.pickle("policy_class", of: data)?.root
    if let pickle = try Self.pickle("policy_kwargs", of: data) {
      let pairs = (pickle.pairs(pickle.root) ?? []).compactMap { pair in
        pair.key.text.map { ($0, pair.value) }
      }
      arguments = Dictionary(pairs) { $1 }
    } else {
      // no class or function is stored like this
      arguments = (data["policy_kwargs"]?.object ?? [:]).compactMapValues(Pickle.Value.init)
    }
    actionSpace = try Self.pickle("action_space", of: data).map { try StoredTree($0) }
  }

  /// The Python object that stands under a key; nil if nothing or plain JSON stands there.
  private static func pickle(_ key: String, of data: [String: JSONValue]) throws -> Pickle? {
    guard let text = data[key]?.object?[":serialized:"]?.text else { return nil }
    guard let bytes = Data(base64Encoded: text) else {
      throw ZipError(part: "'data'", reason: "the pickle of \(quoted(key)) is no base 64")
    }
    let storage = bytes.withUnsafeBytes { ByteStorage(copying: $0) }
    return try Pickle(storage, 0..<bytes.count)
  }

  /// An argument of the policy's class; nil if it was not given.
  ///
  /// - Parameters:
  ///   - accepted: what would be read, for the message.
  ///   - read: nil for what is not understood, which is refused: the default holds for what is not given.
  func argument<Value>(
    _ name: String, accepted: String, file: String, _ read: (Pickle.Value) -> Value?
  ) throws(CheckpointError) -> Value? {
    guard let given = arguments[name] else { return nil }
    guard let value = read(given) else {
      throw CheckpointError(
        file: file, .setting("policy_kwargs.\(name)", found: given.spelling, expected: accepted))
    }
    return value
  }

  /// Refuses a policy whose class or whose arguments are none of the library's own.
  func requireKnown(file: String) throws(CheckpointError) {
    if let policyClass, !policyClass.isGlobal(under: Self.libraries) {
      throw CheckpointError(
        file: file,
        .setting(
          "policy_class", found: policyClass.spelling,
          expected: "a class of Stable-Baselines3 or sb3-contrib"))
    }
    let extractor = "stable_baselines3.common.torch_layers.FlattenExtractor"
    _ = try argument("features_extractor_class", accepted: extractor, file: file) {
      $0.isGlobal(extractor) ? true : nil
    }
  }

  private static let libraries = ["stable_baselines3.", "sb3_contrib."]

  /// Lower and upper bounds of each number of an action; nil if the file says nothing of them.
  func actionBounds(file: String) throws(CheckpointError) -> ActionBounds? {
    guard let actionSpace else { return nil }
    guard let low = actionSpace.tensors["low"], let high = actionSpace.tensors["high"] else {
      throw CheckpointError(
        file: file,
        .setting("action_space", found: "without 'low' and 'high'", expected: "a Box"))
    }
    return ActionBounds(low: low.numbers(), high: high.numbers())
  }
}

extension Pickle.Value {
  /// A single value of JSON; nil for lists and objects.
  fileprivate init?(_ value: JSONValue) {
    switch value {
    case .null: self = .nothing
    case .flag(let flag): self = .flag(flag)
    case .number(let number): self = .number(number)
    case .text(let text): self = .text(text)
    case .list, .object: return nil
    }
  }

  fileprivate func isGlobal(_ name: String) -> Bool { global == name }

  /// Whether it is a function or class whose module begins with one of these.
  fileprivate func isGlobal(under modules: [String]) -> Bool {
    global.map { name in modules.contains { name.hasPrefix($0) } } ?? false
  }

  /// For messages.
  fileprivate var spelling: String {
    switch self {
    case .nothing: "None"
    case .flag(let flag): flag ? "True" : "False"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .text(let text): quoted(text)
    case .global(let name): quoted(name)
    case .wide, .bytes, .object: "an object that is not followed"
    }
  }
}

extension ActorPolicy {
  /// The actor among a model's weights, by their names: SAC and TQC (`actor.latent_pi`, `actor.mu`), TD3
  /// and DDPG (`actor.mu.{i}`), PPO, A2C and TRPO (`mlp_extractor.policy_net`, `action_net`), ARS
  /// (`action_net.{i}`).
  init(
    _ tree: ParameterTree, _ given: StableBaselinesSettings, stated: StatedSettings
  ) throws(CheckpointError) {
    func refuse(_ name: String, _ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(file: tree.file, .setting(name, found: found, expected: expected))
    }
    // a network's hidden layers, all activated, then its last
    func joined(
      _ hidden: [String], _ last: String
    ) throws(CheckpointError) -> [ActorNetwork.Step] {
      var steps: [ActorNetwork.Step] = []
      for part in hidden.map(tree.part) where !part.names.isEmpty {
        steps += try part.sequential().map {
          if case .dense(let layer, _) = $0 { .dense(layer, isActivated: true) } else { $0 }
        }
      }
      var width: Int?
      if case .dense(let layer, _) = steps.last { width = layer.outputCount }
      let weight = try tree.tensor("\(last).weight", [nil, width])
      let bias = try tree.tensor("\(last).bias", [weight.shape[0]])
      return steps + [.dense(Dense(weight: weight, bias: bias), isActivated: false)]
    }

    try given.requireKnown(file: tree.file)
    let statedSquash = try given.argument(
      "squash_output", accepted: "True or False", file: tree.file, \.flag)
    let meanBound = try given.argument("clip_mean", accepted: "a number", file: tree.file, \.number)

    var steps: [ActorNetwork.Step]
    var squashes = true
    var standard = "relu"
    if tree.contains("actor.mu.weight") {
      steps = try joined(["actor.latent_pi"], "actor.mu")
    } else if tree.contains("actor.log_std") || !tree.part("actor.latent_pi").names.isEmpty {
      // with state-dependent exploration, which alone has such a parameter, the mean is bounded before tanh
      steps = try joined(["actor.latent_pi"], "actor.mu.0")
      steps.append(.clip(Float(meanBound ?? 2)))
    } else if tree.contains("actor.mu.0.weight") {
      steps = try tree.part("actor.mu").sequential()
    } else if tree.contains("action_net.weight") {
      steps = try joined(["mlp_extractor.shared_net", "mlp_extractor.policy_net"], "action_net")
      (squashes, standard) = (statedSquash ?? false, "tanh")
    } else if tree.contains("action_net.0.weight") {
      steps = try tree.part("action_net").sequential()
      let isLinear = given.policyClass?.global?.hasSuffix("ARSLinearPolicy") ?? false
      squashes = statedSquash ?? !isLinear
    } else {
      throw refuse(
        "policy.pth", "weights such as \(tree.names.prefix(3).map(quoted).joined(separator: ", "))",
        "an actor of SAC, TQC, TD3, DDPG, PPO, A2C, TRPO or ARS")
    }
    try tree.requireAllUsed { name in
      [
        "critic.", "critic_target.", "actor_target.", "value_net.", "mlp_extractor.value_net.",
        "log_std", "actor.log_std",
      ].contains { name.hasPrefix($0) }
    }

    let names = [
      "ReLU": "relu", "Tanh": "tanh", "ELU": "elu", "GELU": "gelu", "SiLU": "silu",
      "Mish": "mish", "LeakyReLU": "leaky_relu",
    ]
    let activation = try given.argument(
      "activation_fn",
      accepted: "of torch.nn one of \(names.keys.sorted().joined(separator: ", "))",
      file: tree.file
    ) { $0.isGlobal(under: ["torch.nn."]) ? $0.global?.lastPart.flatMap { names[$0] } : nil }
    let name = activation ?? standard
    guard let function = Activation.named[name] else {
      preconditionFailure("each name above is one of an actor's activations")
    }
    var settings = ActorSettings(
      stableBaselines: given.policyClass?.global?.lastPart, activation: name, squash: squashes)
    settings.bounds = try given.actionBounds(file: tree.file)
    try self.init(
      ActorNetwork(steps: steps, activation: function), settings, tree,
      metadata: [:], stated: stated)
  }
}

extension String {
  /// What stands after the last dot.
  fileprivate var lastPart: String? { split(separator: ".").last.map(String.init) }
}

extension NormalizationSettings {
  /// The statistics of a pickled `VecNormalize`; nil if it leaves observations as they are.
  init?(vecNormalize statistics: CompanionFile) throws(CheckpointError) {
    let tree: StoredTree
    do throws(Pickle.Problem) {
      tree = try StoredTree(Pickle(statistics.storage, 0..<statistics.storage.bytes.count))
    } catch {
      throw CheckpointError(
        file: statistics.source.name,
        .pickle(offset: error.offset, found: error.found, expected: error.expected))
    }
    let values = ParameterTree(file: statistics.source.name, tree)
    if values.scalar("norm_obs") == .flag(false) { return nil }
    guard let mean = tree.tensors["obs_rms.mean"], let variance = tree.tensors["obs_rms.var"],
      let clip = values.scalar("clip_obs")?.number, let epsilon = values.scalar("epsilon")?.number
    else {
      throw CheckpointError(
        file: statistics.source.name,
        .otherFile(
          kind: "a pickle without 'obs_rms', 'clip_obs' and 'epsilon'",
          advice: "Statistics are those that VecNormalize.save writes (vec_normalize.pkl)."))
    }
    self.init(mean: mean.numbers(), var: variance.numbers(), clip: clip, epsilon: epsilon)
  }
}
