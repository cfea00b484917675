import IDQLEnvs
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

extension MazePlan {
  /// A picture of the maze with the end point of every episode, to scale.
  ///
  /// - Parameter caption: below the name of the environment.
  /// - Throws: `FileError` with the path and the system's reason.
  package func writePlot(to path: String, caption: String) throws {
    try plot(caption: caption).write(to: path)
  }

  func plot(caption: String) -> SVG {
    let bounds = bounds
    let (across, up) = (bounds.upper.x - bounds.lower.x, bounds.upper.y - bounds.lower.y)
    let (margin, title, legend) = (24.0, 48.0, 44.0)
    let scale = 640 / max(across, up)
    let width = max(across * scale, 400) + 2 * margin
    var picture = SVG(width: width, height: up * scale + title + legend + 2 * margin)
    func x(_ place: MazePoint) -> Double { margin + (place.x - bounds.lower.x) * scale }
    func y(_ place: MazePoint) -> Double { margin + title + (bounds.upper.y - place.y) * scale }

    picture.words(
      id, x: margin, y: margin + 12, size: 18, style: "fill=\"#24313d\" font-weight=\"bold\"")
    picture.words(caption, x: margin, y: margin + 34, size: 13)
    let cell = layout.cellSize * scale
    for wall in layout.cells(.wall) {
      let center = layout.center(of: wall)
      picture.rectangle(
        x: x(center) - cell / 2, y: y(center) - cell / 2, width: cell, height: cell,
        style: "fill=\"#9ea8b5\"")
    }
    for area in goalAreas { drawGoal(area, in: &picture, x: x, y: y, scale: scale) }
    for label in labels {
      picture.words(
        label.text, x: x(label.place), y: y(label.place) + 5, size: 14, anchor: "middle",
        style: "fill=\"#3d8b5f\" font-weight=\"bold\"")
    }
    for end in ends { Self.draw(end, x: x(end.place), y: y(end.place), in: &picture) }
    drawLegend(in: &picture, x: margin, y: margin + title + up * scale + 26, scale: scale)
    return picture
  }

  /// The goal, and around it the region that counts as reached.
  private func drawGoal(
    _ area: MazeArea, in picture: inout SVG, x: (MazePoint) -> Double, y: (MazePoint) -> Double,
    scale: Double
  ) {
    let (lower, upper, reach) = (area.lower, area.upper, successRadius * scale)
    let (width, height) = ((upper.x - lower.x) * scale, (upper.y - lower.y) * scale)
    picture.rectangle(
      x: x(lower) - reach, y: y(upper) - reach, width: width + 2 * reach,
      height: height + 2 * reach, style: "rx=\"\(reach)\" fill=\"#3d8b5f\" fill-opacity=\"0.18\"")
    picture.rectangle(
      x: x(lower), y: y(upper), width: width, height: height,
      style: "fill=\"#3d8b5f\" fill-opacity=\"0.25\"")
  }

  private static func draw(_ end: End, x: Double, y: Double, in picture: inout SVG) {
    if end.isSuccess {
      picture.circle(x: x, y: y, radius: 3.5, style: "fill=\"#2f6fb3\" fill-opacity=\"0.75\"")
    } else {
      for slope in [-1.0, 1] {
        picture.path(
          [(x - 4, y - 4 * slope), (x + 4, y + 4 * slope)],
          style: "stroke=\"#c2452d\" stroke-width=\"2\" stroke-opacity=\"0.8\"")
      }
    }
  }

  private func drawLegend(in picture: inout SVG, x: Double, y: Double, scale: Double) {
    let nowhere = MazePoint(0, 0)
    Self.draw(End(place: nowhere, isSuccess: true), x: x + 5, y: y, in: &picture)
    picture.words("ended at the goal", x: x + 16, y: y + 4, size: 12)
    Self.draw(End(place: nowhere, isSuccess: false), x: x + 135, y: y, in: &picture)
    picture.words("elsewhere", x: x + 146, y: y + 4, size: 12)
    picture.circle(x: x + 228, y: y, radius: 6, style: "fill=\"#3d8b5f\" fill-opacity=\"0.25\"")
    let radius = successRadius.text(digits: 6)
    picture.words("within \(radius) m of a goal, to scale", x: x + 240, y: y + 4, size: 12)
  }
}
