import CIDQLKernels

/// A task of the optimiser's step, once the gradients with respect to all layers' sums are known.
/// Tasks write to different parameters, so they may run in any order and in parallel.
package enum Step: Sendable {
  /// The weights of the 16 inputs of one panel of `x`.
  case weights(Parameter, x: PanelMatrix, dy: PanelMatrix, panel: Int)
  case vector(Parameter, dy: PanelMatrix, factor: PanelMatrix?)

  /// All weights of a layer.
  static func all(_ kernel: Parameter, x: PanelMatrix, dy: PanelMatrix) -> [Step] {
    (0..<x.panelCount).map { .weights(kernel, x: x, dy: dy, panel: $0) }
  }

  package func run(rows: Int, _ optimizer: idql_optimizer) {
    switch self {
    case .weights(let parameter, let x, let dy, let panel):
      parameter.step(x: x, dy: dy, rows: rows, panel: panel, optimizer)
    case .vector(let parameter, let dy, let factor):
      parameter.step(dy: dy, factor: factor, rows: rows, optimizer)
    }
  }
}
