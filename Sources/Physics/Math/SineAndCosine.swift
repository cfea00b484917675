/// Sine and cosine of an angle [rad], to about one unit in the last place, the same bits on every
/// machine: the C library picks its version by the processor, and versions differ in the last bit,
/// which a trajectory through contacts would amplify.
///
/// Subtracts the nearest multiple of π/2 in two parts (Cody and Waite 1980), then evaluates the
/// minimax polynomials of fdlibm's `k_sin.c` and `k_cos.c` (Sun Microsystems 1993). Angles beyond
/// 10⁵ rad go to the C library, which reduces them exactly.
@inlinable @inline(__always)
package func sineAndCosine(_ angle: Real) -> (sine: Real, cosine: Real) {
  // also for NaN
  guard everyLane(abs(angle) <= 1e5) else { return sineAndCosineOfAny(angle) }

  // adding and subtracting 1.5 · 2⁵² rounds to an integer, which is left in the low bits
  let shifted = angle * 0.636_619_772_367_581_343_08 + 0x1.8p52
  let quarters = shifted - 0x1.8p52
  let x = (angle - quarters * 0x1.921fb544p0) - quarters * 0x1.0b4611a626331p-34
  let z = x * x

  let sineTail =
    8.333_333_333_322_489_461_24e-03 + z
    * (-1.984_126_982_985_794_931_34e-04 + z
      * (2.755_731_370_707_006_767_89e-06 + z
        * (-2.505_076_025_340_686_341_95e-08 + z * 1.589_690_995_211_550_102_21e-10)))
  let sine = x + (z * x) * (-1.666_666_666_666_663_243_48e-01 + z * sineTail)

  let cosineTail =
    4.166_666_666_666_660_190_37e-02 + z
    * (-1.388_888_888_887_410_957_49e-03 + z
      * (2.480_158_728_947_672_941_78e-05 + z
        * (-2.755_731_435_139_066_330_35e-07 + z
          * (2.087_572_321_298_174_827_90e-09 + z * -1.135_964_755_778_819_482_65e-11))))
  let half = 0.5 * z
  let high = 1 - half
  let cosine = high + (((1 - high) - half) + z * (z * cosineTail))

  // each quarter turn: (s, c) → (c, -s)
  let isOdd = hasBit(1, of: shifted)
  let isSecondHalf = hasBit(2, of: shifted)
  let s = select(isOdd, cosine, sine)
  let c = select(isOdd, sine, cosine)
  return (
    select(isSecondHalf, -s, s),
    select(isOdd != isSecondHalf, -c, c)
  )
}

/// The nearest whole number of one below 2⁵¹, the even one of two.
@inlinable @inline(__always)
package func nearestInteger(_ x: Real) -> Real {
  // the sum has no bits left for a fraction
  let shifted = x + 0x1.8p52
  return shifted - 0x1.8p52
}
