import IDQLRandom

/// Observation in, action out. Knows no simulator.
///
/// Rows of a batch never mix: row r of the answer follows, to the bit, from row r of the input and
/// its own noise stream, whatever else is in the batch.
public protocol Policy: Sendable {
  /// Length of the observation the policy was trained on.
  var observationCount: Int { get }
  /// Length of an action.
  var actionCount: Int { get }

  /// What the policy is, for people and reports; its type's name and its sizes unless it says more.
  var description: PolicyDescription { get }

  /// The policy as one that chooses among candidates, if it is one; nil unless it says so.
  ///
  /// A policy that wraps another and acts as that one does passes on the other's answer.
  var deciding: (any DecidingPolicy)? { get }

  /// Whether the policy can act on observations of this length. Only policies that fill up missing
  /// entries themselves accept any but `observationCount`.
  func accepts(observationCount: Int) -> Bool

  /// The action for each row.
  ///
  /// - Parameters:
  ///   - observations: (rows, an accepted length), row-major.
  ///   - steps: length rows; how many actions each row's episode has already taken.
  ///   - noise: length rows; the stream of each row's episode, advanced by what is drawn.
  /// - Returns: (rows, actionCount), row-major, inside [-1, 1].
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
