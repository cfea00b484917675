/// When the window draws its next picture: as often as the display while something moves, and
/// otherwise only when an input comes.
package struct Pacing: Equatable, Sendable {
  /// Pictures until panels have their final sizes after a change, and are drawn at them.
  package static let settling = 5

  private var owed = settling

  package init() {}

  /// An input came, or the window has to be drawn again.
  package mutating func noteChange() { owed = Self.settling }

  package mutating func noteDrawn() { owed = max(0, owed - 1) }

  /// How long to wait for an input before the next picture, s.
  package func patience(of state: ViewerState) -> Double { owed > 0 ? 0 : state.stillTime }
}

/// How many pictures were drawn in the last second.
package struct PictureRate: Equatable, Sendable {
  private var times: [Double] = []

  package init() {}

  package mutating func add(at time: Double) {
    times.append(time)
    times.removeAll { $0 <= time - 1 }
  }

  /// Pictures per second; nil until there were two within a second.
  package var perSecond: Double? {
    guard let first = times.first, let last = times.last, last > first else { return nil }
    return Double(times.count - 1) / (last - first)
  }
}
