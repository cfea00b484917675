import CIDQLKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The condition's share of the score network's first layer: learnt Fourier features of the
/// diffusion step, an MLP, the layer's weights for it and its bias.
///
/// It depends on the step alone, so all of it is computed once for each of the T steps, not once
/// for each row, and the rows' gradients are summed by step before they go back through it.
struct Condition: Sendable {
  /// (1, F / 2): angular frequencies over 2π.
  var frequencies: Parameter
  var network: Perceptron
  var share: Parameter
  var bias: Parameter

  var parameters: [Parameter] { [frequencies] + network.parameters + [share, bias] }

  /// Computes the shares of all steps.
  func forward(_ pass: ConditionPass) {
    let half = frequencies.columns
    for t in 0..<pass.steps {
      for i in 0..<half {
        let angle = Self.turn(t) * frequencies.value[0, i]
        pass.network.input[t, i] = cosf(angle)
        pass.network.input[t, half + i] = sinf(angle)
      }
    }
    let all = 0..<pass.steps
    network.forward(pass.network, all)
    let outcome = idql_outcome(
      bias: UnsafePointer(bias.value.pointer), addend: .none, factor: .none,
      activation: idql_identity, slope: .none, y: pass.shares.from(0))
    multiply(pass.network.output, share, all, outcome)
  }

  /// Takes a step of all parameters, given `gradients` (rows, H) with respect to the first layer's
  /// sums and the step of each row.
  func backwardAndStep(
    _ pass: ConditionPass, gradients: PanelMatrix, times: [Int], _ optimizer: idql_optimizer
  ) {
    sum(gradients, by: times, into: pass.shareGradients)
    let all = 0..<pass.steps
    multiplyBack(
      pass.shareGradients, share, all, factor: .none, into: pass.network.outputGradient.from(0))
    network.backward(pass.network, all)
    sumOverSteps(pass)

    let steps =
      Step.all(share, x: pass.network.output, dy: pass.shareGradients)
      + [
        .vector(bias, dy: pass.shareGradients, factor: nil),
        .vector(frequencies, dy: pass.frequencyGradients, factor: nil),
      ] + network.steps(pass.network)
    for step in steps { step.run(rows: pass.steps, optimizer) }
  }

  /// 2πt. Differs from the usual practice in that the step enters as the integer t itself.
  private static func turn(_ t: Int) -> Float { Float(2 * Double.pi) * Float(t) }

  private func sum(_ gradients: PanelMatrix, by times: [Int], into sums: PanelMatrix) {
    let width = PanelMatrix.panelWidth
    for panel in 0..<sums.panelCount {
      let (source, sum) = (
        gradients.pointer + panel * gradients.stride, sums.pointer + panel * sums.stride
      )
      sum.update(repeating: 0, count: sums.rows * width)
      for (row, t) in times.enumerated() {
        for i in 0..<width { sum[t * width + i] += source[row * width + i] }
      }
    }
  }

  /// The gradient of cos(2πtw) and sin(2πtw) with respect to w, one row for each step.
  private func sumOverSteps(_ pass: ConditionPass) {
    guard let features = pass.network.inputGradient else {
      preconditionFailure("the pass keeps no gradient of the features")
    }
    let half = frequencies.columns
    for t in 0..<pass.steps {
      for i in 0..<half {
        let (cosine, sine) = (pass.network.input[t, i], pass.network.input[t, half + i])
        pass.frequencyGradients[t, i] =
          Self.turn(t) * (cosine * features[t, half + i] - sine * features[t, i])
      }
    }
  }
}

/// Intermediate results of the condition, for each of the diffusion steps.
final class ConditionPass: Sendable {
  let steps: Int
  let network: PerceptronPass
  /// (T, H).
  let shares: PanelMatrix
  let shareGradients: PanelMatrix
  /// (T, F / 2).
  let frequencyGradients: PanelMatrix

  init(_ condition: Condition, steps: Int) {
    self.steps = steps
    let half = condition.frequencies.columns
    network = PerceptronPass(
      condition.network, input: PanelMatrix(rows: steps, columns: 2 * half),
      wantsInputGradient: true)
    shares = PanelMatrix(rows: steps, columns: condition.share.columns)
    shareGradients = PanelMatrix(rows: steps, columns: condition.share.columns)
    frequencyGradients = PanelMatrix(rows: steps, columns: half)
  }
}
