// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import IDQLTensors

// IFQL, which is IDQL with a flow in place of the diffusion (agents/ifql.py of FQL's code).

/// What the agent's configuration says and its file does not; the metadata `ifql` of a file of ours.
private struct FlowSettings: Codable {
  var flow_steps = 10
  var num_samples = 32
  var env: String?
}

extension ParameterTree {
  /// The networks of an agent of that code, whose flow is `modules_actor_flow`; nil if it has none.
  var flowAgent: ParameterTree? {
    ["agent.network.params", "network.params"].map(part).first {
      $0.contains("modules_actor_flow.mlp.Dense_0.kernel")
    }
  }
}

extension IDQLPolicy {
  /// Builds the agent from its networks: the flow, the online critic, by which it acts, and the value
  /// network.
  init(
    flow tree: ParameterTree, of file: ParameterTree, metadata: [String: String],
    stated: StatedSettings
  ) throws(CheckpointError) {
    try stated.requireOnly(["--diffusion-steps"], of: "an IFQL agent", file: file.file)
    let stored = try metadata["ifql"].map { text throws(CheckpointError) in
      try decodeSettings(FlowSettings.self, from: text, key: "ifql", file: file.file)
    }
    var settings = stored ?? FlowSettings()
    if let steps = stated.diffusionSteps {
      if let stored, stored.flow_steps != steps {
        throw CheckpointError(
          file: file.file,
          .setting(
            "--diffusion-steps", found: "stated to be \(steps)",
            expected: "\(stored.flow_steps), as the file says"))
      }
      settings.flow_steps = steps
    } else if stored == nil, !stated.assumesTheRest {
      throw CheckpointError(
        file: file.file,
        .unstated(["steps of the flow"], options: "--diffusion-steps (10 in FQL's code)"))
    }
    guard (1...1000).contains(settings.flow_steps) else {
      throw CheckpointError(
        file: file.file,
        .setting("steps of the flow", found: "\(settings.flow_steps)", expected: "1 to 1000"))
    }

    let network = try tree.part("modules_actor_flow.mlp").flow(steps: settings.flow_steps)
    let (o, a) = (network.observationCount, network.actionCount)
    let critic = try tree.part("modules_critic.value_net").flowCritic(o, a)
    let value = try tree.part("modules_value.value_net").flowValue(o)
    let names = ["modules_actor_flow", "modules_critic", "modules_value"]
    for name in names { try tree.part(name).requireAllUsed() }

    let unread = UnreadSettings(metadata, key: "ifql", read: ["flow_steps", "num_samples", "env"])
    if !stated.assumesTheRest { try file.requireNothingUnread(unread) }

    var options = IDQLOptions()
    options.candidateCount = settings.num_samples
    options.clipsEveryStep = false
    do {
      try options.validate()
    } catch {
      throw CheckpointError(
        file: file.file,
        .setting("ifql (\(error.option))", found: error.found, expected: error.expected))
    }

    var description = PolicyDescription(kind: .idql, observationCount: o, actionCount: a)
    description.environment = settings.env
    let layouts = [network.layout(.geluTanh, timeFeatures: 1), critic.layout, value.layout]
    description.networks = zip(zip(["flow", "critic", "value"], layouts), names).map {
      .init(
        name: $0.0, layout: $0.1, parameterCount: tree.part($1).usedParameterCount)
    }
    let origin = stored == nil ? PolicyDescription.Setting.Origin.assumed : .stored
    description.settings = [
      .init(
        name: "diffusion steps (T)", value: "\(settings.flow_steps)",
        origin: stored == nil && stated.diffusionSteps != nil ? .stated : origin),
      .init(name: "sampler", value: "flow, by Euler's method", origin: .stored),
      .init(name: "candidates (N)", value: "\(settings.num_samples)", origin: origin),
    ]
    description.unused = file.unused
    description.unknownSettings = unread.unknown + file.tellingScalars
    description.metadata = metadata
    self.init(
      description: description, options: options, network: network, critic: critic, value: value,
      diffusion: FlowSchedule(steps: settings.flow_steps),
      parameters: names.flatMap { name in
        tree.part(name).usedTensors.map { ("network.params.\(name).\($0.name)", $0.values) }
      })
  }

  /// One file of ours: the tensors by their names, and in the metadata what the source lacks.
  func flowFile(_ flow: FlowSchedule) throws -> ([NamedTensor], [String: String]) {
    let settings = FlowSettings(
      flow_steps: flow.steps, num_samples: options.candidateCount, env: description.environment)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let tensors = parameters.map { name, values in
      NamedTensor(name, shape: values.shape, .floats(values.numbers()))
    }
    return (tensors, ["ifql": String(decoding: try encoder.encode(settings), as: UTF8.self)])
  }
}

// MARK: - Networks

extension ParameterTree {
  /// The velocity of an action on its way, of [s, a, t].
  fileprivate func flow(steps: Int) throws(CheckpointError) -> ScoreNetwork {
    var layers = try layers("")
    let (inputs, a) = (layers[0].inputCount, layers[layers.count - 1].outputCount)
    guard inputs > a + 1 else {
      throw CheckpointError(
        file: file,
        .shape(
          tensor: "\(prefix)Dense_0.kernel", found: shape("Dense_0.kernel") ?? [],
          expected: "more than \(a) + 1 inputs, for observation, action and time"))
    }
    // [a, s, t] is the order here
    let (kernel, bias) = try dense("Dense_0")
    let o = inputs - a - 1
    let width = kernel.shape[1]
    let order = Array(o..<o + a) + Array(0..<o) + [inputs - 1]
    layers[0] = Dense(
      kernel: SharedFloats(
        shape: kernel.shape,
        copying: order.flatMap { row in kernel.values[row * width..<(row + 1) * width] }),
      bias: bias)
    let times = (0..<steps).map { Float($0) / Float(steps) }
    let body = PlainBody(
      conditions: SharedFloats(shape: [steps, 1], copying: times), norm: nil, layers: layers,
      activation: .geluTanh)
    return ScoreNetwork(observationCount: o, actionCount: a, body: .plain(body))
  }

  fileprivate func flowCritic(
    _ observationCount: Int, _ actionCount: Int
  ) throws(CheckpointError) -> Critic {
    let inputs = observationCount + actionCount
    let headCount = try tensor("Dense_0.kernel", [nil, inputs, nil]).shape[0]
    let layers = try flowLayers(inputs: inputs, heads: headCount)
    let heads = (0..<headCount).map { head in
      func hidden(_ layer: FlowLayer) -> HiddenLayer {
        HiddenLayer(
          dense: Dense(kernel: layer.kernel.slice(head), bias: layer.bias.slice(head)),
          norm: layer.norm.map {
            LayerNorm(scale: $0.scale.slice(head), bias: $0.bias.slice(head))
          },
          normalizesLast: true)
      }
      var action = hidden(layers[0])
      let kernel = layers[0].kernel.slice(head)
      action.dense = Dense(
        kernel: kernel, rows: observationCount..<inputs, bias: layers[0].bias.slice(head))
      return Critic.Head(
        first: .split(
          observation: Dense(kernel: kernel, rows: 0..<observationCount, bias: nil), action: action),
        hidden: layers.dropFirst().dropLast().map(hidden), output: hidden(layers.last!).dense)
    }
    return Critic(
      observationCount: observationCount, actionCount: actionCount, heads: heads,
      activation: .geluTanh)
  }

  fileprivate func flowValue(_ observationCount: Int) throws(CheckpointError) -> ValueNetwork {
    let layers = try flowLayers(inputs: observationCount, heads: nil).map { layer in
      HiddenLayer(
        dense: Dense(kernel: layer.kernel, bias: layer.bias),
        norm: layer.norm.map { LayerNorm(scale: $0.scale, bias: $0.bias) }, normalizesLast: true)
    }
    return ValueNetwork(
      norm: nil, hidden: Array(layers.dropLast()), output: layers[layers.count - 1].dense,
      activation: .geluTanh)
  }

  private struct FlowLayer {
    var kernel: SharedFloats
    var bias: SharedFloats
    var norm: (scale: SharedFloats, bias: SharedFloats)?
  }

  /// `Dense_{i}` and `LayerNorm_{i}`, the last of one output; each with an axis more for the heads of an
  /// ensemble.
  private func flowLayers(inputs: Int, heads: Int?) throws(CheckpointError) -> [FlowLayer] {
    let axis = heads.map { [Optional($0)] } ?? []
    var layers: [FlowLayer] = []
    var width = inputs
    repeat {
      let name = "Dense_\(layers.count)"
      let kernel = try tensor("\(name).kernel", axis + [width, nil])
      width = kernel.shape[kernel.shape.count - 1]
      var layer = FlowLayer(kernel: kernel, bias: try tensor("\(name).bias", axis + [width]))
      let norm = "LayerNorm_\(layers.count)"
      if contains("\(norm).scale") {
        layer.norm = (
          try tensor("\(norm).scale", axis + [width]), try tensor("\(norm).bias", axis + [width])
        )
      }
      layers.append(layer)
    } while contains("Dense_\(layers.count).kernel")
    let last = layers[layers.count - 1]
    guard width == 1, last.norm == nil, layers.count > 1 else {
      throw CheckpointError(
        file: file,
        .shape(
          tensor: "\(prefix)Dense_\(layers.count - 1).kernel", found: last.kernel.shape,
          expected: "one output, after at least one other layer and without a norm"))
    }
    return layers
  }
}
