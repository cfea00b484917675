/// Which stages a model needs at all.
package struct ModelTraits: Sendable {
  package let isDamped: Bool
  package let hasFluid: Bool
  package let hasQuaternions: Bool

  package init(_ model: Model) {
    isDamped = model.degreesOfFreedom.contains { $0.damping > 0 }
    hasFluid = model.options.fluidDensity > 0 || model.options.fluidViscosity > 0
    hasQuaternions = model.joints.contains { $0.kind == .ball || $0.kind == .free }
  }
}
