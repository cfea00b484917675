import CIDQLKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The sizes of block that this processor multiplies fastest, found by trying each once in a process.
///
/// What is fastest depends on the caches and on where the weights lie in them, so it is measured rather than
/// looked up by the processor's name. It decides speed alone: the bits are those of every other size.
package struct BlockChoice: Sendable {
  /// Indices among the sizes of `kernels`, for layers of at most ``narrowLimit`` inputs and of more.
  private let narrow: Int
  private let wide: Int

  /// A panel of weights from so many inputs fills a first-level cache of 32 kB.
  private static let narrowLimit = 512

  /// Of layers that act.
  package static let acting = BlockChoice { $1.multiply(with: $0) }

  /// Of layers that learn.
  package static let learning = BlockChoice { blocks, trial in
    trial.learn { blocks.layer($0, $1, $2, $3, $4, $5) }
  }

  /// - Parameter multiply: one product of a trial with blocks of a size.
  private init(_ multiply: (idql_blocks, Trial) -> Void) {
    func fastest(_ trial: Trial) -> Int {
      let sizes = UnsafeBufferPointer(start: kernels.blocks, count: kernels.block_count)
      guard sizes.count > 1 else { return 0 }
      let times = trial.shortestTimes(sizes.count) { multiply(sizes[$0], trial) }
      // less than that is noise, and the first has been the best more often
      let limit = times[0] - times[0] / 32
      return sizes.indices.filter { times[$0] < limit }.min { times[$0] < times[$1] } ?? 0
    }
    narrow = fastest(.narrow)
    wide = fastest(.wide)
  }

  /// Whether a network that acts takes less time in bfloat16 than in single precision.
  func isSlowerActing(than set: idql_bfloat16_kernels) -> Bool {
    isSlower { trial in
      // the weights' values do not matter here, only where they lie
      set.round_rows(trial.rows, trial.inputs, trial.x, trial.scratch)
      set.multiply(
        trial.rows, trial.inputs / 2, trial.outputs, trial.scratch, trial.weights, trial.bias,
        idql_identity, idql_replaces, trial.y)
    } float32: { trial in
      trial.multiply(with: blocks(inputs: trial.inputs))
    }
  }

  /// Whether layers that learn take less time in bfloat16 than in single precision.
  package func isSlowerLearning(than set: idql_bfloat16_kernels) -> Bool {
    isSlower { trial in
      trial.learn { set.layer($0, $1, $2, $3, $4, $5, trial.scratch) }
    } float32: { trial in
      let blocks = blocks(inputs: trial.inputs)
      trial.learn { blocks.layer($0, $1, $2, $3, $4, $5) }
    }
  }

  private func isSlower(than bfloat16: (Trial) -> Void, float32: (Trial) -> Void) -> Bool {
    [Trial.narrow, Trial.wide].map { trial in
      trial.shortestTimes(2) { index in
        if index == 0 { float32(trial) } else { bfloat16(trial) }
      }
    }.reduce(0) { $0 + $1[0] - $1[1] } > 0
  }

  package func blocks(inputs: Int) -> idql_blocks {
    kernels.blocks[inputs <= Self.narrowLimit ? narrow : wide]
  }

  /// `4x2`, or `4x2 (6x4 from 513 inputs on)`: rows x panels of 16 columns.
  package var text: String {
    func name(_ index: Int) -> String { String(cString: kernels.blocks[index].name) }
    return narrow == wide
      ? name(narrow) : "\(name(narrow)) (\(name(wide)) from \(Self.narrowLimit + 1) inputs on)"
  }
}

/// A product to measure, in one of the two shapes of a residual block of the published width.
private final class Trial {
  static var narrow: Trial { Trial(rows: 64, inputs: 256, outputs: 1024) }
  static var wide: Trial { Trial(rows: 64, inputs: 1024, outputs: 256) }

  let rows: Int
  let inputs: Int
  let outputs: Int
  private let memory: Buffer
  var x: UnsafeMutablePointer<Float> { memory.pointer }
  var weights: UnsafeMutablePointer<Float> { x + rows * inputs }
  var y: UnsafeMutablePointer<Float> { weights + 3 * inputs * outputs / 2 }
  var bias: UnsafeMutablePointer<Float> { y + rows * outputs }
  /// Of rounded inputs.
  var scratch: UnsafeMutablePointer<Float> { bias + outputs }

  private init(rows: Int, inputs: Int, outputs: Int) {
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    let count =
      rows * inputs + 3 * inputs * outputs / 2 + rows * outputs + outputs + 3 * rows * inputs / 2
    memory = Buffer(count)
    // written, because pages that are only read would all be one
    memory.pointer.update(repeating: 0.5, count: count)
  }

  /// As layers that act do.
  func multiply(with blocks: idql_blocks) {
    blocks.dense(
      rows, inputs, outputs, x, inputs, weights, bias, idql_identity, false, y, outputs)
  }

  /// As layers that learn do.
  func learn(
    with layer: (
      Int, Int, Int, UnsafePointer<idql_matrix>, UnsafePointer<idql_matrix>,
      UnsafePointer<idql_outcome>
    ) -> Void
  ) {
    let width = Int(idql_panel_width)
    var input = idql_matrix(values: x, stride: rows * width)
    var kernel = idql_matrix(values: weights, stride: inputs * width)
    var outcome = idql_outcome()
    outcome.bias = UnsafePointer(bias)
    outcome.y = idql_matrix(values: y, stride: rows * width)
    layer(rows, inputs / width, outputs / width, &input, &kernel, &outcome)
  }

  /// The shortest of five turns of each, in nanoseconds.
  func shortestTimes(_ count: Int, _ run: (Int) -> Void) -> [Int] {
    var shortest = Array(repeating: Int.max, count: count)
    for _ in 0..<5 {
      for index in 0..<count {
        let start = threadNanoseconds()
        run(index)
        shortest[index] = min(shortest[index], threadNanoseconds() - start)
      }
    }
    return shortest
  }
}

/// Processor time of this thread.
private func threadNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
}
