import CIDQLKernels
import IDQLAgent

/// The LN-ResNet after its condition: dense to H, residual blocks, activation, dense to the action
/// (IDQL, appendix G).
///
/// `ScoreNetwork` of IDQLAgent is the same for acting, and says why there are two.
struct ScoreTrunk: Sendable {
  /// x + project(activation(expand(norm(dropout(x))))).
  struct Block: Sendable {
    var norm: Normalization
    var expand: Perceptron.Layer
    var project: Perceptron.Layer
  }

  /// The first layer's share of [a_t, s]; that of the condition comes with each row, bias included.
  var input: Parameter
  var blocks: [Block]
  var output: Perceptron.Layer
  var activation: Activation

  var width: Int { input.columns }

  var parameters: [Parameter] {
    [input]
      + blocks.flatMap {
        $0.norm.parameters + [$0.expand.kernel, $0.expand.bias, $0.project.kernel, $0.project.bias]
      } + [output.kernel, output.bias]
  }

  /// Computes the noise predicted for the rows `tile`. `pass.hidden[0]` holds the condition's
  /// share.
  func forward(_ pass: ScorePass, _ tile: Range<Int>, dropout: [Dropout?]) {
    let first = tile.lowerBound
    for index in 0...blocks.count {
      // the last sum goes through the activation in front of the output layer
      let hidden = pass.hidden[index].from(first)
      let isLast = index == blocks.count
      var outcome = idql_outcome(
        bias: nil, addend: hidden, factor: .none,
        activation: isLast ? activation.code : idql_identity,
        slope: isLast ? pass.gradients[index].from(first) : .none, y: hidden)
      guard index > 0 else {
        multiply(pass.input, input, tile, outcome)
        continue
      }
      let (block, inner) = (blocks[index - 1], pass.blocks[index - 1])
      block.norm.forward(
        pass.hidden[index - 1], inner.normal, tile, dropout: dropout[index - 1])
      let expanded = idql_outcome(
        bias: UnsafePointer(block.expand.bias.value.pointer), addend: .none, factor: .none,
        activation: activation.code, slope: inner.gradient.from(first), y: inner.wide.from(first))
      multiply(inner.normal.output, block.expand.kernel, tile, expanded)
      outcome.bias = UnsafePointer(block.project.bias.value.pointer)
      outcome.addend = pass.hidden[index - 1].from(first)
      multiply(inner.wide, block.project.kernel, tile, outcome)
    }
    let outcome = idql_outcome(
      bias: UnsafePointer(output.bias.value.pointer), addend: .none, factor: .none,
      activation: idql_identity, slope: .none, y: pass.predicted.from(first))
    multiply(pass.hidden[blocks.count], output.kernel, tile, outcome)
  }

  /// From the gradient with respect to the prediction computes those with respect to all sums.
  func backward(_ pass: ScorePass, _ tile: Range<Int>, dropout: [Dropout?]) {
    let first = tile.lowerBound
    let last = pass.gradients[blocks.count].from(first)
    multiplyBack(pass.predictedGradient, output.kernel, tile, factor: last, into: last)
    for index in blocks.indices.reversed() {
      let (block, inner) = (blocks[index], pass.blocks[index])
      let wide = inner.gradient.from(first)
      multiplyBack(pass.gradients[index + 1], block.project.kernel, tile, factor: wide, into: wide)
      multiplyBack(
        inner.gradient, block.expand.kernel, tile, factor: .none,
        into: inner.normal.gradient.from(first))
      block.norm.backward(
        inner.normal, tile, dropout: dropout[index], addend: pass.gradients[index + 1],
        into: pass.gradients[index])
    }
  }

  func steps(_ pass: ScorePass) -> [Step] {
    var steps: [Step] = []
    for (index, block) in blocks.enumerated() {
      let inner = pass.blocks[index]
      steps += Step.all(block.expand.kernel, x: inner.normal.output, dy: inner.gradient)
      steps += Step.all(block.project.kernel, x: inner.wide, dy: pass.gradients[index + 1])
      steps += block.norm.steps(inner.normal)
      steps.append(.vector(block.expand.bias, dy: inner.gradient, factor: nil))
      steps.append(.vector(block.project.bias, dy: pass.gradients[index + 1], factor: nil))
    }
    steps += Step.all(input, x: pass.input, dy: pass.gradients[0])
    steps += Step.all(output.kernel, x: pass.hidden[blocks.count], dy: pass.predictedGradient)
    steps.append(.vector(output.bias, dy: pass.predictedGradient, factor: nil))
    return steps
  }
}

/// Intermediate results of the trunk for a batch of up to `rows` rows.
final class ScorePass: Sendable {
  final class Block: Sendable {
    let normal: NormalizationPass
    /// After the activation.
    let wide: PanelMatrix
    /// With respect to what the activation reads; in the forward pass, its slope.
    let gradient: PanelMatrix

    init(rows: Int, width: Int, wideWidth: Int) {
      normal = NormalizationPass(rows: rows, columns: width)
      wide = PanelMatrix(rows: rows, columns: wideWidth)
      gradient = PanelMatrix(rows: rows, columns: wideWidth)
    }
  }

  /// [a_t, s].
  let input: PanelMatrix
  /// In front of each block, and after the last one and the activation.
  let hidden: [PanelMatrix]
  /// With respect to the sums in `hidden`; the last is the activation's slope in the forward pass.
  let gradients: [PanelMatrix]
  let blocks: [Block]
  let predicted: PanelMatrix
  let predictedGradient: PanelMatrix

  init(_ trunk: ScoreTrunk, rows: Int) {
    func matrix(_ columns: Int) -> PanelMatrix { PanelMatrix(rows: rows, columns: columns) }
    input = matrix(trunk.input.rows)
    hidden = (0...trunk.blocks.count).map { _ in matrix(trunk.width) }
    gradients = (0...trunk.blocks.count).map { _ in matrix(trunk.width) }
    blocks = trunk.blocks.map {
      Block(rows: rows, width: trunk.width, wideWidth: $0.expand.kernel.columns)
    }
    predicted = matrix(trunk.output.kernel.columns)
    predictedGradient = matrix(trunk.output.kernel.columns)
  }
}
