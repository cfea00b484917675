import IDQLTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The noise predictor eps(s, a_t, t) of the diffusion policy.
///
/// Its first layer reads the concatenation [a_t, s, c]: the noisy action, the observation, and the
/// condition c made from the time. c takes few values, so it is computed once per network, and the
/// observation's share of a layer once per observation, not once per candidate action.
///
/// The learner has a second definition of this network, `ScoreTrunk`, as of critic and value network,
/// `Perceptron`. One would serve neither: acting wants row-major candidates of a shared observation
/// and may round to bfloat16; learning wants each layer's outputs and slopes kept, in panels that are
/// either factor of the next product. `ForwardAgreementTests` hold the two together.
struct ScoreNetwork: Sendable {
  let observationCount: Int
  let actionCount: Int
  private(set) var body: Body

  enum Body: Sendable {
    case residual(ResidualBody)
    case plain(PlainBody)
  }

  /// The network with all layers but the first and the last in `precision`.
  func rounded(to precision: Precision) -> ScoreNetwork {
    guard precision == .bfloat16 else { return self }
    var copy = self
    switch body {
    case .residual(var body):
      for index in body.blocks.indices {
        body.blocks[index].expand = body.blocks[index].expand.rounded()
        body.blocks[index].project = body.blocks[index].project.rounded()
      }
      copy.body = .residual(body)
    case .plain(var body):
      for index in body.layers.indices.dropFirst().dropLast() {
        body.layers[index] = body.layers[index].rounded()
      }
      copy.body = .plain(body)
    }
    return copy
  }

  /// Floats per observation that `prepare` makes.
  var preparedCount: Int {
    switch body {
    case .residual(let body): body.width
    case .plain: observationCount
    }
  }

  /// Computes what depends on the observation alone.
  ///
  /// | Argument       | Shape                     | Meaning |
  /// |----------------|---------------------------|---------|
  /// | `observations` | (rows, observationCount)  | s       |
  /// | `prepared`     | (rows, preparedCount)     | out     |
  func prepare(
    _ observations: UnsafePointer<Float>, rows: Int, into prepared: UnsafeMutablePointer<Float>
  ) {
    switch body {
    case .residual(let body): body.observation.apply(observations, rows: rows, into: prepared)
    case .plain: prepared.update(from: observations, count: rows * observationCount)
    }
  }

  /// Predicts the noise in `count` noisy actions at diffusion step `step`.
  ///
  /// | Argument   | Shape                | Meaning                                          |
  /// |------------|----------------------|--------------------------------------------------|
  /// | `noisy`    | (count, actionCount) | a_t                                              |
  /// | `prepared` | count pointers       | what `prepare` made of each action's observation |
  /// | `noise`    | (count, actionCount) | out: eps                                         |
  func predict(
    _ noisy: UnsafePointer<Float>, prepared: [UnsafePointer<Float>], step: Int,
    into noise: UnsafeMutablePointer<Float>, workspace: ScoreWorkspace
  ) {
    defer { withExtendedLifetime((self, workspace)) {} }
    switch body {
    case .residual(let body): body.predict(noisy, prepared, step, noise, workspace)
    case .plain(let body):
      body.predict(noisy, prepared, step, noise, workspace, observationCount: observationCount)
    }
  }
}

/// Outputs of the widest layers for a given number of rows.
struct ScoreWorkspace {
  let hidden: Buffer
  let normal: Buffer
  let wide: Buffer
  let scratch: Buffer

  init(_ network: ScoreNetwork, rows: Int) {
    let (width, wideWidth, layers) =
      switch network.body {
      case .residual(let body):
        (
          body.width, body.blocks.map(\.expand.outputCount).max() ?? 0,
          body.blocks.flatMap { [$0.expand, $0.project] }
        )
      case .plain(let body): (body.layers.map(\.inputCount).max() ?? 0, 0, body.layers)
      }
    scratch = Buffer(rows * (layers.map(\.scratchCount).max() ?? 0))
    hidden = Buffer(rows * width)
    normal = Buffer(rows * width)
    wide = Buffer(rows * wideWidth)
  }
}

/// The LN-ResNet: dense to H, residual blocks, activation, dense to the action (IDQL, appendix G).
struct ResidualBody: Sendable {
  /// x + project(activation(expand(norm(x)))).
  struct Block: Sendable {
    var norm: LayerNorm?
    var expand: Dense
    var project: Dense
  }

  /// First layer, split by the part of the input each share reads.
  var action: Dense
  var observation: Dense
  /// (steps, width): the condition's share and the bias, for each diffusion step.
  var conditions: SharedFloats
  var blocks: [Block]
  var output: Dense
  var activation: Activation
  /// Before the output, where CleanDiffuser has none.
  var lastActivation: Activation

  var width: Int { action.outputCount }

  func predict(
    _ noisy: UnsafePointer<Float>, _ prepared: [UnsafePointer<Float>], _ step: Int,
    _ noise: UnsafeMutablePointer<Float>, _ workspace: ScoreWorkspace
  ) {
    let rows = prepared.count
    let hidden = workspace.hidden.pointer
    let condition = conditions.pointer + step * width
    for row in 0..<rows {
      let observation = prepared[row]
      for i in 0..<width { hidden[row * width + i] = observation[i] + condition[i] }
    }
    action.apply(noisy, rows: rows, into: hidden, accumulates: true)

    for block in blocks {
      var input = UnsafePointer(hidden)
      if let norm = block.norm {
        norm.apply(hidden, rows: rows, into: workspace.normal.pointer)
        input = UnsafePointer(workspace.normal.pointer)
      }
      block.expand.apply(
        input, rows: rows, activation: activation, then: block.project, into: hidden,
        between: workspace.wide.pointer, scratch: workspace.scratch.pointer)
    }
    lastActivation.apply(hidden, count: rows * width)
    output.apply(hidden, rows: rows, into: noise)
  }
}

/// A plain MLP over [a_t, s, c], with an optional LayerNorm on its input.
struct PlainBody: Sendable {
  /// (steps, condition width).
  var conditions: SharedFloats
  var norm: LayerNorm?
  /// The activation stands between layers, not after the last.
  var layers: [Dense]
  var activation: Activation

  func predict(
    _ noisy: UnsafePointer<Float>, _ prepared: [UnsafePointer<Float>], _ step: Int,
    _ noise: UnsafeMutablePointer<Float>, _ workspace: ScoreWorkspace, observationCount: Int
  ) {
    let rows = prepared.count
    let width = layers[0].inputCount
    let conditionCount = conditions.shape[1]
    let actionCount = width - observationCount - conditionCount
    var (input, output) = (workspace.hidden.pointer, workspace.normal.pointer)
    for row in 0..<rows {
      let start = input + row * width
      start.update(from: noisy + row * actionCount, count: actionCount)
      (start + actionCount).update(from: prepared[row], count: observationCount)
      (start + actionCount + observationCount).update(
        from: conditions.pointer + step * conditionCount, count: conditionCount)
    }
    norm?.apply(input, rows: rows, into: input)
    for layer in layers.dropLast() {
      layer.apply(
        input, rows: rows, into: output, activation: activation,
        scratch: workspace.scratch.pointer)
      swap(&input, &output)
    }
    layers[layers.count - 1].apply(input, rows: rows, into: noise)
  }
}

/// The condition c for each diffusion step: learnt Fourier features of the step, then an MLP.
struct TimeEmbedding: Sendable {
  /// (features / 2, 1): angular frequencies over 2π.
  var frequencies: SharedFloats
  /// The activation stands between layers, not after the last.
  var layers: [Dense]
  var activation: Activation

  /// (steps, condition width). Differs from the usual practice in that the step enters as the
  /// integer t itself, not as t / T: so the networks were trained.
  func conditions(steps: Int) -> SharedFloats {
    let half = frequencies.count
    var features = [Float](repeating: 0, count: steps * 2 * half)
    for t in 0..<steps {
      for i in 0..<half {
        let angle = 2 * Float.pi * Float(t) * frequencies.values[i]
        features[t * 2 * half + i] = cosf(angle)
        features[t * 2 * half + half + i] = sinf(angle)
      }
    }
    return Self.conditions(of: features, steps: steps, layers, activation)
  }

  /// What an MLP makes of each step's features.
  static func conditions(
    of features: [Float], steps: Int, _ layers: [Dense], _ activation: Activation
  ) -> SharedFloats {
    var features = features
    for (index, layer) in layers.enumerated() {
      var next = [Float](repeating: 0, count: steps * layer.outputCount)
      layer.apply(
        features, rows: steps, into: &next,
        activation: index == layers.count - 1 ? .identity : activation)
      features = next
    }
    return SharedFloats(shape: [steps, features.count / max(steps, 1)], copying: features)
  }
}
