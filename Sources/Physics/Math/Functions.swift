#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `base` to the power `exponent`.
func raise(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func cotangent(_ angle: Double) -> Double { 1 / tan(angle) }
