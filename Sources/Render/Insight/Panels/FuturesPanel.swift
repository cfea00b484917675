import IDQLSpelling

/// The outcomes of the futures of the best candidates (F9), as a table; the chosen one has a ring.
package struct FuturesPanel {
  private let answer: Futures
  private let best: Float

  package init(_ answer: Futures) {
    self.answer = answer
    best = answer.futures.map(\.q).max() ?? 0
  }

  package static let title = "Futures"
  package static let detail = "of the best candidates"

  package var rowCount: Int { answer.futures.count }

  /// Where the columns begin, as shares of the width.
  private static let columns: (total: Float, note: Float) = (0.44, 0.66)

  /// What Q is in this table.
  package var explanation: String {
    answer.isAlike
      ? "The candidates' Q are so close to each other that they are shown less the best one."
      : "Q: the return that the critic expects after this action, discounted."
  }

  package func drawTitles(in area: PanelArea, on surface: inout some PanelSurface) {
    let color = surface.colors.dim
    let total = area.x + Self.columns.total * area.width
    surface.write(
      answer.isAlike ? "Q, best \(best.brief)" : "Q",
      at: PanelPoint(area.x + Self.indent(surface), area.y), color, limit: total)
    surface.write(
      "return of \(answer.futures.map { $0.states.count - 1 }.max() ?? 0)",
      at: PanelPoint(total, area.y), color, limit: area.right)
  }

  package func drawRow(_ row: Int, in area: PanelArea, on surface: inout some PanelSurface) {
    let colors = surface.colors
    let future = answer.futures[row]
    let size = surface.lineHeight * 0.55
    let middle = area.y + 0.5 * surface.lineHeight
    surface.fill(
      PanelArea(x: area.x + 2 * surface.scale, y: middle - size / 2, width: size, height: size),
      colors.q(answer.rank(of: future)), rounding: 2 * surface.scale)
    if future.isChosen {
      surface.ring(
        PanelPoint(area.x + 2 * surface.scale + size / 2, middle), radius: 0.75 * size,
        colors.bright, width: 1.6 * surface.scale)
    }
    let difference = future.q == best ? "best" : (future.q - best).brief
    let total = area.x + Self.columns.total * area.width
    let note = area.x + Self.columns.note * area.width
    surface.write(
      answer.isAlike ? difference : future.q.brief,
      at: PanelPoint(area.x + Self.indent(surface), area.y), colors.bright, limit: total)
    surface.write(
      future.totalReward.text(decimals: 2), at: PanelPoint(total, area.y), colors.bright,
      limit: note)
    surface.write(
      future.isTerminated
        ? "ends after \(future.states.count - 1)" : future.isChosen ? "chosen" : "",
      at: PanelPoint(note, area.y), future.isTerminated ? colors.bad : colors.bright,
      limit: area.right + 1)
  }

  private static func indent(_ surface: some PanelSurface) -> Float { 1.2 * surface.lineHeight }
}
