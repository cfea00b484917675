import IDQLTensors

/// A dense layer, the activation that the layers of a network share, and an optional LayerNorm before
/// or after that.
struct HiddenLayer: Sendable {
  var dense: Dense
  var norm: LayerNorm?
  var normalizesLast = false

  /// Applies the layer to `rows` rows.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    activation: Activation, accumulates: Bool = false
  ) {
    guard let norm else {
      dense.apply(x, rows: rows, into: y, activation: activation, accumulates: accumulates)
      return
    }
    dense.apply(x, rows: rows, into: y, accumulates: accumulates)
    if normalizesLast { activation.apply(y, count: rows * dense.outputCount) }
    norm.apply(y, rows: rows, into: y)
    if !normalizesLast { activation.apply(y, count: rows * dense.outputCount) }
  }
}

/// The Q heads: each an MLP over [s, a], an optional LayerNorm on its input, then a dense layer to one
/// number.
struct Critic: Sendable {
  struct Head: Sendable {
    var first: First
    var hidden: [HiddenLayer]
    var output: Dense
  }

  /// The first layer.
  enum First: Sendable {
    /// Split by the part of the input each share reads; `action` carries bias and norm.
    case split(observation: Dense, action: HiddenLayer)
    /// Undivided, because the norm is over both.
    case joint(norm: LayerNorm, layer: Dense)

    var outputCount: Int {
      switch self {
      case .split(_, let action): action.dense.outputCount
      case .joint(_, let layer): layer.outputCount
      }
    }
  }

  var observationCount: Int
  var actionCount: Int
  var heads: [Head]
  var activation = Activation.relu

  /// Computes Q of `count` actions with every head.
  ///
  /// | Argument       | Shape                    | Meaning                                  |
  /// |----------------|--------------------------|------------------------------------------|
  /// | `observations` | (rows, observationCount) | s                                        |
  /// | `actions`      | (rows · perRow, a)       | candidates, `perRow` of each observation |
  /// | `q`            | (rows, heads, perRow)    | out                                      |
  func evaluate(
    observations: UnsafePointer<Float>, actions: UnsafePointer<Float>, rows: Int, perRow: Int,
    into q: UnsafeMutablePointer<Float>
  ) {
    let widths = heads.flatMap { [$0.first.outputCount] + $0.hidden.map(\.dense.outputCount) }
    let widest = max(widths.max() ?? 0, observationCount + actionCount)
    let (first, second) = (Buffer(perRow * widest), Buffer(perRow * widest))
    let share = Buffer(widest)
    defer { withExtendedLifetime((first, second, share)) {} }
    for row in 0..<rows {
      let observation = observations + row * observationCount
      let candidates = actions + row * perRow * actionCount
      for (index, head) in heads.enumerated() {
        var (input, output) = (first.pointer, second.pointer)
        switch head.first {
        case .split(let observationLayer, let actionLayer):
          let width = actionLayer.dense.outputCount
          observationLayer.apply(observation, rows: 1, into: share.pointer)
          for i in 0..<perRow { (input + i * width).update(from: share.pointer, count: width) }
          actionLayer.apply(
            candidates, rows: perRow, into: input, activation: activation, accumulates: true)
        case .joint(let norm, let layer):
          let width = observationCount + actionCount
          for i in 0..<perRow {
            (output + i * width).update(from: observation, count: observationCount)
            (output + i * width + observationCount).update(
              from: candidates + i * actionCount, count: actionCount)
          }
          norm.apply(output, rows: perRow, into: output)
          layer.apply(output, rows: perRow, into: input, activation: activation)
        }
        for layer in head.hidden {
          layer.apply(input, rows: perRow, into: output, activation: activation)
          swap(&input, &output)
        }
        head.output.apply(input, rows: perRow, into: q + (row * heads.count + index) * perRow)
      }
    }
  }
}

/// V(s): an optional LayerNorm on the observation, an MLP, a dense layer to one number.
struct ValueNetwork: Sendable {
  var norm: LayerNorm?
  var hidden: [HiddenLayer]
  var output: Dense
  var activation = Activation.relu

  /// Computes V of each of `rows` observations into `values` (rows).
  func evaluate(
    _ observations: UnsafePointer<Float>, rows: Int, into values: UnsafeMutablePointer<Float>
  ) {
    let layers = hidden.map(\.dense) + [output]
    let widest = layers.map { max($0.inputCount, $0.outputCount) }.max() ?? 0
    let buffers = (Buffer(rows * widest), Buffer(rows * widest))
    defer { withExtendedLifetime(buffers) {} }
    var (input, next) = (buffers.0.pointer, buffers.1.pointer)
    input.update(from: observations, count: rows * layers[0].inputCount)
    norm?.apply(input, rows: rows, into: input)
    for layer in hidden {
      layer.apply(input, rows: rows, into: next, activation: activation)
      swap(&input, &next)
    }
    output.apply(input, rows: rows, into: values)
  }
}
