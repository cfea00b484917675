import CIDQLKernels
import IDQLAgent

/// Dense layers with an activation between them, and an optional LayerNorm on the input: Q heads,
/// value network, the MLP of the condition. `Critic` and `ValueNetwork` of IDQLAgent are the same
/// for acting; `ScoreNetwork` says why there are two.
package struct Perceptron: Sendable {
  package struct Layer: Sendable {
    package var kernel: Parameter
    package var bias: Parameter
  }

  var norm: Normalization?
  package var layers: [Layer]
  var activation: Activation

  package var parameters: [Parameter] {
    (norm?.parameters ?? []) + layers.flatMap { [$0.kernel, $0.bias] }
  }

  /// Computes the outputs of the rows `tile`, and, for the backward pass, the activations' slopes.
  package func forward(_ pass: PerceptronPass, _ tile: Range<Int>, _ weights: Weights = .online) {
    var input = pass.input
    if let norm, let normal = pass.normal {
      norm.forward(input, normal, tile, dropout: nil)
      input = normal.output
    }
    for (index, layer) in layers.enumerated() {
      let bias = layer.bias.matrix(weights)
      if layer.kernel.columns == 1 && index == layers.count - 1 {
        multiplySingle(
          input, layer.kernel.matrix(weights), tile, bias: bias[0, 0], into: pass.outputs[index])
        break
      }
      let isLast = index == layers.count - 1
      let outcome = idql_outcome(
        bias: UnsafePointer(bias.pointer), addend: .none, factor: .none,
        activation: isLast ? idql_identity : activation.code,
        slope: isLast || weights == .target ? .none : pass.gradients[index].from(tile.lowerBound),
        y: pass.outputs[index].from(tile.lowerBound))
      multiply(input, layer.kernel, tile, outcome, with: weights)
      input = pass.outputs[index]
    }
  }

  /// From the gradient with respect to the output, `pass.gradients.last`, computes those with
  /// respect to every layer's sums, and to the input if the pass requires it.
  package func backward(_ pass: PerceptronPass, _ tile: Range<Int>) {
    for index in layers.indices.dropFirst().reversed() {
      // the gradients replace the slopes
      let y = pass.gradients[index - 1].from(tile.lowerBound)
      multiplyBack(pass.gradients[index], layers[index].kernel, tile, factor: y, into: y)
    }
    if let target = pass.normal?.gradient ?? pass.inputGradient {
      multiplyBack(
        pass.gradients[0], layers[0].kernel, tile, factor: .none, into: target.from(tile.lowerBound)
      )
    }
  }

  /// One step for every parameter.
  package func steps(_ pass: PerceptronPass) -> [Step] {
    var steps: [Step] = []
    var input = pass.input
    if let norm, let normal = pass.normal {
      steps += norm.steps(normal)
      input = normal.output
    }
    for (index, layer) in layers.enumerated() {
      steps += Step.all(layer.kernel, x: input, dy: pass.gradients[index])
      steps.append(.vector(layer.bias, dy: pass.gradients[index], factor: nil))
      input = pass.outputs[index]
    }
    return steps
  }
}

/// Intermediate results of a perceptron for a batch of up to so many rows.
package final class PerceptronPass: Sendable {
  package let input: PanelMatrix
  let normal: NormalizationPass?
  /// One for each layer.
  let outputs: [PanelMatrix]
  /// With respect to each layer's sums; in the forward pass, the slopes of its activation.
  let gradients: [PanelMatrix]
  /// With respect to the input, where it is needed.
  package let inputGradient: PanelMatrix?

  package init(
    _ network: Perceptron, input: PanelMatrix, wantsInputGradient: Bool = false
  ) {
    let rows = input.rows
    func matrices() -> [PanelMatrix] {
      network.layers.map { PanelMatrix(rows: rows, columns: $0.kernel.columns) }
    }
    self.input = input
    normal = network.norm.map { _ in
      NormalizationPass(rows: rows, columns: input.columns)
    }
    outputs = matrices()
    gradients = matrices()
    inputGradient =
      wantsInputGradient ? PanelMatrix(rows: rows, columns: input.columns) : nil
  }

  package var output: PanelMatrix { outputs[outputs.count - 1] }
  package var outputGradient: PanelMatrix { gradients[gradients.count - 1] }
}

/// The product of the rows `tile` of x and the weights, with bias and activation as `outcome`
/// requires.
func multiply(
  _ x: PanelMatrix, _ kernel: Parameter, _ tile: Range<Int>, _ outcome: idql_outcome,
  with weights: Weights = .online
) {
  multiply(x, kernel.matrix(weights), kernel.precision, tile, outcome)
}

private func multiply(
  _ x: PanelMatrix, _ matrix: PanelMatrix, _ precision: LearnerPrecision, _ tile: Range<Int>,
  _ outcome: idql_outcome
) {
  var (input, weights, outcome) = (x.from(tile.lowerBound), matrix.from(0), outcome)
  switch precision {
  case .float32:
    let blocks = BlockChoice.learning.blocks(inputs: x.columns)
    blocks.layer(tile.count, x.panelCount, matrix.panelCount, &input, &weights, &outcome)
  case .bfloat16:
    RoundedProducts.layer(
      tile.count, input, panels: x.panelCount, weights, outputPanels: matrix.panelCount, outcome)
  }
}

/// The product of the rows `tile` of x and the only column of the weights, and the bias.
private func multiplySingle(
  _ x: PanelMatrix, _ weights: PanelMatrix, _ tile: Range<Int>, bias: Float, into y: PanelMatrix
) {
  var (input, column, output) = (
    x.from(tile.lowerBound), weights.from(0), y.from(tile.lowerBound)
  )
  kernels.single_output(tile.count, x.panelCount, &input, &column, bias, &output)
}

/// The product of the rows `tile` of dy and the transposed weights, times `factor`.
func multiplyBack(
  _ dy: PanelMatrix, _ kernel: Parameter, _ tile: Range<Int>, factor: idql_matrix,
  into dx: idql_matrix
) {
  guard let transposed = kernel.transposed else {
    preconditionFailure("\(kernel.place.name) is not a matrix of weights")
  }
  let outcome = idql_outcome(
    bias: nil, addend: .none, factor: factor, activation: idql_identity, slope: .none, y: dx)
  multiply(dy, transposed, kernel.precision, tile, outcome)
}
