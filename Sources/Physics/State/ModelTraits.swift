/// Which stages a model needs at all.
package struct ModelTraits: Sendable {
  /// Whether Euler's method has damping to be implicit in.
  package let isDamped: Bool
  package let hasFluid: Bool
  package let compensatesGravity: Bool
  /// Whether there are passive forces besides springs and dampers.
  package var hasRarePassiveForces: Bool { hasFluid || compensatesGravity }
  package let hasQuaternions: Bool

  package init(_ model: Model) {
    let options = model.options
    isDamped =
      options.disabled.isDisjoint(with: [.implicitDamping, .dampers])
      && model.degreesOfFreedom.contains { $0.damping > 0 }
    // without springs and dampers MuJoCo has no passive forces at all
    let hasPassiveForces = !options.disabled.isSuperset(of: [.springs, .dampers])
    hasFluid = (options.fluidDensity > 0 || options.fluidViscosity > 0) && hasPassiveForces
    compensatesGravity =
      model.bodies.contains { $0.gravityCompensation != 0 } && hasPassiveForces
    hasQuaternions = model.joints.contains { $0.kind == .ball || $0.kind == .free }
  }
}
