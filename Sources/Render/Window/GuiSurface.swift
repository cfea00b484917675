import CIDQLImGui
import IDQLRender

/// Panels on the window: ImGui's canvas that was begun last.
struct GuiSurface: PanelSurface {
  let colors: PanelColors
  let scale: Float
  let lineHeight: Float

  @MainActor init(scale: Float) {
    colors = Gui.colors
    self.scale = scale
    // without the space between lines, which canvases have between them
    lineHeight = idql_gui_text_size(" ").y
  }

  func width(of text: String) -> Float { idql_gui_text_size(text).x }

  func fill(_ area: PanelArea, _ color: PanelColor, rounding: Float) {
    idql_gui_rectangle(
      Gui.point(area.x, area.y), Gui.point(area.right, area.bottom), Gui.packed(color), rounding,
      true)
  }

  func line(_ points: [PanelPoint], _ color: PanelColor, width: Float) {
    if points.count == 2 {
      idql_gui_line(Gui.point(points[0]), Gui.point(points[1]), Gui.packed(color), width)
    } else {
      idql_gui_polyline(points.map(Gui.point), points.count, Gui.packed(color), width)
    }
  }

  func disc(_ center: PanelPoint, radius: Float, _ color: PanelColor) {
    idql_gui_circle(Gui.point(center), radius, Gui.packed(color), true, 0)
  }

  func ring(_ center: PanelPoint, radius: Float, _ color: PanelColor, width: Float) {
    idql_gui_circle(Gui.point(center), radius, Gui.packed(color), false, width)
  }

  func write(_ text: String, at corner: PanelPoint, _ color: PanelColor, limit: Float) {
    idql_gui_write_within(Gui.point(corner), limit, Gui.packed(color), text)
  }
}
