import IDQLSpelling

/// An interval of a mean that holds at all times together: by betting where bounds were declared, else the asymptotic
/// one, of which the limit alone is known.
package struct AnytimeMean: Equatable, Sendable {
  /// How the interval is made, for a reader.
  package let method: String
  private var betting: BettingSequence?
  private var asymptotic = AsymptoticSequence()

  /// - Parameter bounds: of all values, declared before the first one is seen; nil without any.
  package init(bounds: Interval?) {
    betting = bounds.map { BettingSequence(bounds: $0.lower...$0.upper) }
    method =
      bounds.map {
        "betting sequence between \($0.lower.shortText) and \($0.upper.shortText)"
      } ?? "asymptotic sequence, which holds in the limit of many episodes only"
  }

  /// 95 %, after the values so far; nil before an asymptotic one says anything.
  package var interval: Interval? {
    guard let betting else { return asymptotic.interval }
    return betting.count > 0 ? betting.interval : nil
  }

  /// Takes the next value.
  ///
  /// - Throws: `EvaluationError.outOfBounds`.
  package mutating func add(_ value: Double) throws {
    if betting != nil { try betting?.add(value) } else { asymptotic.add(value) }
  }
}
