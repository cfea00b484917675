/// Constants of the rows of an equality.
package struct EqualityConstraint {
  package enum Kind { case connect, weld, lengths }

  package let kind: Kind
  package let law: ConstraintLaw
  // connect and weld: ends, and the estimates of inverse inertia along rows (MuJoCo `diagApprox`)
  package let first: End
  package let second: End
  package let translationWeight: Double
  package let rotationWeight: Double
  package let torqueScale: Double
  /// How many degrees of freedom, the first of a row, move both bodies.
  package let sharedCount: Int

  // lengths: the two, -1 for none; the sum of their inverse weights is `translationWeight`
  package let firstLength: Int
  package let secondLength: Int
  package let polynomial: Equality.Polynomial
  /// For each entry of a row, the offset of that of either length from the start of its Jacobian,
  /// -1 for none: `ModelPointers.rowOffsets` from here on, first all of the first, then all of the
  /// second.
  package let offsets: Int

  /// As of a `ConstraintRow`.
  package let chain: Int
  package let depth: Int
  package let entryCount: Int

  /// One of the two bodies.
  package struct End {
    package let body: Int
    package let root: Int
    /// Deepest degree of freedom under the body, -1 if it cannot move.
    package let leaf: Int
    /// Entries of the other body between those that both have and the rest of this one's.
    package let gap: Int
    package let isMoving: Bool
    package let position: Vector3
    package let orientation: Quaternion

    init(_ anchor: Equality.Anchor, _ model: Model, gap: Int) {
      let body = model.bodies[anchor.body]
      (self.body, root, leaf) = (anchor.body, body.root, body.lastMovingDegreeOfFreedom)
      (position, orientation) = (anchor.position, anchor.orientation)
      self.gap = gap
      isMoving = body.weld != 0
    }
  }

  package var rowCount: Int {
    switch kind {
    case .connect: 3
    case .weld: 6
    case .lengths: 1
    }
  }

  /// - Parameter isWeld: whether it keeps the axes too.
  init(
    _ a: Equality.Anchor, _ b: Equality.Anchor, isWeld: Bool, torqueScale: Double,
    _ equality: Equality, _ model: Model, _ chains: inout RowChains
  ) {
    let (one, other) = (model.bodies[a.body], model.bodies[b.body])
    let (low, high) = (one.lastMovingDegreeOfFreedom, other.lastMovingDegreeOfFreedom)
    let row = chains.row(low, high)
    (chain, depth, entryCount, sharedCount) = (row.start, 0, row.count, row.sharedCount)
    first = End(a, model, gap: low > high ? row.gap : 0)
    second = End(b, model, gap: high > low ? row.gap : 0)
    kind = isWeld ? .weld : .connect
    law = ConstraintLaw(equality.softness, model.options)
    translationWeight = one.inverseTranslationWeight + other.inverseTranslationWeight
    rotationWeight = one.inverseRotationWeight + other.inverseRotationWeight
    self.torqueScale = torqueScale
    (firstLength, secondLength, offsets) = (-1, -1, 0)
    polynomial = Equality.Polynomial(constant: 0, coefficients: .zero)
  }

  /// - Parameters:
  ///   - lengths: all, of which `a` and `b` are indices; `b` is -1 for none.
  ///   - offsets: appended to.
  init(
    _ a: Int, _ b: Int, _ polynomial: Equality.Polynomial, _ lengths: [LengthConstraint],
    _ equality: Equality, _ model: Model, _ chains: inout RowChains, _ offsets: inout [Int]
  ) {
    func dofs(_ index: Int) -> [Int] {
      if index < 0 { return [] }
      let length = lengths[index]
      return Array(chains.elements[length.chain..<length.chain + length.entryCount])
    }
    let (own, others) = (dofs(a), dofs(b))
    let row = chains.row(of: Set(own + others).sorted())
    let chain = chains.elements[row.start..<row.start + row.count]
    self.offsets = offsets.count
    offsets += chain.map { own.firstIndex(of: $0) ?? -1 }
    offsets += chain.map { others.firstIndex(of: $0) ?? -1 }
    (self.chain, depth, entryCount, sharedCount) = (row.start, row.depth, row.count, 0)
    (firstLength, secondLength, self.polynomial) = (a, b, polynomial)
    kind = .lengths
    law = ConstraintLaw(equality.softness, model.options)
    translationWeight = lengths[a].inverseWeight + (b < 0 ? 0 : lengths[b].inverseWeight)
    (rotationWeight, torqueScale) = (0, 1)
    let none = Equality.Anchor(body: 0, position: .zero, orientation: .identity)
    (first, second) = (End(none, model, gap: 0), End(none, model, gap: 0))
  }
}
