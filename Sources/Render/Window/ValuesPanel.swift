import CIDQLImGui
import IDQLRender

extension Panels {
  /// F11. A click seeks to a frame.
  func drawValues(_ place: idql_gui_point, _ size: idql_gui_point) {
    idql_gui_begin("values", place, size, 0.88)
    defer { idql_gui_end() }
    let trace = state.insight.values
    let recording = state.recording
    let limit = recording.frameLimit == nil ? recording.environment.spec.stepLimit : 0
    let panel = ValuesPanel(
      trace, count: max(limit, recording.lastFrame - trace.firstFrame), shown: state.shownFrame,
      colors: Gui.colors)
    var surface = GuiSurface(scale: scale)
    let gaps = 16 * scale + Float(panel.stripCount - 1) * 4 * scale
    let height = (size.y - gaps) / Float(panel.stripCount)
    for index in 0..<panel.stripCount {
      let area = Gui.canvas("strip\(index)", width: idql_gui_available_width(), height: height)
      panel.draw(index, in: area, on: &surface)
      guard idql_gui_is_held() else { continue }
      if let frame = panel.frame(atX: idql_gui_mouse().x, in: area, surface) {
        state.seek(to: frame)
      }
    }
  }
}
