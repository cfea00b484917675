import CIDQLKernels

/// In which numbers the score network multiplies.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// Single precision.
  case float32
  /// Weights and inputs of all layers between the first and the last rounded to bfloat16, the upper half of
  /// a float; sums, activations and everything else as in `float32`.
  case bfloat16 = "bf16"

  /// Those that this processor multiplies with the kernels that were chosen, and faster than `float32`.
  public static var supported: [Precision] {
    BFloat16Choice.current?.isFasterThanFloat32 == true ? allCases : [.float32]
  }

  /// Why it is not supported; nil if it is. Single precision is not measured for this.
  var obstacle: String? {
    if self == .float32 { return nil }
    guard let choice = BFloat16Choice.current else { return "which does not multiply bfloat16" }
    return choice.isFasterThanFloat32
      ? nil : "whose products in \(rawValue) (\(choice.name)) take no less time"
  }
}

/// How this process multiplies bfloat16.
struct BFloat16Choice: Sendable {
  /// `amx` or `avx512bf16`: in another order of sums, and so other bits.
  let name: String
  /// In a trial.
  let isFasterThanFloat32: Bool

  /// Nil where the processor, or the kernels that were chosen, have no bfloat16 instructions.
  static let current = BFloat16Choice()

  private init?() {
    guard let set = bfloat16KernelsIfAny else { return nil }
    name = String(cString: set.name)
    isFasterThanFloat32 = BlockChoice.acting.isSlowerActing(than: set)
  }
}

/// The kernels of bfloat16 that this process uses.
var bfloat16Kernels: idql_bfloat16_kernels {
  guard let set = bfloat16KernelsIfAny else {
    preconditionFailure("a rounded layer on a processor without bfloat16")
  }
  return set
}

/// The same; nil where the processor, or the kernels that were chosen, have no bfloat16 instructions.
package var bfloat16KernelsIfAny: idql_bfloat16_kernels? {
  NetworkKernels.current.name == "avx512" ? idql_bfloat16_kernels_at(0)?.pointee : nil
}

/// The bits of the bfloat16 nearest to `x`, of two equally near the even one; a quiet NaN for NaN.
func bfloat16(_ x: Float) -> UInt16 {
  if x.isNaN { return 0x7fc0 }
  // adding half of what is cut off, less one bit unless the result would be odd, carries where it rounds up
  let odd = x.bitPattern >> 16 & 1
  return UInt16(truncatingIfNeeded: (x.bitPattern &+ 0x7fff &+ odd) >> 16)
}
