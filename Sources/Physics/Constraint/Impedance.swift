extension ConstraintLaw {
  /// Impedance d in (0, 1) at a signed distance from where the constraint begins.
  @inline(__always)
  func impedance(at violation: Real) -> Real {
    if surface == deep || inverseWidth == 0 { return Real(0.5 * (surface + deep)) }
    let x = abs(violation) * inverseWidth
    return select(
      x >= 1, Real(deep),
      select(x == 0, Real(surface), surface + shape(x) * (deep - surface)))
  }

  /// Two power curves that meet at the midpoint, from (0, 0) to (1, 1).
  @inline(__always)
  private func shape(_ x: Real) -> Real {
    if power == 1 { return x }
    if power == 2 {
      return select(
        x <= midpoint, x * x / midpoint, 1 - (1 - x) * (1 - x) / (1 - midpoint))
    }
    return select(
      x <= midpoint, raise(x, power) / lowerScale,
      1 - raise(1 - x, power) / upperScale)
  }
}
