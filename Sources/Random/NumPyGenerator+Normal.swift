#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Normal draws by the ziggurat method, in the two precisions that NumPy draws differently.
extension NumPyGenerator {
  /// Mean zero, variance one (NumPy `standard_normal()`).
  public mutating func standardNormal() -> Double {
    let ziggurat = Ziggurat.shared
    while true {
      let word = nextUInt64()
      let strip = Int(word & 0xff)
      let mantissa = word >> 9 & 0x000f_ffff_ffff_ffff
      let size = Double(mantissa) * ziggurat.scale[strip]
      let x = word >> 8 & 1 == 1 ? -size : size
      if mantissa < ziggurat.certain[strip] { return x }  // in 99.3 % of the draws

      if strip == 0 {
        // beyond the last edge: Marsaglia, "Generating a Variable from the Tail of the Normal
        // Distribution" (Technometrics 6(1), 1964)
        while true {
          let beyond = -Ziggurat.inverseTailStart * log1p(-random())
          let bound = -log1p(-random())
          if bound + bound > beyond * beyond {
            let x = Ziggurat.tailStart + beyond
            return mantissa >> 8 & 1 == 1 ? -x : x
          }
        }
      }
      let (top, bottom) = (ziggurat.height[strip - 1], ziggurat.height[strip])
      if (top - bottom) * random() + bottom < exp(-0.5 * x * x) { return x }
    }
  }

  /// Mean zero, variance one (NumPy `standard_normal(dtype=float32)`): other draws, not a rounded
  /// `standardNormal()`.
  public mutating func standardNormalFloat() -> Float {
    let ziggurat = Ziggurat.shared
    while true {
      let word = nextUInt32()
      let strip = Int(word & 0xff)
      let mantissa = word >> 9
      let size = Float(mantissa) * ziggurat.scaleFloat[strip]
      let x = word >> 8 & 1 == 1 ? -size : size
      if mantissa < ziggurat.certainFloat[strip] { return x }

      if strip == 0 {
        while true {
          let beyond = -Ziggurat.inverseTailStartFloat * log1pf(-randomFloat())
          let bound = -log1pf(-randomFloat())
          if bound + bound > beyond * beyond {
            let x = Ziggurat.tailStartFloat + beyond
            return mantissa >> 8 & 1 == 1 ? -x : x
          }
        }
      }
      let (top, bottom) = (ziggurat.heightFloat[strip - 1], ziggurat.heightFloat[strip])
      // NumPy evaluates this exponential in double precision
      if Double((top - bottom) * randomFloat() + bottom) < exp(-0.5 * Double(x) * Double(x)) {
        return x
      }
    }
  }
}
