/// A tendon for the kernels, or a single joint as one.
package struct LengthConstraint {
  /// Its terms in `ModelPointers.lengthTerms`, of a fixed tendon.
  package let firstTerm: Int
  package let termCount: Int
  /// Its steps in `ModelPointers.pathSteps`, of a spatial tendon.
  package let firstStep: Int
  package let stepCount: Int
  /// Where its Jacobian starts in `Workspace.lengthJacobians`, and how many entries it has.
  package let jacobian: Int
  package let entryCount: Int
  /// As of a `ConstraintRow`.
  package let chain: Int
  package let depth: Int

  package let stiffness: Double
  package let damping: Double
  package let armature: Double
  package let springLower: Double
  package let springUpper: Double
  package let isLimited: Bool
  package let lower: Double
  package let upper: Double
  package let margin: Double
  package let limitLaw: ConstraintLaw
  package let inverseWeight: Double
  package let initialLength: Double
  package let actuatorForceRange: ClosedRange<Double>

  /// - Parameters:
  ///   - terms: appended to.
  ///   - paths: appended to.
  ///   - jacobians: appended to.
  init(
    _ tendon: Tendon, _ model: Model, _ chains: inout RowChains, _ terms: inout [LengthTerm],
    _ paths: inout TendonPaths, _ jacobians: inout [Double]
  ) {
    let disabled = model.options.disabled
    firstTerm = terms.count
    for case .joint(let joint, let coefficient) in tendon.path {
      terms.append(
        LengthTerm(position: model.joints[joint].firstPosition, coefficient: coefficient))
    }
    termCount = terms.count - firstTerm

    let row = chains.row(of: model.degreesOfFreedom(changing: tendon))
    (chain, depth, entryCount) = (row.start, row.depth, row.count)
    jacobian = jacobians.count
    let dofs = chains.elements[row.start..<row.start + row.count]
    var coefficients: [Int: Double] = [:]
    for case .joint(let joint, let coefficient) in tendon.path {
      coefficients[model.joints[joint].firstDegreeOfFreedom, default: 0] += coefficient
    }
    jacobians += dofs.map { coefficients[$0] ?? 0 }
    firstStep = paths.steps.count
    if tendon.isSpatial {
      paths.add(
        tendon, model,
        entryOfDof: Dictionary(uniqueKeysWithValues: zip(dofs, 0..<row.count)))
    }
    stepCount = paths.steps.count - firstStep

    stiffness = disabled.contains(.springs) ? 0 : tendon.stiffness
    damping = disabled.contains(.dampers) ? 0 : tendon.damping
    springLower = tendon.springRange.lowerBound
    springUpper = tendon.springRange.upperBound
    armature = tendon.armature
    // what no joint moves has no constraints
    isLimited = tendon.isLimited && !disabled.contains(.limits) && row.count > 0
    (lower, upper, margin) = (tendon.lower, tendon.upper, tendon.margin)
    limitLaw = ConstraintLaw(tendon.limitSoftness, model.options)
    inverseWeight = tendon.inverseWeight
    initialLength = tendon.initialLength
    actuatorForceRange = tendon.actuatorForceRange
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
