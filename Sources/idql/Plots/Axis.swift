import Foundation

/// An axis with two to six round ticks.
struct Axis {
  let ticks: [Double]
  /// Halves of the ends, because the whole length of an axis need not be finite.
  private let halfLow: Double
  private let halfHigh: Double

  /// - Parameters: finite numbers, `low` not above `high`.
  init(low: Double, high: Double) {
    // a single value gets an axis around it
    let halfSpan = max(high / 2 - low / 2, 0.01 * abs(high), 5e-10)
    let power = pow(10, (log10(halfSpan / 2)).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { halfSpan / $0 <= 2.5 } ?? 10 * power
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    // beyond the largest number there is none to be written
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }.filter(\.isFinite)
    halfLow = min(ticks.first ?? low, low) / 2
    halfHigh = max(ticks.last ?? high, high) / 2
  }

  /// 0 at the lowest tick, 1 at the highest.
  func place(of value: Double) -> Double {
    halfHigh > halfLow ? (value / 2 - halfLow) / (halfHigh - halfLow) : 0.5
  }
}
