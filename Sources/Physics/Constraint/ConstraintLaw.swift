/// How strongly one constraint pushes back: MuJoCo's impedance and reference acceleration
/// (`getimpedance`, `mj_makeImpedance`, `mj_referenceConstraint`), prepared for one time step size.
struct ConstraintLaw {
  /// Reference acceleration is -damping · velocity - stiffness · impedance · violation.
  let stiffness: Double
  let damping: Double
  private let surface: Double
  private let deep: Double
  private let inverseWidth: Double
  private let midpoint: Double
  private let power: Double

  init(_ softness: ConstraintSoftness, timestep: Double) {
    func clampImpedance(_ d: Double) -> Double { max(0.0001, min(0.9999, d)) }
    surface = clampImpedance(softness.surfaceImpedance)
    deep = clampImpedance(softness.deepImpedance)
    inverseWidth = softness.width > 1e-15 ? 1 / softness.width : 0
    midpoint = clampImpedance(softness.midpoint)
    power = max(1, softness.power)

    // one positive and one negative number mean nothing: MuJoCo falls back to its default
    let isMixed = (softness.timeConstant > 0) != (softness.dampingRatio > 0)
    if softness.timeConstant > 0 || isMixed {
      // a time constant below two steps would make the spring unstable
      let time = max(isMixed ? 0.02 : softness.timeConstant, 2 * timestep)
      let ratio = isMixed ? 1 : softness.dampingRatio
      stiffness = 1 / max(1e-15, deep * deep * time * time * ratio * ratio)
      damping = 2 / max(1e-15, deep * time)
    } else {
      stiffness = -softness.timeConstant / (deep * deep)
      damping = -softness.dampingRatio / deep
    }
  }

  /// Impedance d in (0, 1) at a signed distance from where the constraint begins.
  @inline(__always)
  func impedance(at violation: Double) -> Double {
    if surface == deep || inverseWidth == 0 { return 0.5 * (surface + deep) }
    let x = abs(violation) * inverseWidth
    if x >= 1 { return deep }
    if x == 0 { return surface }
    return surface + shape(x) * (deep - surface)
  }

  /// Two power curves that meet at the midpoint, from (0, 0) to (1, 1).
  @inline(__always)
  private func shape(_ x: Double) -> Double {
    if power == 1 { return x }
    if power == 2 {
      return x <= midpoint ? x * x / midpoint : 1 - (1 - x) * (1 - x) / (1 - midpoint)
    }
    return x <= midpoint
      ? raise(x, power) / raise(midpoint, power - 1)
      : 1 - raise(1 - x, power) / raise(1 - midpoint, power - 1)
  }
}
