/// Where a number from outside (an option, a setting, a file) has to lie.
///
/// There are always two ends, so that what is computed from an accepted number cannot overflow. NaN is
/// never in between.
package struct Bounds<Number: Comparable & Sendable>: Equatable, Sendable {
  package let lower: Number
  package let upper: Number
  private let includesLower: Bool
  private let includesUpper: Bool

  private init(_ lower: Number, _ upper: Number, includesLower: Bool, includesUpper: Bool) {
    precondition(lower < upper || lower == upper && includesLower && includesUpper, "empty bounds")
    (self.lower, self.upper) = (lower, upper)
    (self.includesLower, self.includesUpper) = (includesLower, includesUpper)
  }

  /// From one number to another, both of them included.
  package init(_ lower: Number, _ upper: Number) {
    self.init(lower, upper, includesLower: true, includesUpper: true)
  }

  /// From `lower` up to, but not including, `upper`.
  package static func below(_ upper: Number, from lower: Number) -> Self {
    Self(lower, upper, includesLower: true, includesUpper: false)
  }

  /// Larger than `lower`, up to and including `upper`.
  package static func above(_ lower: Number, to upper: Number) -> Self {
    Self(lower, upper, includesLower: false, includesUpper: true)
  }

  /// Larger than `lower`, and smaller than `upper`.
  package static func between(_ lower: Number, _ upper: Number) -> Self {
    Self(lower, upper, includesLower: false, includesUpper: false)
  }

  package func contains(_ number: Number) -> Bool {
    (includesLower ? number >= lower : number > lower)
      && (includesUpper ? number <= upper : number < upper)
  }
}

extension Bounds: CustomStringConvertible {
  /// As in "it must be …": from 1 to 1024; above 0, at most 1000.
  package var description: String {
    let (low, high) = (Self.text(lower), Self.text(upper))
    return switch (includesLower, includesUpper) {
    case (true, true): "from \(low) to \(high)"
    case (true, false): "from \(low), below \(high)"
    case (false, true): "above \(low), at most \(high)"
    case (false, false): "above \(low), below \(high)"
    }
  }

  private static func text(_ number: Number) -> String {
    (number as? Double)?.shortText ?? "\(number)"
  }
}

/// A number from outside that is not where it has to be.
package struct OutOfBounds: Error, Equatable, CustomStringConvertible {
  package let found: String
  /// As `Bounds` say it.
  package let expected: String

  package init(found: String, expected: String) {
    self.found = found
    self.expected = expected
  }

  /// What it must be; whoever catches it says what was found, and where.
  package var description: String { "it must be \(expected)." }
}

extension Bounds {
  /// - Returns: the number.
  /// - Throws: `OutOfBounds`.
  @discardableResult
  package func require(_ number: Number) throws(OutOfBounds) -> Number {
    if contains(number) { return number }
    throw OutOfBounds(found: Self.text(number), expected: description)
  }
}

extension Bounds where Number: FixedWidthInteger {
  /// The whole number that a text is; large ones may be written as 1e6.
  ///
  /// - Throws: `OutOfBounds`.
  @Sendable package func number(in text: String) throws(OutOfBounds) -> Number {
    if let number = Number(text) ?? Double(text).flatMap(Number.init(exactly:)) {
      return try require(number)
    }
    throw OutOfBounds(found: text, expected: "a whole number \(self)")
  }
}

extension Bounds<Double> {
  /// The number that a text is.
  ///
  /// - Throws: `OutOfBounds`.
  @Sendable package func number(in text: String) throws(OutOfBounds) -> Double {
    if let number = Double(text), contains(number) { return number }
    throw OutOfBounds(found: text, expected: "a number \(self)")
  }
}

extension BinaryFloatingPoint {
  /// The largest whole number that is not above this one, moved into a range; NaN gives the range's
  /// lower end.
  package func wholeNumber(in range: ClosedRange<Int>) -> Int {
    let whole = rounded(.down)
    if !(whole > Self(range.lowerBound)) { return range.lowerBound }
    if whole >= Self(range.upperBound) { return range.upperBound }
    return Int(whole)
  }
}
