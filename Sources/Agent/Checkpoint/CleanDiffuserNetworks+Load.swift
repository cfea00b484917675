import Foundation
import IDQLTensors

// Networks by the names of CleanDiffuser's modules.
extension ParameterTree {
  /// The values of a file of PyTorch's.
  init(torch file: CompanionFile) throws(CheckpointError) {
    let tree: StoredTree
    do {
      tree = try namingFile(file.source.name) { try TorchFile(file.storage).tree }
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError(
        file: file.source.name, .archive(part: "the file", reason: "\(error)"))
    }
    self.init(file: file.source.name, tree)
  }

  /// `IDQLMlp`, or `NewIDQLMlp`, which has an activation more before its output.
  func cleanDiffuserNetwork(steps: Int) throws(CheckpointError) -> ScoreNetwork {
    let time = try part("time_mlp").mlp()
    let features = time[0].inputCount
    guard features % 2 == 0 else {
      throw CheckpointError(
        file: file,
        .shape(
          tensor: "\(prefix)time_mlp.0.weight", found: shape("time_mlp.0.weight") ?? [],
          expected: "an even number of inputs"))
    }
    let conditions = TimeEmbedding.conditions(
      of: Self.positions(steps: steps, count: features), steps: steps, time, .mish)
    let isNew = contains("affine_out.1.weight")
    let (first, firstBias) = try torchLayer("affine_in")
    let (inputs, width) = (first.shape[0], first.shape[1])
    let (last, lastBias) = try torchLayer(isNew ? "affine_out.1" : "affine_out", inputs: width)
    let a = last.shape[1]
    // the library's order is action, time, observation
    let start = a + conditions.shape[1]
    guard start < inputs else {
      throw CheckpointError(
        file: file,
        .shape(
          tensor: "\(prefix)affine_in.weight", found: shape("affine_in.weight") ?? [],
          expected: "more than \(a) + \(conditions.shape[1]) inputs, for action, time and "
            + "observation"))
    }
    let observation = start..<inputs
    var blocks: [ResidualBody.Block] = []
    while contains("ln_resnet.\(blocks.count).net.2.weight") {
      let name = "ln_resnet.\(blocks.count).net"
      var norm = LayerNorm(
        scale: try tensor("\(name).1.weight", [width]), bias: try tensor("\(name).1.bias", [width]))
      norm.epsilon = LayerNorm.torchEpsilon
      let expand = try torchLayer("\(name).2", inputs: width)
      let project = try torchLayer("\(name).4", inputs: expand.kernel.shape[1], outputs: width)
      blocks.append(
        ResidualBody.Block(
          norm: norm, expand: Dense(kernel: expand.kernel, bias: expand.bias),
          project: Dense(kernel: project.kernel, bias: project.bias)))
    }
    var shares = [Float](repeating: 0, count: steps * width)
    Dense(kernel: first, rows: a..<observation.lowerBound, bias: firstBias)
      .apply(conditions.pointer, rows: steps, into: &shares)
    let body = ResidualBody(
      action: Dense(kernel: first, rows: 0..<a, bias: nil),
      observation: Dense(kernel: first, rows: observation, bias: nil),
      conditions: SharedFloats(shape: [steps, width], copying: shares), blocks: blocks,
      output: Dense(kernel: last, bias: lastBias), activation: .mish,
      lastActivation: isNew ? .mish : .identity)
    return ScoreNetwork(
      observationCount: observation.count, actionCount: a, body: .residual(body))
  }

  /// Features (steps, count) of each step t: cos and sin of t f with frequencies f.
  ///
  /// The library's positional embedding has frequencies from 1 down, but rounds them to whole numbers
  /// because t is one; all but the first are 0. So were its networks trained.
  private static func positions(steps: Int, count: Int) -> [Float] {
    (0..<steps).flatMap { t in
      [cosf, sinf].flatMap { wave in
        (0..<count / 2).map { wave($0 == 0 ? Float(t) : 0) }
      }
    }
  }

  func cleanDiffuserCritic(
    _ observationCount: Int, _ actionCount: Int
  ) throws(CheckpointError) -> Critic {
    var heads: [Critic.Head] = []
    repeat {
      let name = "iql_q_target.Q\(heads.count + 1)"
      let (hidden, output) = try part(name).normedMLP(inputs: observationCount + actionCount)
      let (weight, bias) = hidden[0].dense.unpacked()
      let width = hidden[0].dense.outputCount
      // (inputs, outputs), to be cut between observation and action
      let inputs = observationCount + actionCount
      let kernel = SharedFloats(
        shape: [inputs, width],
        copying: (0..<inputs).flatMap { i in (0..<width).map { weight[$0 * inputs + i] } })
      let action = HiddenLayer(
        dense: Dense(
          kernel: kernel, rows: observationCount..<inputs,
          bias: SharedFloats(shape: [width], copying: bias)),
        norm: hidden[0].norm)
      heads.append(
        Critic.Head(
          first: .split(
            observation: Dense(kernel: kernel, rows: 0..<observationCount, bias: nil),
            action: action),
          hidden: Array(hidden.dropFirst()), output: output))
    } while !part("iql_q_target.Q\(heads.count + 1)").names.isEmpty
    return Critic(
      observationCount: observationCount, actionCount: actionCount, heads: heads, activation: .mish)
  }

  func cleanDiffuserValue(
    _ observationCount: Int
  ) throws(CheckpointError) -> ValueNetwork {
    let (hidden, output) = try part("iql_v.V").normedMLP(inputs: observationCount)
    return ValueNetwork(norm: nil, hidden: hidden, output: output, activation: .mish)
  }

  /// `{i}.weight` and `{i}.bias` of dense layers with an activation between them.
  private func mlp() throws(CheckpointError) -> [Dense] {
    try sequential().map { step throws(CheckpointError) in
      guard case .dense(let layer, _) = step else { throw unexpected }
      return layer
    }
  }

  /// Hidden layers, each with a norm or none, and one to a single number.
  private func normedMLP(
    inputs: Int
  ) throws(CheckpointError) -> (hidden: [HiddenLayer], output: Dense) {
    _ = try tensor("0.weight", [nil, inputs])
    var hidden: [HiddenLayer] = []
    var pending: Dense?
    for step in try sequential() {
      switch step {
      case .dense(let layer, let isActivated):
        if pending != nil { throw unexpected }
        if isActivated { hidden.append(HiddenLayer(dense: layer)) } else { pending = layer }
      case .norm(let norm, true):
        guard let dense = pending else { throw unexpected }
        hidden.append(HiddenLayer(dense: dense, norm: norm))
        pending = nil
      default: throw unexpected
      }
    }
    guard let output = pending, output.outputCount == 1, !hidden.isEmpty else { throw unexpected }
    return (hidden, output)
  }

  private var unexpected: CheckpointError {
    CheckpointError(
      file: file,
      .setting(
        String(prefix.dropLast()), found: "layers in another order",
        expected: "dense layers with an activation between them, each with a LayerNorm or none"))
  }

  /// Kernel (inputs, outputs) and bias of a dense layer that is stored as (outputs, inputs).
  private func torchLayer(
    _ name: String, inputs: Int? = nil, outputs: Int? = nil
  ) throws(CheckpointError) -> (kernel: SharedFloats, bias: SharedFloats) {
    let weight = try tensor("\(name).weight", [outputs, inputs])
    let (rows, columns) = (weight.shape[0], weight.shape[1])
    let kernel = SharedFloats(
      shape: [columns, rows],
      copying: (0..<columns).flatMap { i in (0..<rows).map { weight.values[$0 * columns + i] } })
    return (kernel, try tensor("\(name).bias", [rows]))
  }
}

extension Critic {
  /// One head that finds every action equal.
  static func indifferent(_ observationCount: Int, _ actionCount: Int) -> Critic {
    let head = Head(
      first: .split(
        observation: .zero(observationCount), action: HiddenLayer(dense: .zero(actionCount))),
      hidden: [], output: .zero(1))
    return Critic(observationCount: observationCount, actionCount: actionCount, heads: [head])
  }
}

extension ValueNetwork {
  static func indifferent(_ observationCount: Int) -> ValueNetwork {
    ValueNetwork(norm: nil, hidden: [], output: .zero(observationCount))
  }
}

extension Dense {
  /// To one number, 0.
  fileprivate static func zero(_ inputs: Int) -> Dense {
    let zeros = [Float](repeating: 0, count: inputs)
    return Dense(kernel: SharedFloats(shape: [inputs, 1], copying: zeros), bias: nil)
  }
}
