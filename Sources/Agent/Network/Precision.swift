/// In which numbers the score network multiplies.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// Single precision.
  case float32
  /// Weights and inputs of all layers between the first and the last rounded to bfloat16, the upper half of
  /// a float; sums, activations and everything else as in `float32`.
  case bfloat16 = "bf16"

  /// Those that this processor multiplies, with the kernels that were chosen.
  public static var supported: [Precision] {
    bfloat16Kernel == nil ? [.float32] : [.float32, .bfloat16]
  }
}

/// The bits of the bfloat16 nearest to `x`, of two equally near the even one; a quiet NaN for NaN.
func bfloat16(_ x: Float) -> UInt16 {
  if x.isNaN { return 0x7fc0 }
  // adding half of what is cut off, less one bit unless the result would be odd, carries where it rounds up
  let odd = x.bitPattern >> 16 & 1
  return UInt16(truncatingIfNeeded: (x.bitPattern &+ 0x7fff &+ odd) >> 16)
}
