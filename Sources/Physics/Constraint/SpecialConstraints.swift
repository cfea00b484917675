/// Constants of all that makes constraint rows besides limits of joints and contacts.
struct SpecialConstraints {
  /// Tendons, then joints that equalities take as such.
  private(set) var lengths: [LengthConstraint] = []
  private(set) var terms: [LengthTerm] = []
  private(set) var paths = TendonPaths()
  private(set) var jacobians: [Double] = []
  private(set) var equalities: [EqualityConstraint] = []
  private(set) var offsets: [Int] = []
  private(set) var frictions: [FrictionConstraint] = []
  /// Whether a row has degrees of freedom on several paths from the root.
  private(set) var couplesBranches = false

  init(_ model: Model, _ chains: inout RowChains) {
    let disabled = model.options.disabled
    for tendon in model.tendons { addLength(tendon, model, &chains) }
    if !disabled.contains(.equalities) {
      for equality in model.equalities where equality.isActive {
        add(equality, model, &chains)
      }
    }
    if !disabled.contains(.frictionLosses) { addFrictions(model, &chains) }
    // the rows of a tendon exist only where it has limits or friction, but that is not worth a branch
    couplesBranches =
      couplesBranches || lengths.contains { !chains.isPath($0.chain, $0.entryCount) }
      || equalities.contains { !chains.isPath($0.chain, $0.entryCount) }
  }

  private mutating func addLength(_ tendon: Tendon, _ model: Model, _ chains: inout RowChains) {
    lengths.append(LengthConstraint(tendon, model, &chains, &terms, &paths, &jacobians))
  }

  private mutating func add(_ equality: Equality, _ model: Model, _ chains: inout RowChains) {
    switch equality.kind {
    case .connect(let a, let b):
      equalities.append(
        EqualityConstraint(a, b, isWeld: false, torqueScale: 1, equality, model, &chains))
    case .weld(let a, let b, let scale):
      equalities.append(
        EqualityConstraint(a, b, isWeld: true, torqueScale: scale, equality, model, &chains))
    case .joints(let a, let b, let polynomial):
      addLength(Tendon(joint: a, model), model, &chains)
      let first = lengths.count - 1
      if let b { addLength(Tendon(joint: b, model), model, &chains) }
      equalities.append(
        EqualityConstraint(
          first, b == nil ? -1 : first + 1, polynomial, lengths, equality, model, &chains, &offsets)
      )
    case .tendons(let a, let b, let polynomial):
      equalities.append(
        EqualityConstraint(a, b ?? -1, polynomial, lengths, equality, model, &chains, &offsets))
    }
  }

  private mutating func addFrictions(_ model: Model, _ chains: inout RowChains) {
    for (index, dof) in model.degreesOfFreedom.enumerated() where dof.frictionLoss > 0 {
      let row = chains.row(of: [index])
      frictions.append(
        FrictionConstraint(
          limit: dof.frictionLoss,
          law: ConstraintLaw(model.joints[dof.joint].frictionSoftness, model.options),
          inverseWeight: dof.inverseWeight, length: -1, chain: row.start, depth: row.depth,
          entryCount: 1))
    }
    for (index, tendon) in model.tendons.enumerated() where tendon.frictionLoss > 0 {
      let length = lengths[index]
      if length.entryCount == 0 { continue }
      frictions.append(
        FrictionConstraint(
          limit: tendon.frictionLoss, law: ConstraintLaw(tendon.frictionSoftness, model.options),
          inverseWeight: length.inverseWeight, length: index, chain: length.chain,
          depth: length.depth, entryCount: length.entryCount))
    }
  }
}
