import CIDQLKernels
import IDQLAgent

/// Layer normalisation with learnt scale and bias (Ba, Kiros, Hinton 2016), computed as flax does:
/// variance E[x²] - E[x]², not below zero.
struct Normalization: Sendable {
  var scale: Parameter
  var bias: Parameter

  var parameters: [Parameter] { [scale, bias] }

  /// Normalises the rows `tile` of `x`, of which dropout sets some elements to zero before.
  func forward(
    _ x: PanelMatrix, _ pass: NormalizationPass, _ tile: Range<Int>, dropout: Dropout?
  ) {
    let first = tile.lowerBound
    var (x, normal) = (x.from(first), pass.normal.from(first))
    var (output, dropout) = (pass.output.from(first), Dropout.kernel(dropout, from: first))
    kernels.normalize(
      tile.count, pass.normal.columns, &x, &dropout, scale.value.pointer, bias.value.pointer,
      LayerNorm.epsilon, &normal, pass.deviations.pointer + first, &output)
  }

  /// Adds the gradient with respect to the input to `addend`, into `dx`.
  func backward(
    _ pass: NormalizationPass, _ tile: Range<Int>, dropout: Dropout?, addend: PanelMatrix,
    into dx: PanelMatrix
  ) {
    let first = tile.lowerBound
    var (dy, normal) = (pass.gradient.from(first), pass.normal.from(first))
    var (addend, dx) = (addend.from(first), dx.from(first))
    var dropout = Dropout.kernel(dropout, from: first)
    kernels.normalize_back(
      tile.count, pass.normal.columns, &dy, &normal, pass.deviations.pointer + first, &dropout,
      scale.value.pointer, &addend, &dx)
  }

  func steps(_ pass: NormalizationPass) -> [Step] {
    [
      .vector(scale, dy: pass.gradient, factor: pass.normal),
      .vector(bias, dy: pass.gradient, factor: nil),
    ]
  }
}

/// Intermediate results of a normalisation.
final class NormalizationPass: Sendable {
  /// Mean 0, variance 1.
  let normal: PanelMatrix
  /// Scaled and shifted.
  let output: PanelMatrix
  /// With respect to `output`.
  let gradient: PanelMatrix
  /// One for each row: 1 / √(variance + epsilon).
  let deviations: PanelMatrix

  init(rows: Int, columns: Int) {
    normal = PanelMatrix(rows: rows, columns: columns)
    output = PanelMatrix(rows: rows, columns: columns)
    gradient = PanelMatrix(rows: rows, columns: columns)
    deviations = PanelMatrix(rows: 1, columns: rows)
  }
}

/// Sets elements to zero at random and scales up the others.
struct Dropout {
  /// (rows, width): 0 drops an element, 1 keeps it.
  var mask: UnsafePointer<UInt8>
  var width: Int
  /// Probability of dropping an element.
  var rate: Float

  fileprivate static func kernel(_ dropout: Dropout?, from row: Int) -> idql_dropout {
    guard let dropout else { return idql_dropout(mask: nil, scale: 1) }
    return idql_dropout(
      mask: dropout.mask + row * dropout.width, scale: 1 / (1 - dropout.rate))
  }
}
