import IDQLRandom
import IDQLTensors

/// How fast a layer acts.
package struct LayerRate: Codable, Equatable, Sendable {
  package var inputs: Int
  package var outputs: Int
  /// `identity` or `swish`.
  package var activation: String
  /// 10⁹ multiplications and additions per second, of 64 rows.
  package var gflops: Double

  /// Layers of those sizes with weights that do not fit in the second-level cache together, as in a network.
  ///
  /// - Parameters:
  ///   - seconds: for how long to measure.
  ///   - clock: seconds of processor time of this thread.
  package init(
    inputs: Int, outputs: Int, swish: Bool, seconds: Double, clock: () -> Double
  ) {
    let rows = 64
    var generator = NumPyGenerator(seed: 0)
    let layers = (0..<6).map { _ in
      let kernel = (0..<inputs * outputs).map { _ in generator.standardNormalFloat() / 16 }
      return Dense(kernel: SharedFloats(shape: [inputs, outputs], copying: kernel), bias: nil)
    }
    let (x, y) = (Buffer(rows * inputs), Buffer(rows * outputs))
    for i in 0..<rows * inputs { x.pointer[i] = generator.standardNormalFloat() }
    let start = clock()
    var (rounds, end) = (0, start)
    repeat {
      for layer in layers {
        layer.apply(x.pointer, rows: rows, into: y.pointer, activation: swish ? .swish : .identity)
      }
      rounds += 1
      end = clock()
    } while end - start < seconds
    withExtendedLifetime((x, y)) {}
    (self.inputs, self.outputs) = (inputs, outputs)
    activation = swish ? "swish" : "identity"
    gflops =
      Double(rounds * layers.count * rows * layers[0].operations) / max(end - start, 1e-9) * 1e-9
  }
}
