import IDQLTensors

extension PolicyFormat {
  /// Safetensors whose metadata has the key `policy`.
  static let actorSafetensors = PolicyFormat(name: "deterministic actor in safetensors") {
    $0.isSafetensors && (try? $0.tensorFile())?.metadata["policy"] != nil
  } read: {
    let file = try $0.tensorFile()
    return try ActorPolicy(
      ParameterTree(file: file.name, StoredTree(file)), settings: file.metadata["policy"] ?? "",
      metadata: file.metadata, stated: $0.stated)
  }
}

extension ActorPolicy {
  /// Builds the actor from tensors `net.{i}.weight` (out, in) and `net.{i}.bias` (out), numbered one
  /// after the other or as PyTorch's `Sequential` numbers them.
  ///
  /// - Parameter text: the JSON of the metadata key `policy`.
  init(
    _ tree: ParameterTree, settings text: String, metadata: [String: String], stated: StatedSettings
  ) throws(CheckpointError) {
    let settings = try decodeSettings(
      ActorSettings.self, from: text, key: "policy", file: tree.file)
    guard let activation = Activation.named[settings.activation] else {
      throw CheckpointError(
        file: tree.file,
        .setting(
          "policy.activation", found: quoted(settings.activation),
          expected: "one of " + Activation.named.keys.sorted().joined(separator: ", ")))
    }
    let net = tree.part("net")
    let network = ActorNetwork(steps: try net.sequential(), activation: activation)
    try net.requireAllUsed()
    let unread = UnreadSettings(
      metadata, key: "policy", read: ActorSettings.read, training: ActorSettings.descriptive)
    if !stated.assumesTheRest { try tree.requireNothingUnread(unread) }
    // numbered without gaps, the activations have no numbers
    let modules = network.modules(activation: settings.activation)
    let isNumbered = modules.count > 1 && net.contains("\(modules.count - 1).weight")
    try self.init(
      network, settings, tree, metadata: metadata, stated: stated,
      modules: isNumbered ? modules : [],
      unknownSettings: unread.unknown + tree.tellingScalars)
  }

  /// The actor of a network and its settings, wherever they came from.
  ///
  /// - Parameter modules: as which the tensors were read by their numbers, for people.
  init(
    _ network: ActorNetwork, _ settings: ActorSettings, _ tree: ParameterTree,
    metadata: [String: String], stated: StatedSettings, modules: [String] = [],
    unknownSettings: [String] = []
  ) throws(CheckpointError) {
    try stated.requireOnly(["--normalization"], of: "a deterministic actor", file: tree.file)
    func refuse(_ name: String, _ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(file: tree.file, .setting("policy.\(name)", found: found, expected: expected))
    }
    let layers = network.layers
    let inputs = layers[0].inputCount

    let timeFeature: TimeFeature? = try settings.time_feature.flatMap {
      feature throws(CheckpointError) -> TimeFeature? in
      guard feature.isUsed else { return nil }
      let limit = feature.stepLimit ?? 1000
      guard limit > 0 else { throw refuse("time_feature.max_steps", "\(limit)", "at least 1") }
      return TimeFeature(stepLimit: limit)
    }
    let observationCount = inputs - (timeFeature == nil ? 0 : 1)
    guard observationCount > 0 else {
      throw refuse("time_feature", "the only input", "an observation beside it")
    }
    if let padded = settings.pad_zeros_to, padded != observationCount {
      throw refuse("pad_zeros_to", "\(padded)", "\(observationCount), as in the tensors")
    }
    let statistics = try stated.normalization.map { contents throws(CheckpointError) in
      try NormalizationSettings(vecNormalize: contents)
    }
    if statistics != nil, settings.obs_normalization != nil {
      throw refuse("obs_normalization", "in the file and stated", "one of the two")
    }
    let normalization = try (statistics ?? settings.obs_normalization).map {
      given throws(CheckpointError) in
      try given.checked(
        statistics == nil ? "policy.obs_normalization" : "--normalization", count: inputs,
        file: tree.file)
    }

    let actionCount = layers[layers.count - 1].outputCount
    let bounds = try settings.checkedBounds(actionCount, file: tree.file)
    let range = bounds?.text ?? "[-1, 1]"
    let widths = ([inputs] + layers.map(\.outputCount)).map(String.init).joined(separator: "-")
    let hasNorm = network.steps.contains { if case .norm = $0 { true } else { false } }
    var description = PolicyDescription(
      kind: .actor, observationCount: observationCount, actionCount: actionCount)
    description.environment = settings.env
    description.networks = [
      .init(
        name: "actor",
        layout: "MLP \(widths), \(settings.activation)\(hasNorm ? ", LayerNorm" : "")",
        parameterCount: tree.usedParameterCount)
    ]
    let observation = [
      settings.pad_zeros_to.map { "padded with zeros to \($0)" },
      timeFeature.map { "time feature over \($0.stepLimit) steps" },
      normalization?.text,
    ].compactMap(\.self).joined(separator: ", ")
    description.settings = [.init(name: "algorithm", value: settings.algorithm ?? "unknown")]
    if !modules.isEmpty {
      let numbered = modules.enumerated().map { "\($0) \($1)" }
      description.settings.append(
        .init(name: "modules", value: numbered.joined(separator: ", "), origin: .stored))
    }
    description.settings += [
      .init(
        name: "output",
        value: settings.squash
          ? bounds == nil ? "tanh" : "tanh, stretched to \(range)" : "clipped to \(range)",
        origin: .stored),
      .init(
        name: "observation", value: observation.isEmpty ? "as it is" : observation,
        origin: statistics != nil ? .stated : settings.saysNormalization ? .stored : .assumed),
    ]
    description.normalization = stated.normalization?.source
    description.unused = tree.unused
    description.unknownSettings = unknownSettings
    description.metadata = metadata
    self.init(
      description: description, observationCount: observationCount, actionCount: actionCount,
      padsObservations: settings.pad_zeros_to != nil, timeFeature: timeFeature,
      normalization: normalization, network: network, squashes: settings.squash,
      bounds: bounds)
  }
}

extension Activation {
  /// As the metadata of actors names them.
  static let named: [String: Activation] = [
    "relu": .relu, "tanh": .tanh, "none": .identity, "gelu": .gelu, "gelu_tanh": .geluTanh,
    "silu": .swish, "swish": .swish, "elu": .elu, "mish": .mish, "leaky_relu": .leakyReLU,
  ]
}

extension ParameterTree {
  /// Layers `{i}.weight` and `{i}.bias`. Numbers without a gap are dense layers with the activation
  /// between them; with gaps they are those of PyTorch's `Sequential`, where a number that is left out
  /// is an activation, and a layer with a single axis is a LayerNorm.
  func sequential() throws(CheckpointError) -> [ActorNetwork.Step] {
    let suffix = ".weight"
    // other names are no layers, and said to be unused
    let numbers = names.compactMap { name -> Int? in
      guard name.hasSuffix(suffix), let number = Int(name.dropLast(suffix.count)) else {
        return nil
      }
      return (0...1_000_000).contains(number) ? number : nil
    }.sorted()
    let isPlain =
      numbers.enumerated().allSatisfy { $0 == $1 }
      && numbers.allSatisfy { shape("\($0)\(suffix)")?.count != 1 }
    func refuse(_ number: Int, _ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(
        file: file, .setting("\(prefix)\(number)", found: found, expected: expected))
    }

    var steps: [ActorNetwork.Step] = []
    var width: Int?
    var last: (number: Int, isNorm: Bool)?
    let hasBiases = numbers.contains { contains("\($0).bias") }
    for (index, number) in (numbers.isEmpty ? [0] : numbers).enumerated() {
      let isNorm = shape("\(number)\(suffix)")?.count == 1
      // at most one module without parameters in between, the activation
      let gap = number - (last?.number ?? -1) - 1
      if index == 0, number != 0 {
        _ = try tensor("0\(suffix)", [nil, nil])
      }
      if !isPlain, gap > 1 {
        throw refuse(
          number, "\(gap) layers without parameters after layer \(last?.number ?? 0)",
          "at most one, the activation")
      }
      if !isPlain, gap == 0, let last, !last.isNorm, !isNorm {
        throw refuse(
          number,
          "right after \(last.number), although other layers have an activation between them",
          "a number left out for it")
      }
      last = (number, isNorm)
      let next = index + 1 < numbers.count ? numbers[index + 1] : nil
      let isActivated = next.map { isPlain || $0 - number > 1 } ?? false
      if isNorm {
        var norm = LayerNorm(
          scale: try tensor("\(number)\(suffix)", [width]),
          bias: try tensor("\(number).bias", [width ?? shape("\(number)\(suffix)")?[0]]))
        norm.epsilon = LayerNorm.torchEpsilon
        width = norm.scale.count
        steps.append(.norm(norm, isActivated: isActivated))
      } else {
        let weight = try tensor("\(number)\(suffix)", [nil, width])
        // of a network with biases, one that is missing was lost
        let bias = hasBiases ? try tensor("\(number).bias", [weight.shape[0]]) : nil
        width = weight.shape[0]
        steps.append(.dense(Dense(weight: weight, bias: bias), isActivated: isActivated))
      }
    }
    guard case .dense = steps.last else {
      throw refuse(last?.number ?? 0, "a LayerNorm at the end", "a dense layer")
    }
    return steps
  }
}
