/// Number of a MuJoCo release, such as 3.12.0.
package struct MuJoCoRelease: Comparable, Hashable, Sendable, CustomStringConvertible {
  package let major, minor, patch: Int

  package init(_ major: Int, _ minor: Int, _ patch: Int) {
    (self.major, self.minor, self.patch) = (major, minor, patch)
  }

  /// From `3.12.0`; nil for any other text.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part -> Int? in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    guard parts.count == 3, numbers.count == 3 else { return nil }
    self.init(numbers[0], numbers[1], numbers[2])
    if description != text { return nil }
  }

  package var description: String { "\(major).\(minor).\(patch)" }

  package static func < (a: MuJoCoRelease, b: MuJoCoRelease) -> Bool {
    (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
  }

  /// Of every series whose rules are known, its last release.
  private static let lastOfSeries = [
    MuJoCoRelease(2, 1, 5), MuJoCoRelease(2, 2, 2), MuJoCoRelease(2, 3, 7), MuJoCoRelease(3, 0, 1),
    MuJoCoRelease(3, 1, 6), MuJoCoRelease(3, 2, 7), MuJoCoRelease(3, 3, 7), MuJoCoRelease(3, 4, 0),
    MuJoCoRelease(3, 5, 0), MuJoCoRelease(3, 6, 0), MuJoCoRelease(3, 7, 0), MuJoCoRelease(3, 8, 1),
    MuJoCoRelease(3, 9, 0), MuJoCoRelease(3, 10, 0), MuJoCoRelease(3, 11, 0),
    MuJoCoRelease(3, 12, 0), MuJoCoRelease(3, 13, 0), MuJoCoRelease(3, 14, 0),
    MuJoCoRelease(3, 15, 0), MuJoCoRelease(3, 16, 0), MuJoCoRelease(3, 17, 0),
    MuJoCoRelease(4, 0, 0),
  ]

  /// The first and the last release whose rules are known.
  package static let known = MuJoCoRelease(2, 1, 0)...MuJoCoRelease(4, 0, 0)

  /// Whether there is such a release, and its rules are known.
  package var isKnown: Bool {
    Self.lastOfSeries.contains { $0.major == major && $0.minor == minor && patch <= $0.patch }
  }
}
