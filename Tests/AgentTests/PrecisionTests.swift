import CIDQLKernels
import CIDQLTileEmulation
import Foundation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

@Suite struct PrecisionTests {
  /// Whether or not they are faster here.
  private static let multipliesBFloat16 = BFloat16Choice.current != nil
  private static let supported = Precision.supported.filter { $0 != .float32 }

  private static func value(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// Every bfloat16, and what lies at and beside the middle between it and the next.
  @Test func roundsToTheNearest() {
    for bits in UInt16.min...UInt16.max {
      let value = Self.value(bits)
      guard value.isFinite else { continue }
      let next = bits + 1
      let middle = Float(bitPattern: UInt32(bits) << 16 | 0x8000)
      let even = bits % 2 == 0 ? bits : next
      let isRight =
        bfloat16(value) == bits && bfloat16(middle) == even
        && bfloat16(Float(bitPattern: middle.bitPattern - 1)) == bits
        && bfloat16(Float(bitPattern: middle.bitPattern + 1)) == next
      #expect(isRight, "\(value)")
    }
    #expect(Self.value(bfloat16(.nan)).isNaN)
    #expect(Self.value(bfloat16(-.infinity)) == -.infinity)
    // the largest float is nearer to 2^128 than to the largest bfloat16
    #expect(Self.value(bfloat16(.greatestFiniteMagnitude)) == .infinity)
  }

  private static let sizes = [
    (1, 1, 1), (1, 3, 256), (2, 256, 3), (5, 17, 33), (7, 40, 16), (13, 5, 47), (64, 96, 80),
    (16, 64, 32), (17, 33, 17), (31, 70, 49), (33, 100, 31), (49, 32, 48),
  ]

  private static func draw(_ count: Int, _ generator: inout NumPyGenerator) -> [Float] {
    (0..<count).map { _ in generator.standardNormalFloat() }
  }

  /// Products of bfloat16 are exact in single precision, so that only the sums round: as in
  /// `KernelTests.multipliesLikeTheDefinition`, partial sums reach a few tens, each rounded to 6e-8 of that.
  @Test(.enabled(if: multipliesBFloat16), arguments: sizes)
  func multipliesRoundedNumbers(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    var generator = NumPyGenerator(seed: UInt64(rows + inputs + outputs))
    let x = Self.draw(rows * inputs, &generator)
    let kernel = Self.draw(inputs * outputs, &generator)
    let bias = Self.draw(outputs, &generator)
    let start = Self.draw(rows * outputs, &generator)
    func rounded(_ x: Float) -> Double { Double(Self.value(bfloat16(x))) }
    let layer = Dense(
      kernel: SharedFloats(shape: [inputs, outputs], copying: kernel),
      bias: SharedFloats(shape: [outputs], copying: bias)
    ).rounded()
    var scratch = [Float](repeating: .nan, count: rows * layer.scratchCount)
    for accumulates in [false, true] {
      var y = start
      layer.apply(x, rows: rows, into: &y, accumulates: accumulates, scratch: &scratch)
      let expected = (0..<rows * outputs).map { index in
        let (row, column) = (index / outputs, index % outputs)
        var sum = Double(bias[column]) + (accumulates ? Double(start[index]) : 0)
        for k in 0..<inputs {
          sum += rounded(x[row * inputs + k]) * rounded(kernel[k * outputs + column])
        }
        return sum
      }
      expectClose(y.map(Double.init), expected, within: 2e-5)
    }
  }

  /// Tiles, with their instructions in plain C where the processor has none: the sums of the definition, whatever
  /// the row's batch, and the processor's bits where it has them.
  @Test(arguments: sizes)
  func multipliesInTiles(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    var generator = NumPyGenerator(seed: UInt64(rows + inputs + outputs))
    let (block, width) = (Int(idql_pair_block), Int(idql_panel_width))
    let pairs = (inputs + block - 1) / block * block / 2
    let panelCount = (outputs + width - 1) / width
    func numbers(_ count: Int) -> [UInt32] {
      zip(Self.draw(count, &generator), Self.draw(count, &generator)).map {
        UInt32(bfloat16($0)) | UInt32(bfloat16($1)) << 16
      }
    }
    let (x, panels) = (numbers(rows * pairs), numbers(panelCount * pairs * width))
    let bias = Self.draw(panelCount * width, &generator)
    let start = Self.draw(rows * outputs, &generator)
    let (tiles, hardware) = (tile_emulation().pointee, idql_bfloat16_kernels_at(0)?.pointee)
    for accumulates in [false, true] {
      let kind = accumulates ? idql_accumulates : idql_replaces
      var all = start
      tiles.multiply(rows, pairs, outputs, x, panels, bias, idql_identity, kind, &all)
      let expected = (0..<rows * outputs).map { index in
        let (row, column) = (index / outputs, index % outputs)
        var sum = Double(bias[column]) + (accumulates ? Double(start[index]) : 0)
        for pair in 0..<pairs {
          let (a, b) = (
            x[row * pairs + pair],
            panels[(column / width * pairs + pair) * width + column % width]
          )
          for shift in [0, 16] as [UInt32] {
            sum +=
              Double(Self.value(UInt16(truncatingIfNeeded: a >> shift)))
              * Double(Self.value(UInt16(truncatingIfNeeded: b >> shift)))
          }
        }
        return sum
      }
      expectClose(all.map(Double.init), expected, within: 2e-5)
      if let hardware, String(cString: hardware.name) == "amx" {
        var y = start
        hardware.multiply(
          rows, pairs, outputs, x, panels, bias, idql_identity, kind, &y)
        #expect(y.map(\.bitPattern) == all.map(\.bitPattern))
      }
      for row in 0..<rows {
        var one = Array(start[row * outputs..<(row + 1) * outputs])
        x.withUnsafeBufferPointer { x in
          tiles.multiply(
            1, pairs, outputs, x.baseAddress! + row * pairs, panels, bias, idql_identity, kind,
            &one)
        }
        #expect(one == Array(all[row * outputs..<(row + 1) * outputs]))
      }
    }
  }

  /// Rounded as they leave one layer or as they enter the next: the same bits, but for swish in tiles, which is then
  /// computed to 12 bits. Of 70 outputs there is no whole number of blocks.
  @Test(
    .enabled(if: multipliesBFloat16), arguments: [32, 64, 70, 256],
    [Activation.identity, .relu, .swish, .gelu])
  func roundsBetweenLayers(_ between: Int, _ activation: Activation) {
    var generator = NumPyGenerator(seed: UInt64(between))
    let (rows, inputs, outputs) = (37, 33, 17)
    func layer(_ inputs: Int, _ outputs: Int) -> Dense {
      Dense(
        kernel: SharedFloats(
          shape: [inputs, outputs], copying: Self.draw(inputs * outputs, &generator)),
        bias: SharedFloats(shape: [outputs], copying: Self.draw(outputs, &generator))
      ).rounded()
    }
    let (first, second) = (layer(inputs, between), layer(between, outputs))
    let x = Self.draw(rows * inputs, &generator)
    let start = Self.draw(rows * outputs, &generator)
    var hidden = [Float](repeating: .nan, count: rows * between)
    var scratch = [Float](
      repeating: .nan, count: rows * max(first.scratchCount, second.scratchCount))
    var (together, apart) = (start, start)
    first.apply(
      x, rows: rows, activation: activation, then: second, into: &together, between: &hidden,
      scratch: &scratch)
    first.apply(x, rows: rows, into: &hidden, activation: activation, scratch: &scratch)
    second.apply(hidden, rows: rows, into: &apart, accumulates: true, scratch: &scratch)
    if activation == .swish {
      // one in 2⁴ is rounded the other way, by 2⁻⁸ of up to 10, and the signs of weights differ
      expectClose(together.map(Double.init), apart.map(Double.init), within: 0.5)
    } else {
      #expect(together.map(\.bitPattern) == apart.map(\.bitPattern))
    }
  }

  /// Every bfloat16 as a sum of one product: what is stored is within half of a last place, and 2⁻¹² beside, of
  /// x / (1 + e⁻ˣ); below -87 that at -87.
  @Test func swishIsRoundedFromTwelveBits() {
    let tiles = tile_emulation().pointee
    let sets = [tiles] + [idql_bfloat16_kernels_at(0)?.pointee].compactMap { $0 }
    let inputs = (UInt16.min...UInt16.max).filter {
      let value = Self.value($0)
      return value.isFinite && abs(value) < 1000 && value.magnitude >= .leastNormalMagnitude
    }
    var one = [UInt32](repeating: 0, count: 16 * 32)
    // of the first pair of inputs only the first number counts, for every output
    for column in 0..<16 { one[column] = UInt32(bfloat16(1)) }
    one[256..<512] = one[0..<256]
    let bias = [Float](repeating: 0, count: 32)
    for set in sets {
      var x = [UInt32](repeating: 0, count: inputs.count * 16)
      for (row, input) in inputs.enumerated() { x[row * 16] = UInt32(input) }
      var y = [UInt16](repeating: 0, count: inputs.count * 64)
      set.multiply(inputs.count, 16, 32, x, one, bias, idql_swish, idql_rounds, &y)
      let wrong = inputs.enumerated().filter { row, input in
        let value = Double(max(Self.value(input), -87))
        let expected = value / (1 + exp(-value))
        let found = Double(Self.value(y[row * 32 + row % 32]))
        // half a last place is 2⁻⁸ of 1; what is smaller than any normal number may become zero
        return abs(found - expected) > abs(expected) * (0x1p-8 + 0x1p-12) + 0x1p-126
      }
      #expect(wrong.isEmpty, "\(wrong.prefix(3).map { Self.value($0.element) })")
    }
  }

  private static let observations = (0..<10 * 11).map {
    Double($0).remainder(dividingBy: 7) * 0.3
  }

  private func rounded(
    _ name: String, to precision: Precision, candidates: Int
  ) throws -> IDQLPolicy {
    var options = try Fixtures.hopper(name).options
    options.candidateCount = candidates
    options.precision = precision
    return try Fixtures.hopper(name).with(options)
  }

  @Test(arguments: ["hopper_simple", "hopper_full"], supported)
  func doesNotDependOnTheBatch(_ name: String, _ precision: Precision) throws {
    let policy = try rounded(name, to: precision, candidates: 21)
    var noise = (0..<10).map { NumPyGenerator(seed: $0) }
    let all = policy.actions(
      observations: Self.observations, steps: [Int](repeating: 0, count: 10), noise: &noise)
    for row in 0..<10 {
      var noise = [NumPyGenerator(seed: UInt64(row))]
      let one = policy.actions(
        observations: Array(Self.observations[row * 11..<row * 11 + 11]), steps: [0], noise: &noise)
      #expect(one == Array(all[row * 3..<row * 3 + 3]))
    }
  }

  /// Each rounding is of 2⁻⁹ at most, 0.2 %; five diffusion steps through as many layers make of it what is
  /// measured here, a hundredth of the actions' range at most.
  @Test(arguments: ["hopper_simple", "hopper_full"], supported)
  func drawsNearlyTheSameCandidates(_ name: String, _ precision: Precision) throws {
    let policy = try rounded(name, to: precision, candidates: 64)
    var options = policy.options
    options.precision = .float32
    let exact = try policy.with(options)
    let observation = Self.observations.prefix(11).map(Float.init)
    var (first, second) = ([NumPyGenerator(seed: 5)], [NumPyGenerator(seed: 5)])
    let ours = policy.decide(observations: observation, noise: &first).candidates
    let theirs = exact.decide(observations: observation, noise: &second).candidates
    #expect(first == second)
    let squares = zip(ours, theirs).map { ($0 - $1) * ($0 - $1) }
    let difference = (squares.reduce(0, +) / Float(squares.count)).squareRoot()
    #expect(difference > 0 && difference < 0.02, "\(difference)")
    // and back: the weights were kept as they were
    var third = [NumPyGenerator(seed: 5)]
    #expect(
      try Fixtures.hopper(name).with(options).decide(observations: observation, noise: &third)
        .candidates == theirs)
  }

  @Test(arguments: Precision.allCases)
  func isRefusedWhereItGainsNothing(_ precision: Precision) throws {
    var options = IDQLOptions()
    options.precision = precision
    if Precision.supported.contains(precision) {
      try options.validate()
      return
    }
    let reason =
      BFloat16Choice.current.map {
        "whose products in \(precision.rawValue) (\($0.name)) take no less time"
      } ?? "which does not multiply bfloat16"
    let error = #expect(throws: IDQLOptionsError.self) { try options.validate() }
    #expect(
      error?.description
        == "precision is \(precision.rawValue); it must be float32 on this processor, \(reason).")
  }
}
