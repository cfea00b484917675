import CIDQLKernels
import IDQLTensors

/// A dense layer y = activation(x W + b).
///
/// The weights are repacked once, into panels of 16 columns that the kernel reads from end to end.
struct Dense: Sendable {
  let inputCount: Int
  let outputCount: Int
  /// Multiplications and additions for one row.
  var operations: Int { 2 * inputCount * outputCount }
  private var weights: Weights
  private let bias: SharedFloats

  /// In panels of 16 columns.
  private enum Weights: Sendable {
    case float32(SharedFloats)
    /// Pairs of inputs.
    case bfloat16(ByteStorage)
  }

  /// - Parameters:
  ///   - kernel: (inputs, outputs), row-major (the flax layout).
  ///   - rows: the rows of `kernel` to use, if not all: the layer's share of a concatenated input.
  ///   - bias: length outputs; nil adds nothing.
  init(kernel: SharedFloats, rows: Range<Int>? = nil, bias: SharedFloats?) {
    let rows = rows ?? 0..<kernel.shape[0]
    let outputs = kernel.shape[1]
    self.init(inputs: rows.count, outputs: outputs, bias: bias) {
      kernel.values[(rows.lowerBound + $0) * outputs + $1]
    }
  }

  /// - Parameters:
  ///   - weight: (outputs, inputs), row-major (the PyTorch layout).
  ///   - bias: length outputs; nil adds nothing.
  init(weight: SharedFloats, bias: SharedFloats?) {
    let inputs = weight.shape[1]
    self.init(inputs: inputs, outputs: weight.shape[0], bias: bias) {
      weight.values[$1 * inputs + $0]
    }
  }

  private init(inputs: Int, outputs: Int, bias: SharedFloats?, element: (Int, Int) -> Float) {
    let width = Int(idql_panel_width)
    let panelCount = (outputs + width - 1) / width
    var packed = [Float](repeating: 0, count: panelCount * inputs * width)
    for row in 0..<inputs {
      for column in 0..<outputs {
        let panel = column / width
        packed[(panel * inputs + row) * width + column % width] = element(row, column)
      }
    }
    let padded =
      (bias?.array ?? [])
      + Array(
        repeating: 0, count: panelCount * width - (bias?.count ?? 0))
    inputCount = inputs
    outputCount = outputs
    weights = .float32(SharedFloats(shape: [packed.count], copying: packed))
    self.bias = SharedFloats(shape: [padded.count], copying: padded)
  }

  /// Weights (outputs, inputs), row-major, and biases, zeros if there are none, of a layer that was
  /// not rounded.
  func unpacked() -> (weight: [Float], bias: [Float]) {
    guard case .float32(let panels) = weights else {
      preconditionFailure("a rounded layer has lost its weights")
    }
    let width = Int(idql_panel_width)
    let weight = (0..<outputCount).flatMap { column in
      (0..<inputCount).map { row in
        panels.values[(column / width * inputCount + row) * width + column % width]
      }
    }
    return (weight, Array(bias.values.prefix(outputCount)))
  }

  /// The layer with its weights in bfloat16; its inputs will be, too.
  func rounded() -> Dense {
    guard case .float32(let panels) = weights else {
      preconditionFailure("a layer that was rounded before")
    }
    let width = Int(idql_panel_width)
    var pairs = [UInt32](repeating: 0, count: panels.count / inputCount * pairCount)
    for panel in 0..<panels.count / (inputCount * width) {
      for row in 0..<inputCount {
        for column in 0..<width {
          let number = bfloat16(panels.values[(panel * inputCount + row) * width + column])
          pairs[(panel * pairCount + row / 2) * width + column] |= UInt32(number) << (row % 2 * 16)
        }
      }
    }
    var copy = self
    copy.weights = .bfloat16(pairs.withUnsafeBytes { ByteStorage(copying: $0) })
    return copy
  }

  /// Pairs of inputs, padded.
  private var pairCount: Int {
    let block = Int(idql_pair_block)
    return (inputCount + block - 1) / block * block / 2
  }

  /// Floats of scratch memory for each row.
  var scratchCount: Int {
    switch weights {
    case .float32: 0
    case .bfloat16: pairCount
    }
  }

  /// Applies the layer to `rows` rows.
  ///
  /// | Argument  | Shape                | Meaning                                                 |
  /// |-----------|----------------------|---------------------------------------------------------|
  /// | `x`       | (rows, inputs)       | input                                                   |
  /// | `y`       | (rows, outputs)      | out; what is there joins the sum first if `accumulates` |
  /// | `scratch` | (rows, scratchCount) | overwritten; only a rounded layer needs it              |
  ///
  /// Rows do not influence each other, to the bit: the kernel sums every output over the inputs in
  /// order, however many rows it works on at a time.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
    activation: Activation = .identity, accumulates: Bool = false,
    scratch: UnsafeMutablePointer<Float>? = nil
  ) {
    withExtendedLifetime(self) {
      switch weights {
      case .float32(let panels):
        BlockChoice.acting.blocks(inputs: inputCount).dense(
          rows, inputCount, outputCount, x, inputCount, panels.pointer, bias.pointer,
          activation.code, accumulates, y, outputCount)
      case .bfloat16(let pairs):
        guard let scratch else { preconditionFailure("a rounded layer without scratch") }
        bfloat16Kernels.round_rows(rows, inputCount, x, scratch)
        multiply(
          scratch, pairs, rows, into: y, activation,
          accumulates ? idql_accumulates : idql_replaces)
      }
      if activation.afterwards != nil { activation.apply(y, count: rows * outputCount) }
    }
  }

  /// y = y + next(activation(self(x))): if both layers are rounded, what is between them is as it leaves the
  /// first.
  ///
  /// - Parameters:
  ///   - between: (rows, outputs), overwritten.
  ///   - scratch: (rows, the greater scratchCount), overwritten.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, activation: Activation, then next: Dense,
    into y: UnsafeMutablePointer<Float>, between: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    guard case .bfloat16(let first) = weights, case .bfloat16(let second) = next.weights,
      activation.afterwards == nil, outputCount % Int(idql_pair_block) == 0
    else {
      apply(x, rows: rows, into: between, activation: activation, scratch: scratch)
      next.apply(between, rows: rows, into: y, accumulates: true, scratch: scratch)
      return
    }
    withExtendedLifetime((self, next)) {
      bfloat16Kernels.round_rows(rows, inputCount, x, scratch)
      multiply(scratch, first, rows, into: between, activation, idql_rounds)
      next.multiply(between, second, rows, into: y, .identity, idql_accumulates)
    }
  }

  private func multiply(
    _ x: UnsafeRawPointer, _ pairs: ByteStorage, _ rows: Int, into y: UnsafeMutableRawPointer,
    _ activation: Activation, _ kind: idql_result_kind
  ) {
    guard let start = pairs.bytes.baseAddress else {
      preconditionFailure("a layer without weights")
    }
    bfloat16Kernels.multiply(
      rows, pairCount, outputCount, x, start, bias.pointer, activation.code, kind, y)
  }
}

/// Layer normalisation with learnt scale and bias (Ba, Kiros, Hinton 2016), computed as flax does:
/// variance E[x²] - E[x]², not below zero.
package struct LayerNorm: Sendable {
  /// Length width, as `bias`.
  let scale: SharedFloats
  let bias: SharedFloats
  var epsilon = LayerNorm.epsilon

  /// flax's.
  package static let epsilon: Float = 1e-6
  /// PyTorch's.
  static let torchEpsilon: Float = 1e-5

  /// Normalises `rows` rows of `x` into `y`, which may be the same memory.
  func apply(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
    withExtendedLifetime(self) {
      kernels.layer_norm(rows, scale.count, x, scale.pointer, bias.pointer, epsilon, y)
    }
  }
}

/// Memory for a layer's outputs, 64-byte aligned, freed with the object, which must outlive all
/// uses of the pointer.
final class Buffer {
  let pointer: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    pointer = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: count)
  }

  deinit { pointer.deallocate() }
}
