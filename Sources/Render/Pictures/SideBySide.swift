/// Pictures of equal width beside each other, which fill a width.
package struct SideBySide: Equatable, Sendable {
  /// Of a picture, pixels.
  package let width: Int
  /// Between two of them, pixels.
  package let gap: Int
  /// Of each picture, from the left.
  package let starts: [Int]

  /// Least width of the gap, pixels.
  package static let leastGap = 4

  /// - Parameter count: one or two.
  package init(_ count: Int, in whole: Int) {
    guard count > 1 else {
      (width, gap, starts) = (whole, Self.leastGap, [0])
      return
    }
    let each = max(0, whole - Self.leastGap) / 2
    (width, gap) = (each, whole - 2 * each)
    starts = [0, each + gap]
  }
}
