import IDQLSpelling

/// Pixels from the upper left corner; y points down.
package typealias PanelPoint = SIMD2<Float>
/// Red, green, blue and opacity, 0…1.
package typealias PanelColor = SIMD4<Float>

/// A rectangle, pixels.
package struct PanelArea: Equatable, Sendable {
  package var x, y, width, height: Float

  package init(x: Float, y: Float, width: Float, height: Float) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  package var right: Float { x + width }
  package var bottom: Float { y + height }

  /// Takes a rectangle off the top.
  package mutating func takeTop(_ height: Float) -> PanelArea {
    defer { (y, self.height) = (y + height, self.height - height) }
    return PanelArea(x: x, y: y, width: width, height: height)
  }

  package func inset(by margin: Float) -> PanelArea {
    PanelArea(
      x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
  }
}

/// What panels are drawn on: the window, or a picture. Lengths are in pixels.
package protocol PanelSurface {
  var colors: PanelColors { get }
  /// Pixels per unit of the layout.
  var scale: Float { get }
  var lineHeight: Float { get }

  func width(of text: String) -> Float
  mutating func fill(_ area: PanelArea, _ color: PanelColor, rounding: Float)
  mutating func line(_ points: [PanelPoint], _ color: PanelColor, width: Float)
  mutating func disc(_ center: PanelPoint, radius: Float, _ color: PanelColor)
  mutating func ring(_ center: PanelPoint, radius: Float, _ color: PanelColor, width: Float)
  /// Nothing of it is drawn to the right of `limit`.
  mutating func write(_ text: String, at corner: PanelPoint, _ color: PanelColor, limit: Float)
}

extension PanelSurface {
  mutating func line(
    _ start: PanelPoint, _ end: PanelPoint, _ color: PanelColor, width: Float
  ) { line([start, end], color, width: width) }

  mutating func write(
    _ text: String, rightAt right: Float, y: Float, _ color: PanelColor
  ) { write(text, at: PanelPoint(right - width(of: text), y), color, limit: right + 1) }
}

/// A number with what it means.
package struct PanelFact: Equatable, Sendable {
  package let text: String
  package let explanation: String
}

/// Colours of the panels.
package struct PanelColors: Equatable, Sendable {
  package let dim, bright, accent, good, bad, value, paper, ground, grid, message: PanelColor
  /// Between the smallest and the largest Q.
  package let band = PanelColor(0.35, 0.60, 0.78, 0.45)
  private let theme: WindowMemory.Theme

  package init(_ theme: WindowMemory.Theme) {
    func shade(_ dark: PanelColor, _ light: PanelColor) -> PanelColor {
      theme == .dark ? dark : light
    }
    self.theme = theme
    dim = shade(PanelColor(0.62, 0.66, 0.72, 1), PanelColor(0.36, 0.39, 0.44, 1))
    bright = shade(PanelColor(0.95, 0.96, 0.98, 1), PanelColor(0.08, 0.09, 0.11, 1))
    accent = shade(PanelColor(0.50, 0.77, 0.97, 1), PanelColor(0.07, 0.40, 0.68, 1))
    good = shade(PanelColor(0.45, 0.85, 0.50, 1), PanelColor(0.10, 0.50, 0.18, 1))
    bad = shade(PanelColor(1.0, 0.45, 0.40, 1), PanelColor(0.78, 0.13, 0.10, 1))
    value = shade(PanelColor(1.0, 0.82, 0.35, 1), PanelColor(0.62, 0.42, 0.02, 1))
    paper = shade(PanelColor(0.15, 0.16, 0.19, 1), PanelColor(0.86, 0.87, 0.89, 1))
    ground = shade(PanelColor(0.09, 0.10, 0.12, 1), PanelColor(0.96, 0.96, 0.97, 1))
    grid = shade(PanelColor(0.27, 0.29, 0.33, 1), PanelColor(0.70, 0.72, 0.76, 1))
    message = shade(PanelColor(0.09, 0.10, 0.12, 0.94), PanelColor(1, 1, 1, 0.94))
  }

  /// Colour of a Q by its rank among the candidates, 0…1.
  package func q(_ rank: Float, opacity: Float = 1) -> PanelColor {
    let color = QColor.color(rank)
    // lighter on a dark panel and darker on a light one, or one end of the colours is hardly seen
    return PanelColor(theme == .dark ? color * 0.85 + 0.15 : color * 0.82, opacity)
  }
}

extension PanelColor {
  package func opacity(_ share: Float) -> PanelColor { PanelColor(x, y, z, share) }
}

extension Float {
  /// With about four significant digits.
  package var brief: String {
    let size = abs(self)
    return text(decimals: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
  }
}
