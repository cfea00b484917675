import CIDQLImGui
import IDQLRender
import IDQLTensors

/// Colours and helpers of the panels.
@MainActor
enum Gui {
  static var theme = WindowMemory.Theme.dark

  static var dim: UInt32 { shade(rgba(0.62, 0.66, 0.72), rgba(0.36, 0.39, 0.44)) }
  static var bright: UInt32 { shade(rgba(0.95, 0.96, 0.98), rgba(0.08, 0.09, 0.11)) }
  static var accent: UInt32 { shade(rgba(0.50, 0.77, 0.97), rgba(0.07, 0.40, 0.68)) }
  static var good: UInt32 { shade(rgba(0.45, 0.85, 0.50), rgba(0.10, 0.50, 0.18)) }
  static var bad: UInt32 { shade(rgba(1.0, 0.45, 0.40), rgba(0.78, 0.13, 0.10)) }
  static var value: UInt32 { shade(rgba(1.0, 0.82, 0.35), rgba(0.62, 0.42, 0.02)) }
  static var paper: UInt32 { shade(rgba(0.15, 0.16, 0.19), rgba(0.86, 0.87, 0.89)) }
  static var message: UInt32 { shade(rgba(0.09, 0.10, 0.12, 0.94), rgba(1, 1, 1, 0.94)) }
  static var grid: UInt32 { shade(rgba(0.27, 0.29, 0.33), rgba(0.70, 0.72, 0.76)) }

  private static func shade(_ dark: UInt32, _ light: UInt32) -> UInt32 {
    theme == .dark ? dark : light
  }

  static func rgba(_ r: Float, _ g: Float, _ b: Float, _ a: Float = 1) -> UInt32 {
    func byte(_ x: Float) -> UInt32 { UInt32(max(0, min(255, (x * 255).rounded()))) }
    return byte(a) << 24 | byte(b) << 16 | byte(g) << 8 | byte(r)
  }

  /// Colour of a Q by its rank among the candidates, 0…1.
  static func q(_ rank: Float, _ opacity: Float = 1) -> UInt32 {
    let color = QColor.color(rank)
    // lighter on a dark panel and darker on a light one, or one end of the colours is hardly seen
    let lifted = theme == .dark ? color * 0.85 + 0.15 : color * 0.82
    return rgba(lifted.x, lifted.y, lifted.z, opacity)
  }

  static func point(_ x: Float, _ y: Float) -> idql_gui_point { idql_gui_point(x: x, y: y) }

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

extension Float {
  /// With about four significant digits.
  var brief: String {
    let size = abs(self)
    return text(decimals: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
  }
}
