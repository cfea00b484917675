import CIDQLImGui
import Foundation
import IDQLRender
import IDQLSpelling

extension Panels {
  /// F3: contacts, constraint rows and milliseconds of the last pictures.
  func drawProfile(_ available: Float) {
    let samples = state.profile.samples
    let strips: [(name: String, values: [Double], decimals: Int)] = [
      ("contacts", samples.map { Double($0.contacts) }, 0),
      ("constraint rows", samples.map { Double($0.rows) }, 0),
      ("recording and panels, ms", samples.map { 1000 * $0.work }, 1),
      ("drawing, ms", samples.map { 1000 * $0.drawing }, 1),
    ]
    for strip in strips {
      let highest = strip.values.max() ?? 0
      Gui.row(
        strip.name, (strip.values.last ?? 0).text(decimals: strip.decimals), at: 0.6 * available)
      idql_gui_same_line(0.78 * available)
      idql_gui_text_colored(Gui.dim, "max \(highest.text(decimals: strip.decimals))")
      let height = 26 * scale
      let corner = idql_gui_canvas(strip.name, Gui.point(available, height))
      idql_gui_rectangle(
        corner, Gui.point(corner.x + available, corner.y + height), Gui.paper, 3 * scale, true)
      let points = strip.values.enumerated().map { index, value in
        Gui.point(
          corner.x + Float(index) / Float(Profile.limit - 1) * available,
          corner.y + height - 3 * scale
            - Float(value / max(highest, 1e-9)) * (height - 6 * scale))
      }
      idql_gui_polyline(points, points.count, Gui.accent, 1.4 * scale)
    }
  }

  /// F4: the observation of the policy, a bar for each number; the one under the mouse with its
  /// name.
  func drawObservation(_ available: Float) {
    let values = state.recording.frame(state.shownFrame).observation
    guard !values.isEmpty else { return }
    let reach = max(values.map { abs($0) }.filter(\.isFinite).max() ?? 1, 1e-9)
    let height = 90 * scale
    let corner = idql_gui_canvas("observation", Gui.point(available, height))
    idql_gui_rectangle(
      corner, Gui.point(corner.x + available, corner.y + height), Gui.paper, 3 * scale, true)
    let step = available / Float(values.count)
    let pointed = idql_gui_is_hovered() ? Int((idql_gui_mouse().x - corner.x) / step) : nil
    let middle = corner.y + height / 2
    for (index, value) in values.enumerated() {
      let size = Float(value.isFinite ? value / reach : 0) * (height / 2 - 3 * scale)
      let (left, right) = (corner.x + Float(index) * step, corner.x + Float(index + 1) * step)
      let gap = min(1.5 * scale, 0.15 * step)
      idql_gui_rectangle(
        Gui.point(left + gap, min(middle, middle - size)),
        Gui.point(right - gap, max(middle, middle - size)),
        index == pointed ? Gui.bright : Gui.accent, 0, true)
    }
    idql_gui_line(Gui.point(corner.x, middle), Gui.point(corner.x + available, middle), Gui.grid, 1)
    let quantities = state.recording.environment.spec.observation
    let largest = values.indices.max { abs(values[$0]) < abs(values[$1]) } ?? 0
    let index = min(pointed ?? largest, values.count - 1)
    // the goal of a maze comes after the observation
    let isGoal = index >= quantities.count
    let name = isGoal ? "goal \(index - quantities.count)" : quantities[index].name
    idql_gui_text_colored(Gui.dim, name)
    idql_gui_text("\(values[index].text(decimals: 4)) \(isGoal ? "m" : quantities[index].unit)")
  }
}
