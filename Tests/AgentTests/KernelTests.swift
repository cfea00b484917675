import CIDQLKernels
import Foundation
import TestSupport
import Testing

@testable import IDQLAgent

/// Every instruction set this processor offers, each against plain 64-bit arithmetic.
@Suite struct KernelTests {
  private let sets: [idql_kernels] =
    (0..<3).compactMap { idql_kernels_at(Int32($0))?.pointee }

  /// Every size of block of every set.
  private var blocks: [(set: idql_kernels, blocks: idql_blocks, name: String)] {
    sets.flatMap { set in
      UnsafeBufferPointer(start: set.blocks, count: set.block_count).map {
        (set, $0, "\(String(cString: set.name)) \(String(cString: $0.name))")
      }
    }
  }

  @Test func endsTheListOfSets() {
    #expect(sets.last.map { String(cString: $0.name) } == "baseline")
    #expect(idql_kernels_at(3) == nil)
  }

  /// x becomes (x + 1) / 2 in each round: from x to 1 + (x - 1) / 2^n, exactly for these numbers.
  @Test func multiplyAddsAreAllDone() {
    for set in sets {
      let sums = Int(set.multiply_add_operations) / 2 / Int(idql_panel_width)
      let starts = (0..<sums).map(Float.init)
      let expected = starts.map { 16 + 2 * ($0 - 1) }.reduce(0, +)
      #expect(set.multiply_adds(3, 0.5) == expected)
    }
  }

  private func reference(_ activation: idql_activation, _ x: Double) -> Double {
    switch activation {
    case idql_relu: max(x, 0)
    case idql_swish: x / (1 + exp(-x))
    case idql_mish: x * tanh(log1p(exp(x)))
    case idql_tanh: tanh(x)
    default: x
    }
  }

  @Test(arguments: [idql_identity, idql_relu, idql_swish, idql_mish, idql_tanh])
  func activatesWithinRounding(_ activation: idql_activation) {
    // every 9973rd float of either sign up to 86, where mish and swish leave the normal range below
    var inputs: [Float] = []
    for bits in stride(from: Float(0).bitPattern, through: Float(86).bitPattern, by: 9973) {
      inputs += [Float(bitPattern: bits), -Float(bitPattern: bits)]
    }
    for set in sets {
      var values = inputs
      set.activate(values.count, activation, &values)
      var worst = 0.0
      for (x, y) in zip(inputs, values) where x != 0 {
        let expected = reference(activation, Double(x))
        guard abs(expected) >= Double(Float.leastNormalMagnitude) else { continue }
        // three to four roundings, and the exponential's own error
        let limit = 2e-7 + 2.5e-7 + 1.2e-7 * abs(Double(x))
        worst = max(worst, abs(Double(y) - expected) / abs(expected) / limit)
      }
      #expect(worst < 1, "\(activation.rawValue) \(String(cString: set.name)): \(worst)")
    }
  }

  @Test func activatesExtremes() {
    for set in sets {
      for (activation, low, high) in [
        (idql_swish, -0.0 as Float, Float.infinity), (idql_mish, -0.0, .infinity),
        (idql_tanh, -1, 1), (idql_relu, 0, .infinity),
      ] {
        var values: [Float] = [-200, 200, -3e38, 3e38, .infinity, .nan, 0]
        set.activate(values.count, activation, &values)
        #expect(abs(values[0] - low) < 1e-30)
        #expect(high == 1 ? values[1] == 1 : values[1] == 200)
        #expect(abs(values[2] - low) < 1e-30)
        #expect(high == 1 ? values[3] == 1 : values[3] == 3e38)
        #expect(values[4] == high)
        // relu maps NaN to NaN as well: the comparison with zero is false
        #expect(values[5].isNaN)
        #expect(values[6] == 0)
      }
    }
  }

  private func numbers(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { sin(Float($0 &* 37 &+ seed)) }
  }

  @Test(arguments: [
    (1, 1, 1), (1, 3, 256), (2, 256, 3), (5, 17, 33), (7, 40, 16), (13, 5, 47), (64, 96, 80),
  ])
  func multipliesLikeTheDefinition(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let (x, kernel) = (numbers(rows * inputs, 1), numbers(inputs * outputs, 2))
    let (bias, start) = (numbers(outputs, 3), numbers(rows * outputs, 4))
    let layout = PackedLayout(kernel: kernel, bias: bias, inputs: inputs, outputs: outputs)
    for (_, blocks, name) in blocks {
      for accumulates in [false, true] {
        var y = start
        blocks.dense(
          rows, inputs, outputs, x, inputs, layout.panels, layout.bias, idql_tanh, accumulates,
          &y, outputs)
        let expected = (0..<rows * outputs).map { index in
          let (row, column) = (index / outputs, index % outputs)
          var sum = Double(bias[column]) + (accumulates ? Double(start[index]) : 0)
          for k in 0..<inputs {
            sum += Double(x[row * inputs + k]) * Double(kernel[k * outputs + column])
          }
          return tanh(sum)
        }
        // partial sums reach a few tens, each rounded to 6e-8 of that
        expectClose(y.map(Double.init), expected, within: 2e-5, name)
      }
    }
  }

  /// For fused and for separate multiply-adds: the bits of every set, and of every size of its blocks, are
  /// those of the first one.
  @Test func setsThatAreFusedAlikeGiveTheSameBits() {
    let (rows, inputs, outputs) = (13, 70, 50)
    let layout = PackedLayout(
      kernel: numbers(inputs * outputs, 2), bias: numbers(outputs, 3), inputs: inputs,
      outputs: outputs)
    let (x, scale) = (numbers(rows * inputs, 1), numbers(inputs, 4))
    var first: [Bool: [[UInt32]]] = [:]
    for (set, blocks, name) in blocks {
      var normal = x
      set.layer_norm(rows, inputs, x, scale, scale, 1e-6, &normal)
      var results = [normal]
      for activation in [idql_identity, idql_relu, idql_swish, idql_mish, idql_tanh] {
        var y = [Float](repeating: 0, count: rows * outputs)
        blocks.dense(
          rows, inputs, outputs, normal, inputs, layout.panels, layout.bias, activation, false, &y,
          outputs)
        results.append(y)
        set.activate(y.count, activation, &y)
        results.append(y)
      }
      let bits = results.map { $0.map(\.bitPattern) }
      #expect(bits == first[set.is_fused, default: bits], "\(name)")
      first[set.is_fused] = bits
    }
    // were the two kinds alike, there would be nothing to choose
    #expect(first.count < 2 || first[true] != first[false])
  }

  /// What batch invariance rests on: the number of rows and a row's place change no bit.
  @Test func computesEveryRowAlike() {
    let (inputs, outputs, rows) = (70, 50, 23)
    let layout = PackedLayout(
      kernel: numbers(inputs * outputs, 2), bias: numbers(outputs, 3), inputs: inputs,
      outputs: outputs)
    let x = numbers(rows * inputs, 1)
    for (_, blocks, name) in blocks {
      var all = [Float](repeating: 0, count: rows * outputs)
      blocks.dense(
        rows, inputs, outputs, x, inputs, layout.panels, layout.bias, idql_mish, false, &all,
        outputs)
      for first in 0..<rows {
        for count in 1...min(9, rows - first) {
          var some = [Float](repeating: 0, count: count * outputs)
          x.withUnsafeBufferPointer { x in
            blocks.dense(
              count, inputs, outputs, x.baseAddress! + first * inputs, inputs, layout.panels,
              layout.bias, idql_mish, false, &some, outputs)
          }
          #expect(some == Array(all[first * outputs..<(first + count) * outputs]), "\(name)")
        }
      }
    }
  }

  @Test(arguments: [1, 11, 16, 31, 256])
  func normalisesLikeTheDefinition(_ width: Int) {
    let rows = 3
    let (scale, bias) = (numbers(width, 5), numbers(width, 6))
    let x = numbers(rows * width, 7).map { $0 + 2 }
    for set in sets {
      var y = x
      set.layer_norm(rows, width, x, scale, bias, 1e-6, &y)
      let expected = (0..<rows).flatMap { row in
        let values = x[row * width..<(row + 1) * width].map(Double.init)
        let mean = values.reduce(0, +) / Double(width)
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
        return zip(values, zip(scale, bias)).map {
          ($0 - mean) / (variance + 1e-6).squareRoot() * Double($1.0) + Double($1.1)
        }
      }
      // E[x²] - E[x]² cancels one digit here; with one column nothing is left but its rounding,
      // which epsilon bounds
      let tolerance = width == 1 ? 1e-3 : 2e-5
      expectClose(y.map(Double.init), expected, within: tolerance, String(cString: set.name))
    }
  }
}

/// Weights as the kernel wants them, built independently of `Dense`.
private struct PackedLayout {
  var panels: [Float]
  var bias: [Float]

  init(kernel: [Float], bias: [Float], inputs: Int, outputs: Int) {
    let count = (outputs + 15) / 16
    panels = [Float](repeating: 0, count: count * 16 * inputs)
    for (index, value) in kernel.enumerated() {
      let (row, column) = (index / outputs, index % outputs)
      panels[(column / 16 * inputs + row) * 16 + column % 16] = value
    }
    self.bias = bias + [Float](repeating: 0, count: count * 16 - outputs)
  }
}
