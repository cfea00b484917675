import CIDQLImGui
import IDQLRender
import IDQLSpelling

extension Panels {
  /// Shift+F4: numbers that the user chose, over the episode. A click seeks to a frame.
  func drawPlots(_ available: Float) {
    let quantities = state.insight.quantities
    let names = quantities.entries.map(\.name).joined(separator: "\0") + "\0\0"
    for (place, index) in state.insight.plotted.enumerated() {
      var chosen = Int32(index)
      if idql_gui_combo("##quantity\(place)", &chosen, names, available) {
        state.insight.plotted[place] = Int(chosen)
      }
      drawSeries(
        quantities.values(of: quantities.entries[Int(chosen)].quantity, state.recording),
        "series\(place)", available)
    }
    if idql_gui_button("Save all (CSV)") { state.perform(.saveTable) }
  }

  private func drawSeries(_ values: [Float], _ label: String, _ available: Float) {
    let height = 56 * scale
    let corner = idql_gui_canvas(label, Gui.point(available, height))
    idql_gui_rectangle(
      corner, Gui.point(corner.x + available, corner.y + height), Gui.paper, 3 * scale, true)
    let recording = state.recording
    let finite = values.filter(\.isFinite)
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let range = "\(low.brief) to \(high.brief)"
    if high - low < 1e-6 { (low, high) = (low - 0.5, high + 0.5) }
    let limit = recording.frameLimit == nil ? recording.environment.spec.stepLimit : 0
    let count = Float(max(limit, values.count - 1, 1))
    func x(_ index: Int) -> Float { corner.x + Float(index) / count * available }
    func y(_ value: Float) -> Float {
      corner.y + height - 3 * scale - (value - low) / (high - low) * (height - 6 * scale)
    }
    // a line for each part without gaps
    for part in values.indices.split(whereSeparator: { !values[$0].isFinite }) {
      let points = part.map { Gui.point(x($0), y(values[$0])) }
      idql_gui_polyline(points, points.count, Gui.accent, 1.4 * scale)
    }
    let now = state.shownFrame - recording.firstFrame
    idql_gui_line(
      Gui.point(x(now), corner.y), Gui.point(x(now), corner.y + height), Gui.bright, 1.5 * scale)
    if idql_gui_is_held() {
      let share = (idql_gui_mouse().x - corner.x) / available
      state.seek(to: recording.firstFrame + Int((min(max(share, 0), 1) * count).rounded()))
    }
    let value = values.indices.contains(now) && values[now].isFinite ? values[now].brief : "none"
    idql_gui_text_colored(Gui.dim, "now \(value), in all \(range)")
  }
}
