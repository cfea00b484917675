import CIDQLKernels
import TestSupport
import Testing

@testable import IDQLAgent

@Suite struct NetworkKernelsTests {
  private func name(_ set: idql_kernels) -> String { String(cString: set.name) }

  @Test func theFastestUnlessChosen() throws {
    let fastest = try #require(NetworkKernels.supported.first)
    #expect(try name(NetworkKernels.choose(nil)) == fastest.name)
    #expect(try name(NetworkKernels.choose("")) == fastest.name)
  }

  @Test(arguments: NetworkKernels.supported)
  func eachCanBeChosen(_ set: NetworkKernels) throws {
    #expect(try name(NetworkKernels.choose(set.name)) == set.name)
  }

  @Test func others() {
    let known = NetworkKernels.supported.map { "'\($0.name)'" }.joined(separator: ", ")
    for other in ["avx1024", "AVX2", " baseline", "x\ny"] {
      expectMessage(
        "IDQL_KERNELS is '\(other == "x\ny" ? "x\\ny" : other)', but this processor computes "
          + "networks with \(known)."
      ) { _ = try NetworkKernels.choose(other) }
    }
  }

  /// Only the widest registers have bfloat16's instructions.
  @Test func bfloat16NeedsItsKernels() {
    #expect(
      (BFloat16Choice.current != nil)
        == (NetworkKernels.current.name == "avx512" && idql_bfloat16_kernels_at(0) != nil))
  }
}
