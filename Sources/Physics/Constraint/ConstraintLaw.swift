/// Parameters of a constraint's impedance and reference acceleration (MuJoCo `getimpedance`,
/// `mj_makeImpedance`, `mj_referenceConstraint`), for one size of the time step.
package struct ConstraintLaw {
  /// Reference acceleration is -damping · velocity - stiffness · impedance · violation.
  package let stiffness: Double
  package let damping: Double
  package let surface: Double
  package let deep: Double
  package let inverseWidth: Double
  package let midpoint: Double
  package let power: Double
  /// Scale factors with which the two power curves meet at the midpoint.
  package let lowerScale: Double
  package let upperScale: Double

  init(_ softness: ConstraintSoftness, _ options: ModelOptions) {
    func clampImpedance(_ d: Double) -> Double { max(0.0001, min(0.9999, d)) }
    surface = clampImpedance(softness.surfaceImpedance)
    deep = clampImpedance(softness.deepImpedance)
    inverseWidth = softness.width > 1e-15 ? 1 / softness.width : 0
    midpoint = clampImpedance(softness.midpoint)
    power = max(1, softness.power)
    lowerScale = raise(midpoint, power - 1)
    upperScale = raise(1 - midpoint, power - 1)

    // one positive and one negative number mean nothing: MuJoCo falls back to its default
    let isMixed = (softness.timeConstant > 0) != (softness.dampingRatio > 0)
    if softness.timeConstant > 0 || isMixed {
      // a time constant below two steps would make the spring unstable
      let floor = options.disabled.contains(.timeConstantFloor) ? 0 : 2 * options.timestep
      let time = max(isMixed ? 0.02 : softness.timeConstant, floor)
      let ratio = isMixed ? 1 : softness.dampingRatio
      stiffness = 1 / max(1e-15, deep * deep * time * time * ratio * ratio)
      damping = 2 / max(1e-15, deep * time)
    } else {
      stiffness = -softness.timeConstant / (deep * deep)
      damping = -softness.dampingRatio / deep
    }
  }
}
