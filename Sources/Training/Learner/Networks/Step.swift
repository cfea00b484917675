import CIDQLKernels

/// A task of the optimiser's step, once the gradients with respect to all layers' sums are known.
/// Tasks write to different parameters, so they may run in any order and in parallel.
package enum Step: Sendable {
  /// The weights of the inputs in some panels of `x`.
  case weights(Parameter, x: PanelMatrix, dy: PanelMatrix, panels: Range<Int>)
  case vector(Parameter, dy: PanelMatrix, factor: PanelMatrix?)

  /// All weights of a layer. Those of several panels share one pass through dy, which may not fit in the
  /// second-level cache; there are enough of them for several threads.
  static func all(_ kernel: Parameter, x: PanelMatrix, dy: PanelMatrix) -> [Step] {
    stride(from: 0, to: x.panelCount, by: 4).map {
      .weights(kernel, x: x, dy: dy, panels: $0..<min($0 + 4, x.panelCount))
    }
  }

  package func run(rows: Int, _ optimizer: idql_optimizer) {
    switch self {
    case .weights(let parameter, let x, let dy, let panels):
      parameter.step(x: x, dy: dy, rows: rows, panels: panels, optimizer)
    case .vector(let parameter, let dy, let factor):
      parameter.step(dy: dy, factor: factor, rows: rows, optimizer)
    }
  }
}
