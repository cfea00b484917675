/// A number of twice the precision, about 32 digits: the sum of two (Dekker, *A floating-point
/// technique for extending the available precision*, 1971; Knuth, *The Art of Computer Programming*
/// 2, 4.2.2).
///
/// Computed by additions and multiplications of its parts only, so that results do not depend on
/// whether the processor has a fused multiply-add, and are equal in every lane.
struct PreciseReal {
  /// Nearest to the number.
  var high: Real
  /// The remainder, at most half a unit in the last place of `high`.
  var low: Real

  @inline(__always) init(_ value: Real) { self.init(high: value, low: .zero) }
  @inline(__always) init(high: Real, low: Real) { (self.high, self.low) = (high, low) }

  /// a + b of any sizes, exactly.
  @inline(__always) static func sum(_ a: Real, _ b: Real) -> PreciseReal {
    let sum = a + b
    let part = sum - a
    return PreciseReal(high: sum, low: (a - (sum - part)) + (b - part))
  }

  /// a · b, exactly below about 1e300.
  @inline(__always) static func product(_ a: Real, _ b: Real) -> PreciseReal {
    let product = a * b
    let (a1, a2) = halves(a)
    let (b1, b2) = halves(b)
    return PreciseReal(high: product, low: ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
  }

  /// The upper and the lower 26 bits.
  @inline(__always) private static func halves(_ a: Real) -> (Real, Real) {
    let scaled = 134_217_729 * a  // 2²⁷ + 1
    let upper = scaled - (scaled - a)
    return (upper, a - upper)
  }

  @inline(__always) static func + (a: PreciseReal, b: PreciseReal) -> PreciseReal {
    let high = sum(a.high, b.high)
    let low = sum(a.low, b.low)
    let partial = sum(high.high, high.low + low.high)
    return sum(partial.high, partial.low + low.low)
  }

  @inline(__always) static func - (a: PreciseReal, b: PreciseReal) -> PreciseReal {
    a + PreciseReal(high: -b.high, low: -b.low)
  }

  @inline(__always) static func * (a: PreciseReal, b: PreciseReal) -> PreciseReal {
    let product = product(a.high, b.high)
    return sum(product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  @inline(__always) static func * (a: PreciseReal, b: Real) -> PreciseReal {
    let product = product(a.high, b)
    return sum(product.high, product.low + a.low * b)
  }

  @inline(__always) static func / (a: PreciseReal, b: PreciseReal) -> PreciseReal {
    let first = a.high / b.high
    let rest = a - b * first
    let second = rest.high / b.high
    let third = (rest - b * second).high / b.high
    return sum(first, second) + PreciseReal(third)
  }

  @inline(__always) var isNegative: Mask { high < 0 || (high == 0 && low < 0) }
}

@inline(__always)
func select(_ condition: Mask, _ a: PreciseReal, _ b: PreciseReal) -> PreciseReal {
  PreciseReal(high: select(condition, a.high, b.high), low: select(condition, a.low, b.low))
}
