import CKernels
import COpenBLAS
import Random
import TestSupport
import Tensors
import Testing

@testable import Agent

/// The dense kernel beside OpenBLAS, on the shapes of the shipped networks and on ragged ones.
@Suite struct OpenBLASTests {
  /// Both sum unit-variance products in an order of their own. The k-th partial sum is about √k and is
  /// rounded by 2⁻²⁴/√3 of itself, which adds up to 2.5e-8 · inputs; the bound is six standard deviations
  /// of the difference of two such sums.
  @Test(arguments: [
    (64, 256, 1024), (64, 1024, 256), (640, 256, 1024), (64, 256, 3), (64, 14, 256), (1, 270, 256),
    (7, 33, 17), (130, 5, 100),
  ])
  func denseMatchesOpenBLAS(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    openblas_set_num_threads(1)
    var generator = NumPyGenerator(seed: UInt64(rows + inputs + outputs))
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in generator.standardNormalFloat() } }
    let (x, weights, bias) = (draw(rows * inputs), draw(inputs * outputs), draw(outputs))

    let layer = Dense(
      kernel: SharedFloats(shape: [inputs, outputs], copying: weights),
      bias: SharedFloats(shape: [outputs], copying: bias))
    var ours = [Float](repeating: 0, count: rows * outputs)
    layer.apply(x, rows: rows, into: &ours)

    var theirs = (0..<rows).flatMap { _ in bias }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(outputs), Int32(inputs), 1, x,
      Int32(inputs), weights, Int32(outputs), 1, &theirs, Int32(outputs))
    expectClose(ours, theirs, within: 2.1e-7 * Double(inputs) + 1e-6)
  }
}
