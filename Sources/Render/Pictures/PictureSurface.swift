/// Panels on a picture, with smooth edges. Nothing depends on the machine: every pixel is blended by the share of it
/// that is covered.
struct PictureSurface: PanelSurface {
  private(set) var picture: Picture
  let colors = PanelColors(.dark)
  let scale: Float
  /// A whole number.
  let lineHeight: Float

  /// Beyond every picture, pixels.
  private static let farthest = 1 << 30

  init(_ picture: Picture, scale: Float, lineHeight: Int) {
    (self.picture, self.scale, self.lineHeight) = (picture, scale, Float(lineHeight))
  }

  func width(of text: String) -> Float {
    Float(text.count * Picture.letterWidth(ofHeight: Int(lineHeight)))
  }

  mutating func write(_ text: String, at corner: PanelPoint, _ color: PanelColor, limit: Float) {
    let near = -Self.farthest...Self.farthest
    picture.write(
      text, x: corner.x.rounded().wholeNumber(in: near),
      y: corner.y.rounded().wholeNumber(in: near), height: Int(lineHeight),
      color: 255 * SIMD3(Double(color.x), Double(color.y), Double(color.z)),
      limit: limit.wholeNumber(in: near))
  }

  mutating func fill(_ area: PanelArea, _ color: PanelColor, rounding: Float) {
    let half = 0.5 * PanelPoint(area.width, area.height)
    guard half.min() > 0 else { return }
    let center = PanelPoint(area.x, area.y) + half
    let radius = min(rounding, half.min())
    blend(area, color) { point in
      let offset = point - center
      let outside = pointwiseMax(offset, -offset) - half + radius
      return pointwiseMax(outside, .zero).length + min(outside.max(), 0) - radius
    }
  }

  mutating func disc(_ center: PanelPoint, radius: Float, _ color: PanelColor) {
    blend(Self.box(around: [center], reach: radius), color) { ($0 - center).length - radius }
  }

  mutating func ring(_ center: PanelPoint, radius: Float, _ color: PanelColor, width: Float) {
    blend(Self.box(around: [center], reach: radius + width), color) {
      abs(($0 - center).length - radius) - width / 2
    }
  }

  /// Each pixel is blended once, also where parts of the line meet.
  mutating func line(_ points: [PanelPoint], _ color: PanelColor, width: Float) {
    guard points.count > 1 else { return }
    // thinner lines are fainter
    let drawn = max(width, 1)
    let box = pixels(of: Self.box(around: points, reach: drawn))
    guard !box.rows.isEmpty, !box.columns.isEmpty else { return }
    var covered = [UInt8](repeating: 0, count: box.rows.count * box.columns.count)
    for (start, end) in zip(points, points.dropFirst()) {
      let way = end - start
      let square = (way * way).sum()
      let part = pixels(of: Self.box(around: [start, end], reach: drawn))
      for row in part.rows {
        for column in part.columns {
          let offset = PanelPoint(Float(column) + 0.5, Float(row) + 0.5) - start
          let share = square > 0 ? min(max((offset * way).sum() / square, 0), 1) : 0
          let cover = Self.share(coveredAt: (offset - share * way).length - drawn / 2)
          let index =
            (row - box.rows.lowerBound) * box.columns.count + column - box.columns.lowerBound
          covered[index] = max(covered[index], UInt8(255 * cover))
        }
      }
    }
    let opacity = color.w * min(width, 1)
    for row in box.rows {
      for column in box.columns {
        let index =
          (row - box.rows.lowerBound) * box.columns.count + column - box.columns.lowerBound
        guard covered[index] > 0 else { continue }
        blend(row, column, color, opacity * Float(covered[index]) / 255)
      }
    }
  }

  // MARK: Pixels

  /// - Parameter distance: of the middle of a pixel from an edge, negative inside.
  private static func share(coveredAt distance: Float) -> Float {
    min(max(0.5 - distance, 0), 1)
  }

  private static func box(around points: [PanelPoint], reach: Float) -> PanelArea {
    let low = points.reduce(points[0], pointwiseMin)
    let high = points.reduce(points[0], pointwiseMax)
    return PanelArea(
      x: low.x - reach, y: low.y - reach, width: high.x - low.x + 2 * reach,
      height: high.y - low.y + 2 * reach)
  }

  /// Those of the picture that an area touches, with a border of one.
  private func pixels(of area: PanelArea) -> (rows: Range<Int>, columns: Range<Int>) {
    func range(_ from: Float, _ to: Float, _ count: Int) -> Range<Int> {
      let low = (from - 1).wholeNumber(in: 0...count)
      return low..<max(low, (to + 2).wholeNumber(in: 0...count))
    }
    return (
      range(area.y, area.bottom, picture.height), range(area.x, area.right, picture.width)
    )
  }

  /// - Parameter distance: of a point from the edge of a shape, negative inside.
  private mutating func blend(
    _ area: PanelArea, _ color: PanelColor, _ distance: (PanelPoint) -> Float
  ) {
    let (rows, columns) = pixels(of: area)
    for row in rows {
      for column in columns {
        let cover = Self.share(
          coveredAt: distance(PanelPoint(Float(column) + 0.5, Float(row) + 0.5)))
        if cover > 0 { blend(row, column, color, color.w * cover) }
      }
    }
  }

  private mutating func blend(_ row: Int, _ column: Int, _ color: PanelColor, _ opacity: Float) {
    let pixel = row * picture.width + column
    for channel in 0..<3 {
      let below = Float(picture.bytes[3 * pixel + channel])
      picture.bytes[3 * pixel + channel] = UInt8(
        (below + opacity * (255 * color[channel] - below)).rounded())
    }
    if let share = picture.opacity?[pixel] {
      picture.opacity?[pixel] = max(share, UInt8(255 * opacity))
    }
  }
}

extension PanelPoint {
  fileprivate var length: Float { (self * self).sum().squareRoot() }
}
