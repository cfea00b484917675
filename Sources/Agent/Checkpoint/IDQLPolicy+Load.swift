import IDQLTensors

extension PolicyFormat {
  /// Any other safetensors file: if it holds no agent, reading it says what is missing.
  static let idqlSafetensors = PolicyFormat(name: "IDQL agent in safetensors") {
    $0.isSafetensors
  } read: {
    let file = try $0.tensorFile()
    return try IDQLPolicy(ParameterTree(file), metadata: file.metadata)
  }

  /// What `flax.serialization.to_bytes` writes. An object at the top is a map: 0x80 … 0x8f, 0xde or
  /// 0xdf.
  static let idqlMessagePack = PolicyFormat(name: "IDQL agent in flax msgpack") {
    $0.withUnsafeBytes { bytes in
      bytes.first.map { (0x80...0x8F).contains($0) || (0xDE...0xDF).contains($0) } ?? false
    }
  } read: { contents in
    let tensors = try contents.withUnsafeBytes {
      try readFlaxMessagePack($0, named: contents.source.name)
    }
    return try IDQLPolicy(
      ParameterTree(file: contents.source.name, tensors: tensors), metadata: [:])
  }
}

extension IDQLPolicy {
  /// Builds the agent from its weights; the flax module names decide the architecture.
  ///
  /// - Parameter metadata: `hyperparameters`, if present, is JSON. Without it (flax msgpack) the
  ///   family follows from the tensors, and the rest from the defaults: T = 5, schedule `vp`, N =
  ///   64.
  init(
    _ tree: ParameterTree, metadata: [String: String]
  ) throws(CheckpointError) {
    guard tree.tensors.keys.contains(where: { $0.hasPrefix("target_score_model.") }) else {
      throw CheckpointError(file: tree.file, .noPolicy(tensors: tree.tensors.keys.sorted()))
    }
    let settings =
      try metadata["hyperparameters"].map { text throws(CheckpointError) in
        try decodeSettings(
          IDQLSettings.self, from: text, key: "hyperparameters", file: tree.file)
      } ?? IDQLSettings()
    try settings.check(file: tree.file)

    let schedule = NoiseSchedule(
      try settings.schedule(file: tree.file), steps: settings.create_kwargs?.T ?? 5)
    try tree.checkBetas(of: schedule)
    let family = try tree.family(settings)
    let network = try tree.scoreNetwork(activation: family.activation, steps: schedule.steps)
    let (o, a) = (network.observationCount, network.actionCount)
    let critic = try tree.critic(observationCount: o, actionCount: a)
    let value = try tree.valueNetwork(observationCount: o)
    for (name, found, expected) in [
      ("obs_dim", settings.obs_dim, o), ("act_dim", settings.act_dim, a),
    ] {
      if let found, found != expected {
        throw CheckpointError(
          file: tree.file,
          .setting(
            "hyperparameters.\(name)", found: "\(found)", expected: "\(expected), as in the tensors"
          ))
      }
    }

    let options = try settings.options(file: tree.file)
    var description = PolicyDescription(kind: .idql, observationCount: o, actionCount: a)
    description.environment = settings.env
    description.networks = [
      .init(
        name: "score", layout: network.layout(family.activation, tree),
        parameterCount: tree.parameterCount(under: "target_score_model.")),
      .init(
        name: "critic", layout: critic.layout,
        parameterCount: tree.parameterCount(under: "target_critic.")),
      .init(
        name: "value", layout: value.layout,
        parameterCount: tree.parameterCount(under: "value.")),
    ]
    description.settings = [
      .init(name: "family", value: family.rawValue),
      .init(name: "diffusion steps (T)", value: "\(schedule.steps)"),
      .init(name: "noise schedule", value: try settings.schedule(file: tree.file).rawValue),
      .init(name: "candidates (N)", value: "\(options.candidateCount)"),
      .init(name: "extra final steps (M)", value: "\(options.extraFinalSteps)"),
      .init(name: "sampling temperature", value: "\(options.temperature)"),
      .init(name: "clipped at every step", value: options.clipsEveryStep ? "yes" : "no"),
      .init(name: "critic objective", value: options.criticObjective.rawValue),
      .init(name: "critic parameter", value: "\(options.criticParameter)"),
    ]
    description.metadata = metadata
    self.init(
      description: description, options: options, network: network, critic: critic, value: value,
      schedule: schedule)
  }
}

// MARK: - Settings

extension IDQLSettings {
  /// Refuses what this implementation would silently do otherwise.
  fileprivate func check(file: String) throws(CheckpointError) {
    func refuse(_ name: String, _ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(
        file: file, .setting("hyperparameters.\(name)", found: found, expected: expected))
    }
    if let steps = create_kwargs?.T, !(1...1000).contains(steps) {
      throw refuse("create_kwargs.T", "\(steps)", "1 to 1000 diffusion steps")
    }
    if let activation, !["swish", "mish"].contains(activation) {
      throw refuse("activation", quoted(activation), "swish or mish")
    }
    if let activation = critic_activation, activation != "relu" {
      throw refuse("critic_activation", quoted(activation), "relu")
    }
    if let epsilon = layer_norm_eps, epsilon != LayerNorm.epsilon {
      throw refuse("layer_norm_eps", "\(epsilon)", "\(LayerNorm.epsilon)")
    }
  }

  fileprivate func schedule(file: String) throws(CheckpointError) -> NoiseSchedule.Kind {
    guard let name = create_kwargs?.beta_schedule else { return .vp }
    guard let kind = NoiseSchedule.Kind(rawValue: name) else {
      throw CheckpointError(
        file: file,
        .setting(
          "hyperparameters.create_kwargs.beta_schedule", found: quoted(name),
          expected: NoiseSchedule.Kind.allCases.map(\.rawValue).joined(separator: ", ")))
    }
    return kind
  }

  fileprivate func options(file: String) throws(CheckpointError) -> IDQLOptions {
    var options = IDQLOptions()
    let learner = create_kwargs
    options.candidateCount = learner?.N ?? options.candidateCount
    options.extraFinalSteps = learner?.M ?? options.extraFinalSteps
    options.temperature = ddpm_temperature ?? options.temperature
    options.clipsEveryStep = clip_sampler ?? options.clipsEveryStep
    options.criticParameter = learner?.critic_hyperparam ?? options.criticParameter
    if let name = learner?.critic_objective {
      guard let objective = CriticObjective(rawValue: name) else {
        throw CheckpointError(
          file: file,
          .setting(
            "hyperparameters.create_kwargs.critic_objective", found: quoted(name),
            expected: CriticObjective.allCases.map(\.rawValue).joined(separator: ", ")))
      }
      options.criticObjective = objective
    }
    do {
      try options.validate()
    } catch {
      throw CheckpointError(
        file: file,
        .setting("hyperparameters (\(error.option))", found: error.found, expected: error.expected))
    }
    return options
  }
}

// MARK: - Networks

extension ParameterTree {
  fileprivate func family(_ settings: IDQLSettings) throws(CheckpointError) -> LearnerFamily {
    if let activation = settings.activation { return activation == "swish" ? .simple : .full }
    // without settings: what only one of the two has, then the two published embedding widths
    if contains("value.MLP_0.LayerNorm_0.scale") { return .simple }
    if contains("target_score_model.MLP_1.Dense_0.kernel") { return .full }
    let frequencies = try tensor("target_score_model.FourierFeatures_0.kernel", [nil, 1])
    switch frequencies.count {
    case 64: return .simple
    case 32: return .full
    default:
      throw CheckpointError(
        file: file,
        .shape(
          tensor: "target_score_model.FourierFeatures_0.kernel", found: frequencies.shape,
          expected: "[64, 1] (simple) or [32, 1] (full), because the file does not say which it is")
      )
    }
  }

  /// The stored betas, if any, must be those the settings lead to.
  fileprivate func checkBetas(of schedule: NoiseSchedule) throws(CheckpointError) {
    guard contains("schedule.betas") else { return }
    let stored = try tensor("schedule.betas", [schedule.steps])
    for (t, beta) in schedule.betas.enumerated() where abs(stored.values[t] - beta) > 1e-5 {
      throw CheckpointError(
        file: file,
        .mismatch(
          tensor: "schedule.betas", found: "\(stored.values[t]) at index \(t)",
          expected: "\(beta), which the schedule in the settings gives"))
    }
  }

  fileprivate func scoreNetwork(
    activation: Activation, steps: Int
  ) throws(CheckpointError) -> ScoreNetwork {
    let root = "target_score_model"
    let frequencies = try tensor("\(root).FourierFeatures_0.kernel", [nil, 1])
    let embedding = TimeEmbedding(
      frequencies: frequencies,
      layers: try layers("\(root).MLP_0", inputs: 2 * frequencies.count), activation: activation)
    let conditions = embedding.conditions(steps: steps)
    let (body, inputs, actionCount) =
      contains("\(root).MLP_1.Dense_0.kernel")
      ? try plainBody("\(root).MLP_1", conditions: conditions, activation: activation)
      : try residualBody("\(root).MLPResNet_0", conditions: conditions, activation: activation)
    return ScoreNetwork(
      observationCount: inputs - actionCount - conditions.shape[1], actionCount: actionCount,
      body: body)
  }

  private func residualBody(
    _ root: String, conditions: SharedFloats, activation: Activation
  ) throws(CheckpointError) -> (ScoreNetwork.Body, inputs: Int, actionCount: Int) {
    let (first, firstBias) = try dense("\(root).Dense_0")
    let (inputs, width) = (first.shape[0], first.shape[1])
    let (last, lastBias) = try dense("\(root).Dense_1", inputs: width)
    let actionCount = last.shape[1]
    let observation = try observationRows(
      of: "\(root).Dense_0.kernel", inputs, actionCount, conditions)

    var blocks: [ResidualBody.Block] = []
    while contains("\(root).MLPResNetBlock_\(blocks.count).Dense_0.kernel") {
      let name = "\(root).MLPResNetBlock_\(blocks.count)"
      let expand = try dense("\(name).Dense_0", inputs: width)
      let project = try dense("\(name).Dense_1", inputs: expand.kernel.shape[1], outputs: width)
      blocks.append(
        ResidualBody.Block(
          norm: try layerNorm("\(name).LayerNorm_0", width: width),
          expand: Dense(kernel: expand.kernel, bias: expand.bias),
          project: Dense(kernel: project.kernel, bias: project.bias)))
    }

    // the condition's share of the first layer, and the bias, for each step
    let steps = conditions.shape[0]
    var shares = [Float](repeating: 0, count: steps * width)
    Dense(kernel: first, rows: observation.upperBound..<inputs, bias: firstBias)
      .apply(conditions.pointer, rows: steps, into: &shares)
    let body = ResidualBody(
      action: Dense(kernel: first, rows: 0..<actionCount, bias: nil),
      observation: Dense(kernel: first, rows: observation, bias: nil),
      conditions: SharedFloats(shape: [steps, width], copying: shares), blocks: blocks,
      output: Dense(kernel: last, bias: lastBias), activation: activation)
    return (.residual(body), inputs, actionCount)
  }

  private func plainBody(
    _ root: String, conditions: SharedFloats, activation: Activation
  ) throws(CheckpointError) -> (ScoreNetwork.Body, inputs: Int, actionCount: Int) {
    let layers = try layers(root)
    let (inputs, actionCount) = (layers[0].inputCount, layers[layers.count - 1].outputCount)
    _ = try observationRows(of: "\(root).Dense_0.kernel", inputs, actionCount, conditions)
    let body = PlainBody(
      conditions: conditions, norm: try layerNorm("\(root).LayerNorm_0", width: inputs),
      layers: layers, activation: activation)
    return (.plain(body), inputs, actionCount)
  }

  /// Which rows of a first layer over [a_t, s, c] belong to s; at least one.
  private func observationRows(
    of kernel: String, _ inputs: Int, _ actionCount: Int, _ conditions: SharedFloats
  ) throws(CheckpointError) -> Range<Int> {
    let end = inputs - conditions.shape[1]
    guard end > actionCount else {
      throw CheckpointError(
        file: file,
        .shape(
          tensor: kernel, found: tensors[kernel]?.shape ?? [],
          expected: "more than \(actionCount) + \(conditions.shape[1]) inputs, for action, "
            + "observation and condition"))
    }
    return actionCount..<end
  }

  func critic(
    observationCount: Int, actionCount: Int
  ) throws(CheckpointError) -> Critic {
    let root = "target_critic.VmapStateActionValue_0"
    let inputs = observationCount + actionCount
    let first = try tensor("\(root).MLP_0.Dense_0.kernel", [nil, inputs, nil])
    let headCount = first.shape[0]
    // every layer of the ensemble, (heads, in, out) and (heads, out)
    var layers: [(kernel: SharedFloats, bias: SharedFloats)] = []
    func append(_ name: String, inputs: Int, outputs: Int?) throws(CheckpointError) {
      let kernel = try tensor("\(name).kernel", [headCount, inputs, outputs])
      layers.append((kernel, try tensor("\(name).bias", [headCount, kernel.shape[2]])))
    }
    repeat {
      try append(
        "\(root).MLP_0.Dense_\(layers.count)", inputs: layers.last?.kernel.shape[2] ?? inputs,
        outputs: nil)
    } while contains("\(root).MLP_0.Dense_\(layers.count).kernel")
    try append("\(root).Dense_0", inputs: layers[layers.count - 1].kernel.shape[2], outputs: 1)

    let heads = (0..<headCount).map { head in
      let dense = layers.map { Dense(kernel: $0.kernel.slice(head), bias: $0.bias.slice(head)) }
      let kernel = first.slice(head)
      return Critic.Head(
        observation: Dense(kernel: kernel, rows: 0..<observationCount, bias: nil),
        action: Dense(
          kernel: kernel, rows: observationCount..<inputs, bias: layers[0].bias.slice(head)),
        hidden: Array(dense.dropFirst().dropLast()), output: dense[dense.count - 1])
    }
    return Critic(heads: heads)
  }

  func valueNetwork(observationCount: Int) throws(CheckpointError) -> ValueNetwork {
    let hidden = try layers("value.MLP_0", inputs: observationCount)
    let output = try dense(
      "value.OutputVDense", inputs: hidden[hidden.count - 1].outputCount, outputs: 1)
    return ValueNetwork(
      norm: try layerNorm("value.MLP_0.LayerNorm_0", width: observationCount), hidden: hidden,
      output: Dense(kernel: output.kernel, bias: output.bias))
  }
}

// MARK: - Description

extension ScoreNetwork {
  fileprivate func layout(_ activation: Activation, _ tree: ParameterTree) -> String {
    let features = 2 * (tree.tensors["target_score_model.FourierFeatures_0.kernel"]?.count ?? 0)
    let form =
      switch body {
      case .residual(let body):
        "\(body.blocks.contains { $0.norm != nil } ? "LN-ResNet" : "ResNet") \(body.width), "
          + "\(body.blocks.count) blocks"
          + (body.blocks.first.map { " of \($0.expand.outputCount)" } ?? "")
      case .plain(let body):
        "MLP \(body.layers.map { "\($0.outputCount)" }.joined(separator: "-"))"
          + (body.norm != nil ? " with LayerNorm" : "")
      }
    return "\(form), \(activation.rawValue), \(features) time features"
  }
}

extension Critic {
  fileprivate var layout: String {
    let widths = [heads[0].action.outputCount] + heads[0].hidden.map(\.outputCount) + [1]
    return "\(heads.count) x MLP \(widths.map(String.init).joined(separator: "-")), relu"
  }
}

extension ValueNetwork {
  fileprivate var layout: String {
    let widths = hidden.map(\.outputCount) + [1]
    return "MLP \(widths.map(String.init).joined(separator: "-")), relu"
      + (norm != nil ? ", LayerNorm on the input" : "")
  }
}
