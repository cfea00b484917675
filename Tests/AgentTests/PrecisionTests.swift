import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

@Suite struct PrecisionTests {
  private static let multipliesBFloat16 = Precision.supported.contains(.bfloat16)

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

  /// Products of bfloat16 are exact in single precision, so that only the sums round: as in
  /// `KernelTests.multipliesLikeTheDefinition`, partial sums reach a few tens, each rounded to 6e-8 of that.
  @Test(
    .enabled(if: multipliesBFloat16),
    arguments: [
      (1, 1, 1), (1, 3, 256), (2, 256, 3), (5, 17, 33), (7, 40, 16), (13, 5, 47), (64, 96, 80),
    ])
  func multipliesRoundedNumbers(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    var generator = NumPyGenerator(seed: UInt64(rows + inputs + outputs))
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in generator.standardNormalFloat() } }
    let (x, kernel, bias) = (draw(rows * inputs), draw(inputs * outputs), draw(outputs))
    let start = draw(rows * outputs)
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

  private static let observations = (0..<10 * 11).map {
    Double($0).remainder(dividingBy: 7) * 0.3
  }

  private func rounded(_ name: String, candidates: Int) throws -> IDQLPolicy {
    var options = try Fixtures.hopper(name).options
    options.candidateCount = candidates
    options.precision = .bfloat16
    return try Fixtures.hopper(name).with(options)
  }

  @Test(.enabled(if: multipliesBFloat16), arguments: ["hopper_simple", "hopper_full"])
  func doesNotDependOnTheBatch(_ name: String) throws {
    let policy = try rounded(name, candidates: 21)
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
  @Test(.enabled(if: multipliesBFloat16), arguments: ["hopper_simple", "hopper_full"])
  func drawsNearlyTheSameCandidates(_ name: String) throws {
    let policy = try rounded(name, candidates: 64)
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

  @Test func isRefusedWhereTheProcessorLacksIt() throws {
    var options = IDQLOptions()
    options.precision = .bfloat16
    if Self.multipliesBFloat16 {
      try options.validate()
    } else {
      let error = #expect(throws: IDQLOptionsError.self) { try options.validate() }
      #expect(
        error?.description == "precision is bf16; it must be float32 on this processor, which does "
          + "not multiply bfloat16.")
    }
  }
}
