import IDQLTensors

/// The Q heads: each an MLP over [s, a] with relu, then a dense layer to one number.
struct Critic: Sendable {
  struct Head: Sendable {
    /// First layer, split by the part of the input each share reads; `action` carries the bias.
    var observation: Dense
    var action: Dense
    var hidden: [Dense]
    var output: Dense
  }

  var heads: [Head]

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
    let widest = heads.flatMap { [$0.action] + $0.hidden }.map(\.outputCount).max() ?? 0
    let (first, second) = (Buffer(perRow * widest), Buffer(perRow * widest))
    let share = Buffer(widest)
    defer { withExtendedLifetime((first, second, share)) {} }
    for row in 0..<rows {
      for (index, head) in heads.enumerated() {
        var (input, output) = (first.pointer, second.pointer)
        let width = head.action.outputCount
        head.observation.apply(
          observations + row * head.observation.inputCount, rows: 1, into: share.pointer)
        for i in 0..<perRow { (input + i * width).update(from: share.pointer, count: width) }
        head.action.apply(
          actions + row * perRow * head.action.inputCount, rows: perRow, into: input,
          activation: .relu, accumulates: true)
        for layer in head.hidden {
          layer.apply(input, rows: perRow, into: output, activation: .relu)
          swap(&input, &output)
        }
        head.output.apply(input, rows: perRow, into: q + (row * heads.count + index) * perRow)
      }
    }
  }
}

/// V(s): an optional LayerNorm on the observation, an MLP with relu, a dense layer to one number.
struct ValueNetwork: Sendable {
  var norm: LayerNorm?
  var hidden: [Dense]
  var output: Dense

  /// Computes V of each of `rows` observations into `values` (rows).
  func evaluate(
    _ observations: UnsafePointer<Float>, rows: Int, into values: UnsafeMutablePointer<Float>
  ) {
    let layers = hidden + [output]
    let widest = layers.map { max($0.inputCount, $0.outputCount) }.max() ?? 0
    let buffers = (Buffer(rows * widest), Buffer(rows * widest))
    defer { withExtendedLifetime(buffers) {} }
    var (input, next) = (buffers.0.pointer, buffers.1.pointer)
    input.update(from: observations, count: rows * layers[0].inputCount)
    norm?.apply(input, rows: rows, into: input)
    for layer in hidden {
      layer.apply(input, rows: rows, into: next, activation: .relu)
      swap(&input, &next)
    }
    output.apply(input, rows: rows, into: values)
  }
}
