import Foundation
import IDQLEvaluation
import IDQLSpelling

/// The returns of every episode in one environment, a row for each cell: dots, the middle half and median, and the
/// mean with its interval.
struct ReturnsPlot {
  var environment: String
  var rows: [Row] = []

  struct Row {
    var name: String
    var report: Report
    /// Number in the page of each episode that can be watched, by its index.
    var watched: [Int: Int] = [:]
  }

  /// Dots of more episodes are one band of ink.
  private static let dotLimit = 4000
  private static let (labelWidth, plotWidth, rowHeight, margin) = (230.0, 560.0, 34.0, 16.0)

  /// Nil if no episode has a return.
  var picture: SVG? {
    let all = rows.flatMap { $0.report.episodes.compactMap(\.totalReward) }
    guard let low = all.min(), let high = all.max() else { return nil }
    let axis = Axis(low: low, high: high)
    let height = Double(rows.count) * Self.rowHeight
    var picture = SVG(
      width: Self.labelWidth + Self.plotWidth + 2 * Self.margin, height: height + 58)
    func x(_ value: Double) -> Double {
      Self.labelWidth + Self.margin + Self.plotWidth * axis.place(of: value)
    }
    picture.words(
      environment, x: 0, y: 14, size: 14, style: "fill=\"#24313d\" font-weight=\"bold\"")
    for tick in axis.ticks {
      picture.path([(x(tick), 22), (x(tick), height + 26)], style: "stroke=\"#e3e6ea\"")
      picture.words(
        tick.text(digits: 5), x: x(tick), y: height + 42, size: 11, anchor: "middle")
    }
    for (index, row) in rows.enumerated() {
      let middle = 26 + (Double(index) + 0.5) * Self.rowHeight
      picture.words(Self.shortened(row.name), x: 0, y: middle + 4, size: 12)
      draw(row, in: &picture, y: middle, x: x, hasDots: all.count <= Self.dotLimit)
    }
    return picture
  }

  private func draw(
    _ row: Row, in picture: inout SVG, y: Double, x: (Double) -> Double, hasDots: Bool
  ) {
    let returns = row.report.episodes.compactMap(\.totalReward).sorted()
    guard let first = returns.first, let last = returns.last else { return }
    func quantile(_ share: Double) -> Double {
      returns[(share * Double(returns.count - 1)).rounded().wholeNumber(in: 0...returns.count - 1)]
    }
    picture.path([(x(first), y), (x(last), y)], style: "stroke=\"#9ea8b5\"")
    let (lower, upper) = (x(quantile(0.25)), x(quantile(0.75)))
    picture.rectangle(
      x: lower, y: y - 8, width: max(upper - lower, 1), height: 16,
      style: "fill=\"#2f6fb3\" fill-opacity=\"0.18\"")
    if hasDots {
      // spread over the row by the golden ratio, so that equal returns stay apart
      let dots = row.report.episodes.compactMap { episode in
        episode.totalReward.map { total in
          let spread = (Double(episode.index) * 0.6180339887).truncatingRemainder(dividingBy: 1)
          return (x(total), y + 16 * (spread - 0.5))
        }
      }
      picture.dots(dots, style: "stroke=\"#2f6fb3\" stroke-width=\"3.4\" stroke-opacity=\"0.55\"")
      for (episode, dot) in zip(row.report.episodes.filter { $0.totalReward != nil }, dots) {
        guard let number = row.watched[episode.index] else { continue }
        picture.circle(
          x: dot.0, y: dot.1, radius: 4.5,
          style:
            "fill=\"#c2452d\" data-watch=\"\(number)\" tabindex=\"0\" role=\"button\" aria-label=\"watch episode \(episode.index)\""
        )
      }
    }
    let median = x(quantile(0.5))
    picture.path(
      [(median, y - 8), (median, y + 8)], style: "stroke=\"#24313d\" stroke-width=\"1.6\"")
    guard let statistics = row.report.summary.returns else { return }
    let mean = x(statistics.mean)
    if let interval = statistics.meanInterval?.interval {
      picture.path(
        [(x(interval.lower), y + 13), (x(interval.upper), y + 13)],
        style: "stroke=\"#3d8b5f\" stroke-width=\"3\"")
    }
    picture.circle(x: mean, y: y + 13, radius: 3.2, style: "fill=\"#3d8b5f\"")
  }

  /// What fits beside a row; the end of a path says more than its beginning.
  private static func shortened(_ name: String) -> String {
    name.count > 34 ? "…" + name.suffix(33) : name
  }
}
