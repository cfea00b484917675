import IDQLAgent

/// All parameters of an agent, under the names of the reference's parameter tree.
struct LearnerNetworks: Sendable {
  var condition: Condition
  var trunk: ScoreTrunk
  var value: Perceptron
  var heads: [Perceptron]

  /// In the order in which they are drawn at first.
  var parameters: [Parameter] { scoreParameters + value.parameters + criticParameters }
  var scoreParameters: [Parameter] { condition.parameters + trunk.parameters }
  var criticParameters: [Parameter] { heads.flatMap(\.parameters) }

  init(_ configuration: LearnerConfiguration) {
    let activation = configuration.family.activation
    let inputs = configuration.actionCount + configuration.observationCount
    let width = configuration.actor.width
    let conditions = configuration.conditionWidths[configuration.conditionWidths.count - 1]
    let half = configuration.timeFeatureCount / 2

    let precision = configuration.precision
    let score = Builder(root: "score_model", hasTarget: true, precision: precision)
    let root = "MLPResNet_0"
    // one tensor for all of the first layer: action and observation first, then the condition
    let shape = [inputs + conditions, width]
    condition = Condition(
      frequencies: score.vector("FourierFeatures_0.kernel", shape: [half, 1], .normal(0.2)),
      network: score.perceptron(
        [("MLP_0.Dense_", configuration.conditionWidths)], inputs: 2 * half, activation: activation),
      share: score.weights(
        "\(root).Dense_0.kernel", shape: shape, rows: inputs..<shape[0], .xavierUniform),
      bias: score.vector("\(root).Dense_0.bias", shape: [width], .zeros))
    trunk = ScoreTrunk(
      input: score.weights(
        "\(root).Dense_0.kernel", shape: shape, rows: 0..<inputs, .xavierUniform),
      blocks: (0..<configuration.actor.blocks).map { index in
        let name = "\(root).MLPResNetBlock_\(index)"
        return ScoreTrunk.Block(
          norm: score.normalization("\(name).LayerNorm_0", width: width),
          expand: score.layer("\(name).Dense_0", width, 4 * width, .lecunNormal, isInner: true),
          project: score.layer("\(name).Dense_1", 4 * width, width, .lecunNormal, isInner: true))
      },
      output: score.layer("\(root).Dense_1", width, configuration.actionCount, .xavierUniform),
      activation: activation)

    let value = Builder(root: "value", hasTarget: false, precision: precision)
    self.value = value.perceptron(
      [("MLP_0.Dense_", configuration.critic.widths), ("OutputVDense", [1])],
      inputs: configuration.observationCount, activation: .relu)
    if configuration.normalizesValueInput {
      self.value.norm = value.normalization(
        "MLP_0.LayerNorm_0", width: configuration.observationCount)
    }
    heads = (0..<configuration.critic.heads).map { head in
      Builder(
        root: "critic.VmapStateActionValue_0", hasTarget: true,
        head: (head, of: configuration.critic.heads), precision: precision
      ).perceptron(
        [("MLP_0.Dense_", configuration.critic.widths), ("Dense_0", [1])], inputs: inputs,
        activation: .relu)
    }
  }
}

/// How the layers of a perceptron begin.
package enum LayerStart {
  /// As the reference's networks: `Initializer.xavierUniform`, biases zero.
  case xavierUniform
  /// As PyTorch's `nn.Linear`: `Initializer.inputUniform`.
  case inputUniform

  func initializers(inputs: Int) -> (weights: Initializer, bias: Initializer) {
    switch self {
    case .xavierUniform: (.xavierUniform, .zeros)
    case .inputUniform: (.inputUniform(inputs), .inputUniform(inputs))
    }
  }
}

/// Makes parameters under one module of the tree.
package struct Builder {
  var root: String
  var hasTarget: Bool
  /// Which part of the first axis, of how long an axis, for an ensemble.
  var head: (index: Int, of: Int)?
  /// Of the layers between the first and the last.
  var precision: LearnerPrecision

  package init(
    root: String, hasTarget: Bool, head: (index: Int, of: Int)? = nil,
    precision: LearnerPrecision = .float32
  ) {
    self.root = root
    self.hasTarget = hasTarget
    self.head = head
    self.precision = precision
  }

  /// - Parameter rows: which part of the tensor, if not all.
  func weights(
    _ name: String, shape: [Int], rows: Range<Int>? = nil, _ initializer: Initializer,
    precision: LearnerPrecision = .float32
  ) -> Parameter {
    let rows = rows ?? 0..<shape[0]
    return Parameter(
      place(name, shape, row: rows.lowerBound, initializer), rows: rows.count, columns: shape[1],
      hasTarget: hasTarget, isVector: false, precision: precision)
  }

  package func vector(_ name: String, shape: [Int], _ initializer: Initializer) -> Parameter {
    Parameter(
      place(name, shape, row: 0, initializer), rows: 1, columns: shape[0], hasTarget: hasTarget,
      isVector: true)
  }

  private func place(
    _ name: String, _ shape: [Int], row: Int, _ initializer: Initializer
  ) -> Parameter.Place {
    let count = shape.reduce(1, *)
    return Parameter.Place(
      name: "\(root).\(name)", shape: (head.map { [$0.of] } ?? []) + shape,
      offset: (head?.index ?? 0) * count + row * count / shape[0], initializer: initializer)
  }

  /// - Parameter isInner: whether it stands between the first and the last layer of its network.
  func layer(
    _ name: String, _ inputs: Int, _ outputs: Int, _ initializer: Initializer,
    bias: Initializer = .zeros, isInner: Bool = false
  ) -> Perceptron.Layer {
    Perceptron.Layer(
      kernel: weights(
        "\(name).kernel", shape: [inputs, outputs], initializer,
        precision: isInner ? precision : .float32),
      bias: vector("\(name).bias", shape: [outputs], bias))
  }

  /// - Parameters:
  ///   - groups: names and widths of consecutive layers; those of a name that ends in an underscore
  ///     are numbered.
  ///   - start: how the layers begin.
  package func perceptron(
    _ groups: [(name: String, widths: [Int])], inputs: Int, activation: Activation,
    start: LayerStart = .xavierUniform
  ) -> Perceptron {
    var layers: [Perceptron.Layer] = []
    let count = groups.reduce(0) { $0 + $1.widths.count }
    for (name, widths) in groups {
      for (index, width) in widths.enumerated() {
        let inputs = layers.last?.kernel.columns ?? inputs
        let (weights, bias) = start.initializers(inputs: inputs)
        layers.append(
          layer(
            name.hasSuffix("_") ? "\(name)\(index)" : name, inputs, width, weights, bias: bias,
            isInner: !layers.isEmpty && layers.count < count - 1))
      }
    }
    return Perceptron(norm: nil, layers: layers, activation: activation)
  }

  func normalization(_ name: String, width: Int) -> Normalization {
    Normalization(
      scale: vector("\(name).scale", shape: [width], .ones),
      bias: vector("\(name).bias", shape: [width], .zeros))
  }
}
