import IDQLTensors

extension PolicyFormat {
  /// Any other safetensors file: if it holds no agent, reading it says what is missing.
  static let idqlSafetensors = PolicyFormat(name: "IDQL agent in safetensors") {
    $0.isSafetensors
  } read: {
    let file = try $0.tensorFile()
    return try makePolicy(
      ParameterTree(file: file.name, StoredTree(file)), metadata: file.metadata, $0)
  }

  /// What `flax.serialization.to_bytes` writes. An object at the top is a map: 0x80 … 0x8f, 0xde or
  /// 0xdf.
  static let idqlMessagePack = PolicyFormat(name: "IDQL agent in flax msgpack") { contents in
    contents.withUnsafeBytes { bytes in
      bytes.first.map { (0x80...0x8F).contains($0) || (0xDE...0xDF).contains($0) } ?? false
    } && FileSignature(contents) == nil
  } read: { contents in
    try makePolicy(
      ParameterTree(file: contents.source.name, readFlaxMessagePack(contents)), metadata: [:],
      contents)
  }
}

/// Makes the policy that a file's values are of, by their names.
func makePolicy(
  _ tree: ParameterTree, metadata: [String: String], _ contents: PolicyContents
) throws -> any Policy {
  if tree.isCleanDiffuser {
    return try IDQLPolicy(cleanDiffuser: tree, metadata: metadata, stated: contents.stated)
  }
  if let networks = tree.flowAgent {
    return try IDQLPolicy(
      flow: networks, of: tree, metadata: metadata, stated: contents.stated)
  }
  if let agent = tree.agent(with: "target_score_model") {
    return try IDQLPolicy(agent, metadata: metadata, stated: contents.stated)
  }
  if case .text(let settings) = tree.scalar("policy") {
    return try ActorPolicy(
      tree, settings: settings, metadata: ["policy": settings], stated: contents.stated)
  }
  throw CheckpointError(file: tree.file, tree.whyNoPolicy)
}

extension ParameterTree {
  /// The weights of the networks that act, with names that begin with the networks'.
  fileprivate var agentParameters: [(name: String, values: TensorView)] {
    ["target_score_model", "target_critic", "value"].flatMap { name in
      network(name).usedTensors.map { ("\(name).\($0.name)", $0.values) }
    }
  }

  /// The part of a file that holds the agent, itself or one level below; nil if it holds none with
  /// such a network.
  fileprivate func agent(with network: String) -> ParameterTree? {
    let marks = names.compactMap { name -> String? in
      if name.hasPrefix("\(network).") { return "" }
      let parts = name.split(separator: ".", maxSplits: 2)
      return parts.count == 3 && parts[1] == network ? String(parts[0]) : nil
    }
    guard let first = marks.first, marks.allSatisfy({ $0 == first }) else { return nil }
    return first.isEmpty ? self : part(first)
  }

  /// What stands before the network that acts in a tensor's name.
  private static func placeOfAgent(_ name: String) -> String? {
    if name.hasPrefix("target_score_model.") { return "" }
    return name.firstRange(of: ".target_score_model.").map { String(name[..<$0.lowerBound]) }
  }

  /// What a file without a policy holds in its place, if that is known.
  fileprivate var whyNoPolicy: CheckpointError.Problem {
    let names = names
    let places = Set(names.compactMap(Self.placeOfAgent)).sorted()
    if let place = places.first {
      return places.count == 1
        ? .otherFile(
          kind: "an IDQL agent under \(quoted(place))",
          advice: "It is read at the top of a file or under one key: write it there.")
        : .otherFile(
          kind: "\(places.count) IDQL agents, under \(places.map(quoted).joined(separator: ", "))",
          advice: "Write the one that is to act into a file of its own.")
    }
    if contains("obs_rms.mean") {
      return .otherFile(
        kind: "a VecNormalize, statistics of observations",
        advice: "Name it beside the policy: --policy FILE.zip --normalization \(file).")
    }
    if names.contains(where: {
      $0.hasPrefix("state_dict.mlp_extractor.") || $0.hasPrefix("state_dict.actor")
    }) {
      return .otherFile(
        kind: "what policy.save() of Stable-Baselines3 writes",
        advice: "Name the .zip that model.save() writes.")
    }
    if names.contains(where: { $0.hasPrefix("actor.mu.") || $0.hasPrefix("mlp_extractor.") }) {
      return .otherFile(
        kind: "the weights of a Stable-Baselines3 policy without its settings",
        advice: "Name the .zip that it was taken from.")
    }
    if scalar("torch") != nil, scalar("config") != nil {
      return .otherFile(
        kind: "a model of d3rlpy",
        advice: "Convert it: python3 Scripts/convert_d3rlpy.py \(file) policy.safetensors.")
    }
    if names.contains(where: { $0.firstRange(of: "modules_actor") != nil }) {
      return .otherFile(
        kind: "an agent of FQL's or OGBench's code without a diffusion policy",
        advice:
          "Of that code's agents only IFQL ('modules_actor_flow') and those with a "
          + "'target_score_model' are read; its one-step flows and Gaussian policies are not.")
    }
    if names.contains(where: { $0.hasPrefix("iql_q_target.") }) {
      return .otherFile(
        kind: "the critic of CleanDiffuser's IDQL agent",
        advice: "Name it beside the policy: --policy diffusion_ckpt_….pt --critic \(file) "
          + "--statistics-from DATA.")
    }
    if names.contains(where: { $0.hasPrefix("model_ema.") }) {
      return .otherFile(
        kind: "a model of CleanDiffuser's library",
        advice: "Of those only IDQL's are read, whose network is IDQLMlp.")
    }
    let layers = names.filter { $0.hasSuffix("weight") && shape($0)?.count == 2 }
    if !layers.isEmpty, names.allSatisfy({ $0.hasSuffix("weight") || $0.hasSuffix("bias") }) {
      return .otherFile(
        kind: "the weights of a network without its settings",
        advice:
          "An actor's are named 'net.0.weight', 'net.0.bias', … beside the metadata 'policy', "
          + "such as {\"activation\": \"relu\", \"squash\": true} (Docs/Formats.md).")
    }
    return .noPolicy(tensors: names)
  }
}

extension IDQLPolicy {
  /// Builds the agent from its weights; the flax module names decide the architecture.
  ///
  /// - Parameters:
  ///   - tree: networks under their names, either parameters alone or flax's `TrainState`; beside them
  ///     the agent's numbers (`betas`, `N`, `ddpm_temperature` …), if it is a whole agent.
  ///   - metadata: `hyperparameters`, if present, is JSON.
  init(
    _ tree: ParameterTree, metadata: [String: String], stated: StatedSettings
  ) throws(CheckpointError) {
    try stated.requireOnly(
      ["--diffusion-steps", "--schedule", "--family"], of: "an IDQL agent", file: tree.file)
    var settings = try SettingsReader(tree, metadata: metadata, stated: stated)
    let schedule = try settings.schedule()
    let family = try settings.family()
    let network = try tree.network("target_score_model")
      .scoreNetwork(activation: family.activation, steps: schedule.steps)
    let (o, a) = (network.observationCount, network.actionCount)
    let critic = try tree.critic(observationCount: o, actionCount: a)
    let value = try tree.valueNetwork(observationCount: o)
    for network in ["target_score_model", "target_critic", "value"] {
      try tree.requireNetworkUsed(network)
    }
    try settings.check(network, critic, value, tree)
    let options = try settings.options()
    let normalization = try settings.normalization(count: o)
    let environment = try settings.environment()
    let unread = UnreadSettings(
      metadata, key: "hyperparameters", inner: "create_kwargs", read: IDQLSettings.read,
      training: IDQLSettings.training)
    if !stated.assumesTheRest {
      try settings.requireStated()
      try tree.requireNothingUnread(unread)
    }

    var description = PolicyDescription(kind: .idql, observationCount: o, actionCount: a)
    description.environment = environment
    description.networks = [
      .init(
        name: "score",
        layout: network.layout(
          family.activation,
          timeFeatures: 2
            * (tree.network("target_score_model").shape("FourierFeatures_0.kernel")?[0] ?? 0)),
        parameterCount: tree.part("target_score_model").usedParameterCount),
      .init(
        name: "critic", layout: critic.layout,
        parameterCount: tree.part("target_critic").usedParameterCount),
      .init(
        name: "value", layout: value.layout, parameterCount: tree.part("value").usedParameterCount),
    ]
    description.settings = settings.described
    description.unused = tree.unused
    description.unknownSettings = unread.unknown + tree.tellingScalars
    description.metadata = metadata
    self.init(
      description: description, options: options, network: network, critic: critic, value: value,
      diffusion: schedule, normalization: normalization, parameters: tree.agentParameters)
  }
}
