import Foundation
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

/// A picture of shapes and words, as text (W3C, *Scalable Vector Graphics 1.1*). Lengths in pixels,
/// y points down.
package struct SVG {
  private let width: Double
  private let height: Double
  private var elements: [String] = []

  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// - Parameter style: attributes, written as they stand.
  package mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, style: String
  ) {
    elements.append(
      "<rect x=\"\(text(x))\" y=\"\(text(y))\" width=\"\(text(width))\""
        + " height=\"\(text(height))\" \(style)/>")
  }

  package mutating func circle(x: Double, y: Double, radius: Double, style: String) {
    elements.append("<circle cx=\"\(text(x))\" cy=\"\(text(y))\" r=\"\(text(radius))\" \(style)/>")
  }

  package mutating func path(_ points: [(x: Double, y: Double)], style: String) {
    let list = points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
    elements.append("<polyline points=\"\(list)\" fill=\"none\" \(style)/>")
  }

  /// Round dots as one element, each in few bytes.
  package mutating func dots(_ points: [(x: Double, y: Double)], style: String) {
    let list = points.map { "M\(text($0.x)) \(text($0.y))h0" }.joined()
    elements.append("<path d=\"\(list)\" fill=\"none\" stroke-linecap=\"round\" \(style)/>")
  }

  package mutating func area(_ points: [(x: Double, y: Double)], style: String) {
    let list = points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
    elements.append("<polygon points=\"\(list)\" \(style)/>")
  }

  /// - Parameter anchor: which end of the words stands at x: `start`, `middle` or `end`.
  package mutating func words(
    _ words: String, x: Double, y: Double, size: Double, anchor: String = "start",
    style: String = "fill=\"#24313d\""
  ) {
    elements.append(
      "<text x=\"\(text(x))\" y=\"\(text(y))\" font-size=\"\(text(size))\""
        + " text-anchor=\"\(anchor)\" \(style)>\(escaped(words))</text>")
  }

  /// A file of its own, on white.
  package var document: String {
    let background =
      "<rect x=\"0\" y=\"0\" width=\"\(text(width))\" height=\"\(text(height))\" fill=\"white\"/>"
    return svg(
      attributes: "xmlns=\"http://www.w3.org/2000/svg\" ", [background] + elements) + "\n"
  }

  /// As a part of an HTML page, on what is below it.
  package var element: String { svg(attributes: "", elements) }

  private func svg(attributes: String, _ elements: [String]) -> String {
    """
    <svg \(attributes)width="\(text(width))" height="\(text(height))" \
    viewBox="0 0 \(text(width)) \(text(height))" font-family="Helvetica, Arial, sans-serif">
    \(elements.joined(separator: "\n"))
    </svg>
    """
  }

  /// Writes the document, whole or not at all.
  ///
  /// - Throws: `FileError` with the path and the system's reason.
  package func write(to path: String) throws {
    try writeFileAtomically(document, to: path)
  }

  private func text(_ length: Double) -> String {
    length.rounded(decimals: 2).shortText
  }

  private func escaped(_ words: String) -> String {
    // XML has no spelling for most control characters
    words.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }
}
