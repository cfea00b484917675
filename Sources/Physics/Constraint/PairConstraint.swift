/// Constants of the constraint rows of a pair's contacts.
package struct PairConstraint {
  package let law: ConstraintLaw
  package let dimension: Int
  package let margin: Double
  /// Infinite within one rigid body or between two that cannot move, which an explicit pair may
  /// have: their contacts are listed, but have no rows (MuJoCo `mjContact.exclude` 3).
  package let gap: Double
  package let friction: (Double, Double, Double, Double, Double)
  /// Deepest degree of freedom under each body, -1 if it cannot move.
  package let firstLeaf: Int
  package let secondLeaf: Int
  /// Bodies whose origins the axes of the two chains refer to.
  package let firstRoot: Int
  package let secondRoot: Int
  /// Estimate of the inverse inertia along the first row (MuJoCo `efc_diagApprox`).
  package let inverseWeight: Double
  /// From the first row's regularizer to that of all rows of the pyramid.
  package let regularizerScale: Double
  /// Whether the two bodies are on different branches, so that the contact couples entries that the
  /// tree layout does not have.
  package let couplesBranches: Bool
  /// Where the degrees of freedom of a row begin in `ModelPointers.rowChains`, and how many it has:
  /// those that move either body, in rising order.
  package let chain: Int
  package let entryCount: Int
  /// How many of them, the first ones, move both bodies. In a row the others follow for the body of
  /// the lower leaf, and then for that of the higher one.
  package let sharedCount: Int
  /// In each body's share of a row, entries between those that move both and the others.
  package let firstGap: Int
  package let secondGap: Int

  /// Sum of the inverse translation weights of both bodies.
  package let translationWeight: Double
  /// μ of the regularised elliptic cone (MuJoCo `mjContact.mu`).
  package let regularizedFriction: Double
  private let frictionImpedanceRatio: Double

  /// With an elliptic cone.
  package var ellipticRowCount: Int { dimension }

  /// From the regularizer of the normal to that of a direction of friction.
  func ellipticRegularizerScale(ofDirection index: Int) -> Double {
    let own =
      switch index {
      case 0: friction.0
      case 1: friction.1
      case 2: friction.2
      case 3: friction.3
      default: friction.4
      }
    return friction.0 * friction.0 / (own * own) / frictionImpedanceRatio
  }

  package var rowCount: Int { dimension == 1 ? 1 : 2 * (dimension - 1) }

  init(_ pair: ContactPair, _ model: Model, _ chains: inout RowChains) {
    let first = model.bodies[model.geoms[pair.first].body]
    let second = model.bodies[model.geoms[pair.second].body]
    law = ConstraintLaw(pair.softness, model.options)
    dimension = pair.dimension
    margin = pair.margin
    friction = pair.friction
    firstLeaf = first.lastMovingDegreeOfFreedom
    secondLeaf = second.lastMovingDegreeOfFreedom
    gap = first.weld == second.weld ? .infinity : pair.gap
    firstRoot = first.root
    secondRoot = second.root

    let weight = first.inverseTranslationWeight + second.inverseTranslationWeight
    let sliding = friction.0
    translationWeight = weight
    frictionImpedanceRatio = model.options.frictionImpedanceRatio
    regularizedFriction = sliding * (1 / frictionImpedanceRatio).squareRoot()
    inverseWeight = dimension == 1 ? weight : weight + sliding * sliding * weight
    regularizerScale =
      dimension == 1 ? 1 : 2 * sliding * sliding / model.options.frictionImpedanceRatio

    let row = chains.row(firstLeaf, secondLeaf)
    (chain, entryCount, sharedCount) = (row.start, row.count, row.sharedCount)
    couplesBranches = row.gap > 0
    firstGap = firstLeaf > secondLeaf ? row.gap : 0
    secondGap = secondLeaf > firstLeaf ? row.gap : 0
  }
}
