import IDQLTensors

// Networks by the names of the reference's flax modules.
extension ParameterTree {
  func scoreNetwork(
    activation: Activation, steps: Int
  ) throws(CheckpointError) -> ScoreNetwork {
    let frequencies = try tensor("FourierFeatures_0.kernel", [nil, 1])
    let embedding = TimeEmbedding(
      frequencies: frequencies,
      layers: try layers("MLP_0", inputs: 2 * frequencies.count), activation: activation)
    let conditions = embedding.conditions(steps: steps)
    let (body, inputs, actionCount) =
      contains("MLP_1.Dense_0.kernel")
      ? try plainBody("MLP_1", conditions: conditions, activation: activation)
      : try residualBody(conditions: conditions, activation: activation)
    return ScoreNetwork(
      observationCount: inputs - actionCount - conditions.shape[1], actionCount: actionCount,
      body: body)
  }

  private func residualBody(
    conditions: SharedFloats, activation: Activation
  ) throws(CheckpointError) -> (ScoreNetwork.Body, inputs: Int, actionCount: Int) {
    // the reference renamed its modules once
    let version = contains("MLPResNetV3_0.Dense_0.kernel") ? "V3" : ""
    let root = "MLPResNet\(version)_0"
    let (first, firstBias) = try dense("\(root).Dense_0")
    let (inputs, width) = (first.shape[0], first.shape[1])
    let (last, lastBias) = try dense("\(root).Dense_1", inputs: width)
    let actionCount = last.shape[1]
    let observation = try observationRows(
      of: "\(root).Dense_0.kernel", inputs, actionCount, conditions)

    var blocks: [ResidualBody.Block] = []
    while contains("\(root).MLPResNet\(version)Block_\(blocks.count).Dense_0.kernel") {
      let name = "\(root).MLPResNet\(version)Block_\(blocks.count)"
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
      output: Dense(kernel: last, bias: lastBias), activation: activation,
      lastActivation: activation)
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
          tensor: prefix + kernel, found: shape(kernel) ?? [],
          expected: "more than \(actionCount) + \(conditions.shape[1]) inputs, for action, "
            + "observation and condition"))
    }
    return actionCount..<end
  }

  func critic(
    observationCount: Int, actionCount: Int
  ) throws(CheckpointError) -> Critic {
    try network("target_critic").part("VmapStateActionValue_0")
      .criticHeads(observationCount: observationCount, actionCount: actionCount)
  }

  private func criticHeads(
    observationCount: Int, actionCount: Int
  ) throws(CheckpointError) -> Critic {
    let inputs = observationCount + actionCount
    let first = try tensor("MLP_0.Dense_0.kernel", [nil, inputs, nil])
    let headCount = first.shape[0]
    // every layer of the ensemble, (heads, in, out) and (heads, out)
    var layers: [(kernel: SharedFloats, bias: SharedFloats)] = []
    func append(_ name: String, inputs: Int, outputs: Int?) throws(CheckpointError) {
      let kernel = try tensor("\(name).kernel", [headCount, inputs, outputs])
      layers.append((kernel, try tensor("\(name).bias", [headCount, kernel.shape[2]])))
    }
    repeat {
      try append(
        "MLP_0.Dense_\(layers.count)", inputs: layers.last?.kernel.shape[2] ?? inputs, outputs: nil)
    } while contains("MLP_0.Dense_\(layers.count).kernel")
    try append("Dense_0", inputs: layers[layers.count - 1].kernel.shape[2], outputs: 1)
    let norm =
      contains("MLP_0.LayerNorm_0.scale")
      ? (
        scale: try tensor("MLP_0.LayerNorm_0.scale", [headCount, inputs]),
        bias: try tensor("MLP_0.LayerNorm_0.bias", [headCount, inputs])
      ) : nil

    let heads = (0..<headCount).map { head in
      let dense = layers.map { Dense(kernel: $0.kernel.slice(head), bias: $0.bias.slice(head)) }
      let kernel = first.slice(head)
      let firstLayer: Critic.First =
        if let norm {
          .joint(
            norm: LayerNorm(scale: norm.scale.slice(head), bias: norm.bias.slice(head)),
            layer: dense[0])
        } else {
          .split(
            observation: Dense(kernel: kernel, rows: 0..<observationCount, bias: nil),
            action: HiddenLayer(
              dense: Dense(
                kernel: kernel, rows: observationCount..<inputs, bias: layers[0].bias.slice(head))))
        }
      return Critic.Head(
        first: firstLayer, hidden: dense.dropFirst().dropLast().map { HiddenLayer(dense: $0) },
        output: dense[dense.count - 1])
    }
    return Critic(observationCount: observationCount, actionCount: actionCount, heads: heads)
  }

  func valueNetwork(observationCount: Int) throws(CheckpointError) -> ValueNetwork {
    let tree = network("value")
    let hidden = try tree.layers("MLP_0", inputs: observationCount)
    let output = try tree.dense(
      "OutputVDense", inputs: hidden[hidden.count - 1].outputCount, outputs: 1)
    return ValueNetwork(
      norm: try tree.layerNorm("MLP_0.LayerNorm_0", width: observationCount),
      hidden: hidden.map { HiddenLayer(dense: $0) },
      output: Dense(kernel: output.kernel, bias: output.bias))
  }
}

// MARK: - Description

extension ScoreNetwork {
  func layout(_ activation: Activation, timeFeatures: Int) -> String {
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
    return "\(form), \(activation.rawValue), \(timeFeatures) time features"
  }
}

extension Critic {
  var layout: String {
    let widths = [heads[0].first.outputCount] + heads[0].hidden.map(\.dense.outputCount) + [1]
    let norm =
      switch heads[0].first {
      case .joint: ", LayerNorm on the input"
      case .split(_, let action): action.norm != nil ? ", LayerNorm" : ""
      }
    return "\(heads.count) x MLP \(widths.map(String.init).joined(separator: "-")), "
      + activation.rawValue + norm
  }
}

extension ValueNetwork {
  var layout: String {
    let widths = hidden.map(\.dense.outputCount) + [1]
    return "MLP \(widths.map(String.init).joined(separator: "-")), \(activation.rawValue)"
      + (norm != nil
        ? ", LayerNorm on the input" : hidden.contains { $0.norm != nil } ? ", LayerNorm" : "")
  }
}
