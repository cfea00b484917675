import CIDQLKernels
import Foundation
import TestSupport
import Testing

@testable import IDQLTraining

/// Every instruction set this processor offers, each against plain 64-bit arithmetic.
@Suite struct TrainingKernelTests {
  private let sets: [idql_kernels] = (0..<3).compactMap { idql_kernels_at(Int32($0))?.pointee }

  private func matrix(_ rows: Int, _ columns: Int, _ seed: Int) -> PanelMatrix {
    let matrix = PanelMatrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        matrix[row, column] = sin(Float((row * columns + column) &* 37 &+ seed))
      }
    }
    return matrix
  }

  private func doubles(_ matrix: PanelMatrix, rows: Int? = nil) -> [Double] {
    matrix.values(rows: rows ?? matrix.rows).map(Double.init)
  }

  /// Padding that does not stay zero would leak into the next product.
  private func expectZeroPadding(_ matrix: PanelMatrix, _ label: String) {
    for column in matrix.columns..<PanelMatrix.padded(matrix.columns) {
      for row in 0..<matrix.rows where matrix[row, column] != 0 {
        Issue.record("\(label): padding holds \(matrix[row, column])")
        return
      }
    }
  }

  private func activation(_ kind: idql_activation, _ x: Double) -> Double {
    switch kind {
    case idql_relu: max(x, 0)
    case idql_swish: x / (1 + exp(-x))
    case idql_mish: x * tanh(log1p(exp(x)))
    default: x
    }
  }

  @Test(arguments: [(1, 3, 5), (5, 16, 33), (13, 40, 16), (64, 70, 50)])
  func layerMatchesTheDefinition(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let (x, bias) = (matrix(rows, inputs, 1), matrix(1, outputs, 3))
    let weights = PanelMatrix(rows: PanelMatrix.padded(inputs), columns: outputs)
    let source = matrix(inputs, outputs, 2)
    for row in 0..<inputs {
      for column in 0..<outputs { weights[row, column] = source[row, column] }
    }
    let (addend, factor) = (matrix(rows, outputs, 4), matrix(rows, outputs, 5))
    var first: [Bool: [UInt32: [Float]]] = [true: [:], false: [:]]
    let blocks = sets.flatMap { set in
      UnsafeBufferPointer(start: set.blocks, count: set.block_count).map { (set, $0) }
    }
    for (set, blocks) in blocks {
      for kind in [idql_identity, idql_relu, idql_swish, idql_mish] {
        let (y, slope) = (PanelMatrix(rows: rows, columns: outputs), matrix(rows, outputs, 6))
        var outcome = idql_outcome(
          bias: UnsafePointer(bias.pointer), addend: addend.from(0), factor: factor.from(0),
          activation: kind, slope: slope.from(0), y: y.from(0))
        var (input, kernel) = (x.from(0), weights.from(0))
        blocks.layer(rows, x.panelCount, weights.panelCount, &input, &kernel, &outcome)
        var (expected, slopes): ([Double], [Double]) = ([], [])
        for row in 0..<rows {
          for column in 0..<outputs {
            var sum = Double(bias[0, column]) + Double(addend[row, column])
            for k in 0..<inputs { sum += Double(x[row, k]) * Double(source[k, column]) }
            expected.append(activation(kind, sum) * Double(factor[row, column]))
            let difference = activation(kind, sum + 1e-6) - activation(kind, sum - 1e-6)
            slopes.append(difference / 2e-6)
          }
        }
        let label =
          "\(String(cString: set.name)) \(String(cString: blocks.name)) \(kind.rawValue)"
        // partial sums reach a few tens, each rounded to 6e-8 of that
        expectClose(doubles(y), expected, within: 2e-5, label)
        expectClose(doubles(slope), slopes, within: 2e-5, "slope \(label)")
        expectZeroPadding(y, label)

        // sets that are fused alike give the same bits
        let values = y.values(rows: rows)
        #expect(
          values == first[set.is_fused]?[kind.rawValue, default: values], "\(label)")
        first[set.is_fused]?[kind.rawValue] = values
      }
    }
  }

  @Test(arguments: [(1, 3), (13, 40), (64, 256)])
  func singleOutputMatchesTheDefinition(_ rows: Int, _ inputs: Int) {
    let x = matrix(rows, inputs, 1)
    let weights = PanelMatrix(rows: PanelMatrix.padded(inputs), columns: 1)
    let source = matrix(inputs, 1, 2)
    for row in 0..<inputs { weights[row, 0] = source[row, 0] }
    let expected = (0..<rows).map { row in
      (0..<inputs).reduce(0.25) { $0 + Double(x[row, $1]) * Double(source[$1, 0]) }
    }
    for set in sets {
      let y = matrix(rows, 1, 3)  // what was there must not count
      var (input, column, output) = (x.from(0), weights.from(0), y.from(0))
      set.single_output(rows, x.panelCount, &input, &column, 0.25, &output)
      let label = String(cString: set.name)
      // the 16 sums are added up to 130, where a rounding is at most 3.8e-6
      expectClose(doubles(y), expected, within: 6e-5, label)
      expectZeroPadding(y, label)
    }
  }

  @Test(arguments: [(1, 3, 5), (37, 33, 18), (300, 20, 40)])
  func weightStepMatchesTheDefinition(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let (x, dy) = (matrix(rows, inputs, 1), matrix(rows, outputs, 2))
    var optimizer = Optimizer(rate: 0.01, weightDecay: 0.1, averageRate: 0.25, step: 3).kernel
    var first: [Bool: [[Float]]] = [:]
    for set in sets {
      func parameter(_ seed: Int, _ change: (Float) -> Float) -> PanelMatrix {
        let matrix = PanelMatrix(rows: PanelMatrix.padded(inputs), columns: outputs)
        let source = self.matrix(inputs, outputs, seed)
        for row in 0..<inputs {
          for column in 0..<outputs { matrix[row, column] = change(source[row, column]) }
        }
        return matrix
      }
      let (w, m, v, target) = (
        parameter(3) { $0 }, parameter(4) { $0 }, parameter(5) { $0 * $0 }, parameter(6) { $0 }
      )
      let before = [w, m, v, target].map { doubles($0, rows: inputs) }
      let gradient = PanelMatrix(rows: PanelMatrix.padded(inputs), columns: outputs)
      let transposed = PanelMatrix(rows: PanelMatrix.padded(outputs), columns: inputs)
      // the first panel of inputs, then the others together
      for panels in [0..<1, 1..<x.panelCount] where !panels.isEmpty {
        let (first, offset) = (panels.lowerBound, panels.lowerBound * 256)
        var parameters = idql_parameters(
          values: w.pointer + offset, first_moment: m.pointer + offset,
          second_moment: v.pointer + offset, target: target.pointer + offset,
          transposed: transposed.pointer + first * transposed.stride,
          gradient: gradient.pointer + offset, stride: w.stride,
          transposed_stride: transposed.stride)
        var input = idql_matrix(values: x.pointer + first * x.stride, stride: x.stride)
        var errors = dy.from(0)
        set.weight_step(
          rows, panels.count, dy.panelCount, &input, &errors, &parameters, &optimizer)
      }

      var expected: [[Double]] = [[], [], [], [], []]
      for k in 0..<inputs {
        for column in 0..<outputs {
          let i = k * outputs + column
          let g = (0..<rows).reduce(0.0) { $0 + Double(x[$1, k]) * Double(dy[$1, column]) }
          let m = 0.9 * before[1][i] + 0.1 * g
          let v = 0.999 * before[2][i] + 0.001 * g * g
          let size = m / (1 - pow(0.9, 3)) / ((v / (1 - pow(0.999, 3))).squareRoot() + 1e-8)
          let w = before[0][i] - 0.01 * (size + 0.1 * before[0][i])
          for (j, value) in [g, w, m, v, 0.25 * w + 0.75 * before[3][i]].enumerated() {
            expected[j].append(value)
          }
        }
      }
      let name = String(cString: set.name)
      // sums of up to 300 terms; and 1 - 0.999³ in 32 bits is off by 2e-5 of itself
      for (j, found) in [gradient, w, m, v, target].enumerated() {
        expectClose(
          doubles(found, rows: inputs), expected[j], within: 3e-5, relative: 2e-5, "\(name) \(j)")
        expectZeroPadding(found, name)
      }
      for k in 0..<inputs {
        for column in 0..<outputs { #expect(transposed[column, k] == w[k, column]) }
      }
      expectZeroPadding(transposed, name)

      // sets that are fused alike give the same bits
      let results = [gradient, w, m, v, target].map { $0.values(rows: inputs) }
      #expect(results == first[set.is_fused, default: results], "\(name)")
      first[set.is_fused] = results
    }
  }

  /// The step of a vector is that of weights with a single input, always 1 or the factor.
  @Test func vectorStepMatchesTheDefinition() {
    let (rows, count) = (23, 16)
    let (dy, factor) = (matrix(rows, count, 1), matrix(rows, count, 2))
    var optimizer = Optimizer(rate: 0.01, weightDecay: 0, averageRate: 0, step: 1).kernel
    for set in sets {
      for factor in [nil, factor] {
        let (w, m, v) = (matrix(1, count, 3), matrix(1, count, 9), matrix(1, count, 9))
        for i in 0..<count { (m[0, i], v[0, i]) = (0, 0) }
        let (before, gradient) = (doubles(w), matrix(1, count, 0))
        var parameters = idql_parameters(
          values: w.pointer, first_moment: m.pointer, second_moment: v.pointer, target: nil,
          transposed: nil, gradient: gradient.pointer, stride: 0, transposed_stride: 0)
        set.vector_step(rows, dy.pointer, factor?.pointer, &parameters, &optimizer)
        let sums = (0..<count).map { i in
          (0..<rows).reduce(0.0) { $0 + Double(dy[$1, i]) * Double(factor?[$1, i] ?? 1) }
        }
        // sums of 23 numbers of about 1
        expectClose(doubles(gradient), sums, within: 1e-5, "gradient")
        // Adam's first step is the rate in the gradient's direction
        let moved = zip(before, sums).map { $0 - ($1 > 0 ? 0.01 : -0.01) }
        expectClose(doubles(w), moved, within: 1e-6, "values")
      }
    }
  }

  @Test(arguments: [5, 16, 33], [false, true])
  func normalizationMatchesTheDefinitionBothWays(_ width: Int, _ drops: Bool) {
    let rows = 4
    let (x, scale, bias) = (matrix(rows, width, 1), matrix(1, width, 2), matrix(1, width, 3))
    let (dy, addend) = (matrix(rows, width, 4), matrix(rows, width, 5))
    let mask = (0..<rows * width).map { UInt8($0 % 7 == 0 ? 0 : 1) }
    let kept: Double = drops ? 1.25 : 1

    func normalized(_ x: [Double]) -> [Double] {
      (0..<rows).flatMap { row in
        let values = (0..<width).map { i in
          drops && mask[row * width + i] == 0 ? 0 : x[row * width + i] * kept
        }
        let mean = values.reduce(0, +) / Double(width)
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
        return values.enumerated().map { i, value in
          (value - mean) / (variance + 1e-6).squareRoot() * Double(scale[0, i])
            + Double(bias[0, i])
        }
      }
    }
    let inputs = doubles(x)
    let gradients = doubles(dy)
    let expected = inputs.indices.map { i in
      var (up, down) = (inputs, inputs)
      up[i] += 1e-6
      down[i] -= 1e-6
      let change = zip(normalized(up), normalized(down)).map { $0 - $1 }
      return zip(change, gradients).reduce(doubles(addend)[i]) { $0 + $1.0 * $1.1 / 2e-6 }
    }

    for set in sets {
      mask.withUnsafeBufferPointer { mask in
        let name = String(cString: set.name)
        func output() -> PanelMatrix { PanelMatrix(rows: rows, columns: width) }
        let (normal, y, dx) = (output(), output(), output())
        var deviations = [Float](repeating: 0, count: rows)
        var dropout = idql_dropout(mask: drops ? mask.baseAddress : nil, scale: Float(kept))
        var (input, n, out) = (x.from(0), normal.from(0), y.from(0))
        set.normalize(
          rows, width, &input, &dropout, scale.pointer, bias.pointer, 1e-6, &n, &deviations, &out)
        // E[x²] - E[x]² cancels one digit
        expectClose(doubles(y), normalized(inputs), within: 1e-5, name)
        expectZeroPadding(y, name)
        var (errors, plus, back) = (dy.from(0), addend.from(0), dx.from(0))
        set.normalize_back(
          rows, width, &errors, &n, deviations, &dropout, scale.pointer, &plus, &back)
        expectClose(doubles(dx), expected, within: 3e-5, "back \(name)")
        expectZeroPadding(dx, "back \(name)")
      }
    }
  }
}
