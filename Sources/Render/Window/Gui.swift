import CIDQLImGui
import IDQLRender
import IDQLTensors

/// Colours and helpers of the panels.
enum Gui {
  static let dim = rgba(0.62, 0.66, 0.72)
  static let bright = rgba(0.95, 0.96, 0.98)
  static let accent = rgba(0.50, 0.77, 0.97)
  static let good = rgba(0.45, 0.85, 0.50)
  static let bad = rgba(1.0, 0.45, 0.40)
  static let paper = rgba(0.15, 0.16, 0.19)
  static let grid = rgba(0.27, 0.29, 0.33)

  static func rgba(_ r: Float, _ g: Float, _ b: Float, _ a: Float = 1) -> UInt32 {
    func byte(_ x: Float) -> UInt32 { UInt32(max(0, min(255, (x * 255).rounded()))) }
    return byte(a) << 24 | byte(b) << 16 | byte(g) << 8 | byte(r)
  }

  /// Colour of a Q by its rank among the candidates, 0…1.
  static func q(_ rank: Float, _ opacity: Float = 1) -> UInt32 {
    let color = QColor.color(rank)
    // lighter, because the darkest colour is hardly visible on the panel
    let lifted = color * 0.85 + 0.15
    return rgba(lifted.x, lifted.y, lifted.z, opacity)
  }

  static func point(_ x: Float, _ y: Float) -> idql_gui_point { idql_gui_point(x: x, y: y) }

  static func title(_ text: String, _ detail: String = "") {
    idql_gui_text_colored(accent, text)
    if !detail.isEmpty {
      idql_gui_same_line(0)
      idql_gui_text_colored(dim, detail)
    }
  }

  /// A name and a value in two columns.
  static func row(_ name: String, _ value: String, at column: Float, color: UInt32 = bright) {
    idql_gui_text_colored(dim, name)
    idql_gui_same_line(column)
    idql_gui_text_colored(color, value)
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
