#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Normal draws by the ziggurat method, in the two precisions that NumPy draws differently.
extension NumPyGenerator {
  /// Mean zero, variance one (NumPy `standard_normal()`).
  public mutating func standardNormal() -> Double {
    let strips = Ziggurat.strips
    while true {
      let word = nextUInt64()
      let index = UInt8(truncatingIfNeeded: word)
      let strip = strips[index]
      let mantissa = word >> 9 & 0x000f_ffff_ffff_ffff
      let size = Double(mantissa) * strip.scale
      // the sign bit by itself: half of all branches on it would be mispredicted
      let x = Double(bitPattern: size.bitPattern | (word >> 8 & 1) << 63)
      if mantissa < strip.certain { return x }  // in 99.3 % of the draws

      if index == 0 { return mantissa >> 8 & 1 == 1 ? -tail() : tail() }
      let drop = strips[index - 1].height - strip.height
      if drop * random() + strip.height < exp(-0.5 * x * x) { return x }
    }
  }

  /// Mean zero, variance one (NumPy `standard_normal(dtype=float32)`): other draws, not a rounded
  /// `standardNormal()`.
  public mutating func standardNormalFloat() -> Float {
    let strips = Ziggurat.stripsFloat
    while true {
      let word = nextUInt32()
      let index = UInt8(truncatingIfNeeded: word)
      let strip = strips[index]
      let mantissa = word >> 9
      let size = Float(mantissa) * strip.scale
      let x = Float(bitPattern: size.bitPattern | (word >> 8 & 1) << 31)
      if mantissa < strip.certain { return x }

      if index == 0 { return mantissa >> 8 & 1 == 1 ? -tailFloat() : tailFloat() }
      let drop = strips[index - 1].height - strip.height
      // NumPy evaluates this exponential in double precision
      let density = exp(-0.5 * Double(x) * Double(x))
      if Double(drop * randomFloat() + strip.height) < density { return x }
    }
  }

  /// A half normal beyond the last edge: Marsaglia, "Generating a Variable from the Tail of the
  /// Normal Distribution" (Technometrics 6(1), 1964).
  private mutating func tail() -> Double {
    while true {
      let beyond = -Ziggurat.inverseTailStart * log1p(-random())
      let bound = -log1p(-random())
      if bound + bound > beyond * beyond { return Ziggurat.tailStart + beyond }
    }
  }

  private mutating func tailFloat() -> Float {
    while true {
      let beyond = -Float(Ziggurat.inverseTailStart) * log1pf(-randomFloat())
      let bound = -log1pf(-randomFloat())
      if bound + bound > beyond * beyond { return Float(Ziggurat.tailStart) + beyond }
    }
  }
}
