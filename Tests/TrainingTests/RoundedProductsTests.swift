import CIDQLKernels
import CIDQLTileEmulation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLTraining

/// Products of training in bfloat16, by every set that this processor has and by tiles in plain C.
@Suite struct RoundedProductsTests {
  private static var sets: [idql_bfloat16_kernels] {
    (0..<2).compactMap { idql_bfloat16_kernels_at($0)?.pointee } + [tile_emulation().pointee]
  }

  private static func matrix(_ rows: Int, _ columns: Int, _ seed: UInt64, padded: Bool = false)
    -> PanelMatrix
  {
    var generator = NumPyGenerator(seed: seed)
    let matrix = PanelMatrix(rows: padded ? PanelMatrix.padded(rows) : rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns { matrix[row, column] = generator.standardNormalFloat() }
    }
    return matrix
  }

  private static func rounded(_ x: Float) -> Double {
    let odd = x.bitPattern >> 16 & 1
    return Double(Float(bitPattern: (x.bitPattern &+ 0x7fff &+ odd) & 0xffff_0000))
  }

  private static let sizes = [
    (1, 3, 5), (5, 16, 16), (17, 33, 18), (32, 64, 48), (37, 20, 40), (64, 96, 33), (70, 40, 100),
  ]

  /// Products of bfloat16 are exact in single precision; their sums, of at most a hundred of size 1, are rounded to
  /// 6e-8 of a few tens. The operations after that are those of `TrainingKernelTests`.
  @Test(arguments: sizes)
  func layersMatchTheDefinition(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let x = Self.matrix(rows, inputs, 1)
    let w = Self.matrix(inputs, outputs, 2, padded: true)
    let (bias, addend, factor) = (
      Self.matrix(1, outputs, 3), Self.matrix(rows, outputs, 4), Self.matrix(rows, outputs, 5)
    )
    var tiles: [[UInt32]] = []
    for set in Self.sets {
      let (y, slope) = (Self.matrix(rows, outputs, 6), Self.matrix(rows, outputs, 7))
      var outcome = idql_outcome(
        bias: UnsafePointer(bias.pointer), addend: addend.from(0), factor: factor.from(0),
        activation: idql_relu, slope: slope.from(0), y: y.from(0))
      var (input, kernel) = (x.from(0), w.from(0))
      withScratch(idql_layer_scratch(rows, x.panelCount)) {
        set.layer(rows, x.panelCount, w.panelCount, &input, &kernel, &outcome, $0)
      }
      let name = String(cString: set.name)
      for row in 0..<rows {
        for column in 0..<outputs {
          var sum = Double(bias[0, column]) + Double(addend[row, column])
          for k in 0..<inputs { sum += Self.rounded(x[row, k]) * Self.rounded(w[k, column]) }
          let expected = max(sum, 0) * Double(factor[row, column])
          #expect(abs(Double(y[row, column]) - expected) < 2e-5, "\(name) \(row) \(column)")
          #expect(abs(sum) < 1e-4 || slope[row, column] == (sum > 0 ? 1 : 0), "\(name)")
        }
      }
      if name != "avx512bf16" { tiles.append(y.values(rows: rows).map(\.bitPattern)) }

      // a row does not depend on those beside it
      for row in [0, rows / 2, rows - 1] {
        let one = Self.matrix(rows, outputs, 6)
        var outcome = outcome
        (outcome.addend, outcome.factor) = (addend.from(row), factor.from(row))
        (outcome.slope, outcome.y) = (slope.from(row), one.from(row))
        var input = x.from(row)
        withScratch(idql_layer_scratch(1, x.panelCount)) {
          set.layer(1, x.panelCount, w.panelCount, &input, &kernel, &outcome, $0)
        }
        for column in 0..<outputs { #expect(one[row, column] == y[row, column], "\(name)") }
      }
    }
    // plain C and, where there are any, the processor's tiles
    for bits in tiles { #expect(bits == tiles[0]) }
  }

  /// The gradient as for layers; the optimizer's step from it is that of single precision, to the bit.
  @Test(arguments: sizes)
  func weightStepsMatchTheDefinition(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    let (x, dy) = (Self.matrix(rows, inputs, 1), Self.matrix(rows, outputs, 2))
    var optimizer = Optimizer(rate: 0.01, weightDecay: 0.1, averageRate: 0.25, step: 3).kernel
    var tiles: [[UInt32]] = []
    for set in Self.sets {
      let name = String(cString: set.name)
      func parameter(_ seed: UInt64) -> PanelMatrix {
        Self.matrix(inputs, outputs, seed, padded: true)
      }
      let (w, m, v, target) = (parameter(3), parameter(4), parameter(5), parameter(6))
      for row in 0..<inputs { for column in 0..<outputs { v[row, column] *= v[row, column] } }
      let before = [w, m, v, target].map { $0.values(rows: inputs) }
      let gradient = PanelMatrix(rows: w.rows, columns: outputs)
      let transposed = PanelMatrix(rows: PanelMatrix.padded(outputs), columns: inputs)
      var parameters = idql_parameters(
        values: w.pointer, first_moment: m.pointer, second_moment: v.pointer,
        target: target.pointer, transposed: transposed.pointer, gradient: gradient.pointer,
        stride: w.stride, transposed_stride: transposed.stride)
      var (input, errors) = (x.from(0), dy.from(0))
      withScratch(idql_weight_step_scratch(rows, x.panelCount)) {
        set.weight_step(
          rows, x.panelCount, dy.panelCount, &input, &errors, &parameters, &optimizer, $0)
      }
      for k in 0..<inputs {
        for column in 0..<outputs {
          let g = gradient[k, column]
          let sum = (0..<rows).reduce(0.0) {
            $0 + Self.rounded(x[$1, k]) * Self.rounded(dy[$1, column])
          }
          #expect(abs(Double(g) - sum) < 2e-5, "\(name) \(k) \(column)")
          let i = k * outputs + column
          let moment = optimizer.first_decay * before[1][i] + optimizer.first_share * g
          // of two products of a size of up to 4, which round once or apart
          #expect(abs(m[k, column] - moment) < 5e-7, "\(name)")
          let average = w[k, column] * optimizer.target_rate + before[3][i] * optimizer.target_rest
          #expect(abs(target[k, column] - average) < 1e-6, "\(name)")
          #expect(w[k, column] != before[0][i])
          #expect(transposed[column, k] == w[k, column], "\(name)")
        }
      }
      if name != "avx512bf16" { tiles.append(gradient.values(rows: inputs).map(\.bitPattern)) }
    }
    for bits in tiles { #expect(bits == tiles[0]) }
  }

  private func withScratch(_ bytes: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    // beyond the end a kernel that takes more than it says would change what is there
    let guardBytes = 64
    withUnsafeTemporaryAllocation(byteCount: bytes + guardBytes, alignment: 64) { memory in
      for i in bytes..<bytes + guardBytes { memory[i] = 0xa5 }
      body(memory.baseAddress!)
      #expect(memory[bytes...].allSatisfy { $0 == 0xa5 })
    }
  }
}

/// A learner in bfloat16, where that is faster.
@Suite(.enabled(if: LearnerPrecision.bfloat16.obstacle == nil)) struct RoundedLearnerTests {
  private func learner(_ precision: LearnerPrecision, threads: Int = 1) throws -> Learner {
    var configuration = LearnerConfiguration(
      family: .simple, observationCount: 11, actionCount: 3)
    (configuration.actor.width, configuration.actor.blocks) = (64, 2)
    (configuration.actor.batchSize, configuration.critic.batchSize) = (96, 96)
    configuration.critic.widths = [64, 64]
    configuration.precision = precision
    let learner = try Learner(configuration, seed: 4)
    learner.threadCount = threads
    return learner
  }

  private func batch(_ seed: UInt64) -> Batch {
    var generator = NumPyGenerator(seed: seed)
    func normal(_ count: Int) -> [Float] {
      (0..<count).map { _ in generator.standardNormalFloat() }
    }
    return Batch(
      observations: normal(96 * 11), actions: normal(96 * 3).map { max(-1, min(1, $0)) },
      rewards: normal(96), masks: Array(repeating: 1, count: 96), nextObservations: normal(96 * 11))
  }

  /// Each factor of a product is off by 2⁻⁹ at most, with both signs: the first losses by less than a hundredth, and
  /// not by nothing.
  @Test func lossesAreNearThoseOfSinglePrecision() throws {
    let (rounded, exact) = (try learner(.bfloat16), try learner(.float32))
    for seed in 0..<20 as Range<UInt64> {
      let (ours, theirs) = (rounded.update(batch(seed)), exact.update(batch(seed)))
      let pairs = [
        (ours.actorLoss ?? 0, theirs.actorLoss ?? 0), (ours.valueLoss, theirs.valueLoss),
        (ours.criticLoss, theirs.criticLoss),
      ]
      for (ours, theirs) in pairs { #expect(abs(ours - theirs) < 0.01 * max(theirs, 0.1)) }
      #expect(pairs[0].0 != pairs[0].1)
    }
  }

  /// The number of threads decides how many tiles there are, and so how often weights are rounded, but not to what.
  @Test func bitsDoNotDependOnThreadsAndContinue() throws {
    let (one, three) = (try learner(.bfloat16), try learner(.bfloat16, threads: 3))
    for seed in 0..<5 as Range<UInt64> {
      _ = one.update(batch(seed))
      _ = three.update(batch(seed))
    }
    #expect(one.state == three.state)
    let resumed = try Learner(one.configuration, state: one.state)
    _ = one.update(batch(9))
    _ = resumed.update(batch(9))
    #expect(one.state == resumed.state)
  }
}
