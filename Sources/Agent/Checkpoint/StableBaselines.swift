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
  var policyClass: String?
  var activation: String?
  var squashesOutput: Bool?
  var clipsMean: Double?
  /// Lower and upper bounds of actions, as far as they are stored.
  var actionBounds: (low: [Double], high: [Double])?

  /// Weights and settings of a saved model.
  ///
  /// - Throws: `ZipError`, `Pickle.Problem`.
  static func model(
    _ archive: ZipArchive
  ) throws -> (weights: StoredTree, settings: StableBaselinesSettings) {
    let (storage, range) = try archive.contents(named: "policy.pth")
    let weights = ByteStorage(copying: UnsafeRawBufferPointer(rebasing: storage.bytes[range]))
    let (text, textRange) = try archive.contents(named: "data")
    guard let data = jsonObject(Data(text.bytes[textRange])) else {
      throw ZipError(
        part: "'data'", reason: "it is no JSON object of at most \(jsonByteLimit) bytes")
    }
    return (try TorchFile(weights).tree, try StableBaselinesSettings(data))
  }

  /// - Throws: `Pickle.Problem`.
  private init(_ data: [String: JSONValue]) throws {
    policyClass = try Self.pickle(data["policy_class"]).flatMap { $0.root.global }
    let options = data["policy_kwargs"]
    if let pickle = try Self.pickle(options) {
      activation = pickle.member("activation_fn", of: pickle.root)?.global
      squashesOutput = pickle.member("squash_output", of: pickle.root)?.flag
      clipsMean = pickle.member("clip_mean", of: pickle.root)?.number
    } else if let options = options?.object {
      squashesOutput = options["squash_output"]?.flag
      clipsMean = options["clip_mean"]?.number
    }
    if let pickle = try Self.pickle(data["action_space"]) {
      let space = try StoredTree(pickle)
      if let low = space.tensors["low"], let high = space.tensors["high"] {
        actionBounds = (low.numbers(), high.numbers())
      }
    }
  }

  private static func pickle(_ value: JSONValue?) throws -> Pickle? {
    guard let text = value?.object?[":serialized:"]?.text,
      let bytes = Data(base64Encoded: text)
    else { return nil }
    let storage = bytes.withUnsafeBytes { ByteStorage(copying: $0) }
    return try Pickle(storage, 0..<bytes.count)
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

    var steps: [ActorNetwork.Step]
    var squashes = true
    var standard = "ReLU"
    if tree.contains("actor.mu.weight") {
      steps = try joined(["actor.latent_pi"], "actor.mu")
    } else if !tree.part("actor.latent_pi").names.isEmpty {
      // with state-dependent exploration the mean is bounded before tanh
      steps = try joined(["actor.latent_pi"], "actor.mu.0")
      steps.append(.clip(Float(given.clipsMean ?? 2)))
    } else if tree.contains("actor.mu.0.weight") {
      steps = try tree.part("actor.mu").sequential()
    } else if tree.contains("action_net.weight") {
      steps = try joined(["mlp_extractor.shared_net", "mlp_extractor.policy_net"], "action_net")
      (squashes, standard) = (given.squashesOutput ?? false, "Tanh")
    } else if tree.contains("action_net.0.weight") {
      steps = try tree.part("action_net").sequential()
      let isLinear = given.policyClass?.hasSuffix("ARSLinearPolicy") ?? false
      squashes = given.squashesOutput ?? !isLinear
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

    if let bounds = given.actionBounds,
      !bounds.low.allSatisfy({ $0 == -1 }) || !bounds.high.allSatisfy({ $0 == 1 })
    {
      throw refuse(
        "action_space", "from \(bounds.low) to \(bounds.high)",
        "from -1 to 1 in every number, as the environments here take actions")
    }
    let name =
      given.activation.flatMap { $0.split(separator: ".").last.map(String.init) } ?? standard
    let names = [
      "ReLU": "relu", "Tanh": "tanh", "ELU": "elu", "GELU": "gelu", "SiLU": "silu",
      "Mish": "mish", "LeakyReLU": "leaky_relu",
    ]
    guard let activation = names[name], let function = Activation.named[activation] else {
      throw refuse(
        "policy_kwargs.activation_fn", quoted(name), names.keys.sorted().joined(separator: ", "))
    }
    let algorithm = given.policyClass?.split(separator: ".").last.map(String.init)
    let settings = ActorSettings(
      stableBaselines: algorithm, activation: activation, squash: squashes)
    try self.init(
      ActorNetwork(steps: steps, activation: function), settings, tree,
      metadata: [:], stated: stated)
  }
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
    guard let mean = tree.tensors["obs_rms.mean"], let variance = tree.tensors["obs_rms.var"],
      let clip = tree.scalars["clip_obs"]?.number, let epsilon = tree.scalars["epsilon"]?.number
    else {
      throw CheckpointError(
        file: statistics.source.name,
        .otherFile(
          kind: "a pickle without 'obs_rms', 'clip_obs' and 'epsilon'",
          advice: "Statistics are those that VecNormalize.save writes (vec_normalize.pkl)."))
    }
    if tree.scalars["norm_obs"] == .flag(false) { return nil }
    self.init(mean: mean.numbers(), var: variance.numbers(), clip: clip, epsilon: epsilon)
  }
}
