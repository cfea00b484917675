import CIDQLKernels
import Foundation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// `cblas_sgemm` of the machine's OpenBLAS, found at run time: neither the libraries nor the build of these
/// tests need it.
private struct OpenBLAS {
  typealias Multiply =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
      UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void
  let multiply: Multiply

  /// Nil on a machine without it.
  static let shared = OpenBLAS()

  private init?() {
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW),
      let multiply = dlsym(library, "cblas_sgemm"),
      let setThreads = dlsym(library, "openblas_set_num_threads")
    else { return nil }
    unsafeBitCast(setThreads, to: (@convention(c) (Int32) -> Void).self)(1)
    self.multiply = unsafeBitCast(multiply, to: Multiply.self)
  }
}

/// The dense kernel beside OpenBLAS, on the shapes of the shipped networks and on ragged ones.
@Suite struct OpenBLASTests {
  /// Both sum unit-variance products in an order of their own. The k-th partial sum is about √k and is
  /// rounded by 2⁻²⁴/√3 of itself, which adds up to 2.5e-8 · inputs; the bound is six standard deviations
  /// of the difference of two such sums.
  @Test(
    .enabled(if: OpenBLAS.shared != nil, "libopenblas.so.0 is not installed"),
    arguments: [
      (64, 256, 1024), (64, 1024, 256), (640, 256, 1024), (64, 256, 3), (64, 14, 256),
      (1, 270, 256),
      (7, 33, 17), (130, 5, 100),
    ])
  func denseMatchesOpenBLAS(_ rows: Int, _ inputs: Int, _ outputs: Int) throws {
    let blas = try #require(OpenBLAS.shared)
    var generator = NumPyGenerator(seed: UInt64(rows + inputs + outputs))
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in generator.standardNormalFloat() } }
    let (x, weights, bias) = (draw(rows * inputs), draw(inputs * outputs), draw(outputs))

    let layer = Dense(
      kernel: SharedFloats(shape: [inputs, outputs], copying: weights),
      bias: SharedFloats(shape: [outputs], copying: bias))
    var ours = [Float](repeating: 0, count: rows * outputs)
    layer.apply(x, rows: rows, into: &ours)

    var theirs = (0..<rows).flatMap { _ in bias }
    // row-major (101), neither factor transposed (111)
    blas.multiply(
      101, 111, 111, Int32(rows), Int32(outputs), Int32(inputs), 1, x,
      Int32(inputs), weights, Int32(outputs), 1, &theirs, Int32(outputs))
    expectClose(ours, theirs, within: 2.1e-7 * Double(inputs) + 1e-6)
  }
}
