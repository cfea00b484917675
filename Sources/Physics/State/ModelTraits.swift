/// Which stages a model needs at all.
package struct ModelTraits: Sendable {
  /// Whether Euler's method has damping to be implicit in.
  package let isDamped: Bool
  package let hasFluid: Bool
  package let hasQuaternions: Bool

  package init(_ model: Model) {
    let options = model.options
    isDamped =
      options.disabled.isDisjoint(with: [.implicitDamping, .dampers])
      && model.degreesOfFreedom.contains { $0.damping > 0 }
    // without springs and dampers MuJoCo has no passive forces at all
    hasFluid =
      (options.fluidDensity > 0 || options.fluidViscosity > 0)
      && !options.disabled.isSuperset(of: [.springs, .dampers])
    hasQuaternions = model.joints.contains { $0.kind == .ball || $0.kind == .free }
  }
}
