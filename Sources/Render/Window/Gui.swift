import CIDQLImGui
import IDQLRender
import IDQLTensors

/// Colours and helpers of the panels.
@MainActor
enum Gui {
  static var theme = WindowMemory.Theme.dark { didSet { colors = PanelColors(theme) } }
  private(set) static var colors = PanelColors(theme)

  static var dim: UInt32 { packed(colors.dim) }
  static var bright: UInt32 { packed(colors.bright) }
  static var accent: UInt32 { packed(colors.accent) }
  static var good: UInt32 { packed(colors.good) }
  static var bad: UInt32 { packed(colors.bad) }
  static var paper: UInt32 { packed(colors.paper) }
  static var message: UInt32 { packed(colors.message) }
  static var grid: UInt32 { packed(colors.grid) }

  static func rgba(_ r: Float, _ g: Float, _ b: Float, _ a: Float = 1) -> UInt32 {
    packed(PanelColor(r, g, b, a))
  }

  nonisolated static func packed(_ color: PanelColor) -> UInt32 {
    func byte(_ x: Float) -> UInt32 { UInt32(max(0, min(255, (x * 255).rounded()))) }
    return byte(color.w) << 24 | byte(color.z) << 16 | byte(color.y) << 8 | byte(color.x)
  }

  nonisolated static func point(_ x: Float, _ y: Float) -> idql_gui_point {
    idql_gui_point(x: x, y: y)
  }
  nonisolated static func point(_ point: PanelPoint) -> idql_gui_point {
    idql_gui_point(x: point.x, y: point.y)
  }

  /// An area for drawing, of that size, which takes mouse inputs.
  static func canvas(_ label: String, width: Float, height: Float) -> PanelArea {
    let corner = idql_gui_canvas(label, point(width, height))
    return PanelArea(x: corner.x, y: corner.y, width: width, height: height)
  }

  /// Explains the last item while the mouse is on it.
  static func tip(_ text: String, width: Float) {
    if idql_gui_is_hovered() { idql_gui_tooltip(text, width) }
  }

  /// A name and a value in two columns.
  static func row(_ name: String, _ value: String, at column: Float, color: UInt32 = bright) {
    idql_gui_text_colored(dim, name)
    idql_gui_same_line(column)
    idql_gui_text_wrapped(color, value, max(1, idql_gui_available_width()))
  }

  /// Text whose right end is at `right`.
  static func writeRight(_ text: String, right: Float, y: Float, color: UInt32) {
    idql_gui_write(point(right - idql_gui_text_size(text).x, y), color, text)
  }
}
