/// A tendon for the kernels, or a single joint as one.
package struct LengthConstraint {
  /// Its terms in `ModelPointers.lengthTerms`.
  package let firstTerm: Int
  package let termCount: Int
  /// Where its Jacobian starts in `Workspace.lengthJacobians`, and how many entries it has.
  package let jacobian: Int
  package let entryCount: Int
  /// As of a `ConstraintRow`.
  package let chain: Int
  package let depth: Int

  package let stiffness: Double
  package let damping: Double
  package let springLower: Double
  package let springUpper: Double
  package let isLimited: Bool
  package let lower: Double
  package let upper: Double
  package let margin: Double
  package let limitLaw: ConstraintLaw
  package let inverseWeight: Double
  package let initialLength: Double

  /// - Parameters:
  ///   - terms: appended to.
  ///   - jacobians: appended to.
  init(
    _ tendon: Tendon, _ model: Model, _ chains: inout RowChains, _ terms: inout [LengthTerm],
    _ jacobians: inout [Double]
  ) {
    let disabled = model.options.disabled
    firstTerm = terms.count
    for case .joint(let joint, let coefficient) in tendon.path {
      terms.append(
        LengthTerm(position: model.joints[joint].firstPosition, coefficient: coefficient))
    }
    termCount = terms.count - firstTerm

    let entries = tendon.fixedJacobian(model.joints)
    let row = chains.row(of: entries.map(\.dof))
    (chain, depth, entryCount) = (row.start, row.depth, row.count)
    jacobian = jacobians.count
    let byDof = Dictionary(uniqueKeysWithValues: entries.map { ($0.dof, $0.entry) })
    jacobians += chains.elements[row.start..<row.start + row.count].map { byDof[$0] ?? 0 }

    stiffness = disabled.contains(.springs) ? 0 : tendon.stiffness
    damping = disabled.contains(.dampers) ? 0 : tendon.damping
    springLower = tendon.springRange.lowerBound
    springUpper = tendon.springRange.upperBound
    isLimited = tendon.isLimited && !disabled.contains(.limits)
    (lower, upper, margin) = (tendon.lower, tendon.upper, tendon.margin)
    limitLaw = ConstraintLaw(tendon.limitSoftness, model.options)
    inverseWeight = tendon.inverseWeight
    initialLength = tendon.initialLength
  }
}

extension Tendon {
  /// The position of a hinge or slide, as a length.
  init(joint index: Int, _ model: Model) {
    let joint = model.joints[index]
    self.init(
      path: [.joint(index, coefficient: 1)], isLimited: false, lower: 0, upper: 0, margin: 0,
      limitSoftness: ConstraintSoftness(), stiffness: 0, damping: 0, springRange: 0...0,
      isRelaxedAtSpringPosition: false, frictionLoss: 0, frictionSoftness: ConstraintSoftness(),
      initialLength: model.initialPosition[joint.firstPosition],
      inverseWeight: model.degreesOfFreedom[joint.firstDegreeOfFreedom].inverseWeight)
  }
}

/// A position times a coefficient.
package struct LengthTerm {
  package let position: Int
  package let coefficient: Double
}

/// Dry friction of a degree of freedom or of a tendon.
package struct FrictionConstraint {
  /// Greatest force.
  package let limit: Double
  package let law: ConstraintLaw
  package let inverseWeight: Double
  /// Index of the tendon; -1 for a degree of freedom, whose Jacobian is 1.
  package let length: Int
  package let chain: Int
  package let depth: Int
  package let entryCount: Int
}
