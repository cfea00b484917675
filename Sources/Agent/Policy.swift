import IDQLRandom

/// A mapping from observations to actions, independent of any simulator.
///
/// Rows of a batch are independent: row r of the result depends, to the bit, on row r of the input
/// and its own noise generator alone.
public protocol Policy: Sendable {
  /// Length of the observation the policy was trained on.
  var observationCount: Int { get }
  /// Length of an action.
  var actionCount: Int { get }

  /// What the policy is, for terminals and reports; by default its type's name and its sizes.
  var description: PolicyDescription { get }

  /// The policy as one that chooses among candidates, if it is one; by default nil.
  ///
  /// A policy that wraps another and acts as that one does returns that of the other.
  var deciding: (any DecidingPolicy)? { get }

  /// Whether the policy can act on observations of this length. Only policies that pad observations
  /// themselves accept lengths other than `observationCount`.
  func accepts(observationCount: Int) -> Bool

  /// The action for each row.
  ///
  /// - Parameters:
  ///   - observations: (rows, an accepted length), row-major.
  ///   - steps: length rows; how many actions each row's episode has already taken.
  ///   - noise: length rows; the stream of each row's episode, advanced by what is drawn.
  /// - Returns: (rows, actionCount), row-major, inside [-1, 1], or inside the bounds of the environment that
  ///   the policy learnt in.
  func actions(observations: [Double], steps: [Int], noise: inout [NumPyGenerator]) -> [Float]
}

extension Policy {
  /// The type's name and the sizes.
  public var description: PolicyDescription {
    PolicyDescription(
      kind: PolicyDescription.Kind(rawValue: "\(Self.self)"), observationCount: observationCount,
      actionCount: actionCount)
  }

  /// None.
  public var deciding: (any DecidingPolicy)? { nil }

  /// Only its own length.
  public func accepts(observationCount: Int) -> Bool { observationCount == self.observationCount }
}
