/// A panel of the policy beside the scene of a picture.
package enum PolicyOverlay: String, CaseIterable, Sendable {
  case candidates, denoising, futures, values

  /// Whether it shows what only a policy that chooses among candidates has.
  package var needsCandidates: Bool { self != .values }
}

/// Where the panels of a picture are: the scene has the upper left, the others stand beside or below it, and the values
/// below all.
///
/// Letters are never smaller than ten pixels. Of the arrangements that have room, the first is taken: with larger
/// letters, then with fewer columns, then with higher plots.
struct FilmPanelLayout: Equatable {
  /// What the heights of panels follow from.
  struct Contents: Equatable {
    var overlays: Set<PolicyOverlay>
    var actionCount: Int
    /// Rows of the table of futures.
    var futureCount: Int
    /// Of the values: one, or three of a policy with a critic.
    var stripCount: Int
  }

  /// Sizes that all panels have in common, pixels.
  struct Measure: Equatable {
    /// Pixels per unit of the layout.
    var scale: Float
    /// Heights of plots, as a share of what they are in the window.
    var plots: Float

    var lineHeight: Int { Int((FilmPanelLayout.line * scale).rounded()) }
    var line: Float { Float(lineHeight) }
    var gap: Float { (4 * scale).rounded() }
    var margin: Float { (8 * scale).rounded() }
  }

  let measure: Measure
  let sceneWidth, sceneHeight: Int
  let frames: [PolicyOverlay: PanelArea]

  /// Height of a line in units of the layout.
  private static let line: Float = 16
  private static let smallestLine: Float = 10
  /// Width of a column in units of the layout.
  private static let columnWidth: Float = 320
  /// Of the picture's width and height the scene keeps that share.
  private static let sceneShare: Float = 0.35

  /// - Returns: nil where the panels have no room.
  init?(_ contents: Contents, width: Int, height: Int) {
    let natural = min(Float(width) / 1280, Float(height) / 720)
    let smallest = Self.smallestLine / Self.line
    // beside the scene in columns; on a picture that is hardly wider than high below it
    let isWide = Float(width) >= 1.2 * Float(height)
    let places = isWide ? [(true, 1), (true, 2), (false, 4)] : [(false, 4), (true, 1)]
    for shrink in [1, 0.85, 0.7] as [Float] {
      let scale = max(natural * shrink, smallest)
      for (isBeside, columns) in places {
        for plots in [1, 0.8, 0.6, 0.45] as [Float] {
          let measure = Measure(scale: scale, plots: plots)
          let size = (Float(width), Float(height))
          if let made = Self.arrange(
            contents, measure, size, columns: columns, isBeside: isBeside)
          {
            self = made
            return
          }
        }
      }
    }
    return nil
  }

  private init(
    _ measure: Measure, scene: (width: Float, height: Float), frames: [PolicyOverlay: PanelArea]
  ) {
    self.measure = measure
    (sceneWidth, sceneHeight) = (Int(scene.width), Int(scene.height))
    self.frames = frames
  }

  private static func arrange(
    _ contents: Contents, _ measure: Measure, _ size: (width: Float, height: Float), columns: Int,
    isBeside: Bool
  ) -> FilmPanelLayout? {
    let stacked = PolicyOverlay.allCases.filter { contents.overlays.contains($0) && $0 != .values }
    var frames: [PolicyOverlay: PanelArea] = [:]
    var scene = size
    if contents.overlays.contains(.values) {
      let high = measure.height(of: .values, contents)
      scene.height -= high
      frames[.values] = PanelArea(x: 0, y: scene.height, width: size.width, height: high)
    }
    if !stacked.isEmpty {
      var wide = (columnWidth * measure.scale).rounded()
      let count = isBeside ? columns : min(stacked.count, Int(size.width / wide))
      guard count > 0 else { return nil }
      let heights = stacked.map { measure.height(of: $0, contents) }
      // below the scene as low as they can be
      let limit = isBeside ? scene.height : lowest(heights, count)
      guard let stacks = fill(heights, into: count, limit: limit),
        !isBeside || stacks.count == count
      else { return nil }
      if isBeside {
        scene.width -= Float(count) * wide
      } else {
        scene.height -= limit
        wide = (size.width / Float(stacks.count)).rounded(.down)
      }
      let corner = isBeside ? PanelPoint(scene.width, 0) : PanelPoint(0, scene.height)
      for (column, stack) in stacks.enumerated() {
        var y = corner.y
        for index in stack {
          frames[stacked[index]] = PanelArea(
            x: corner.x + Float(column) * wide, y: y, width: wide, height: heights[index])
          y += heights[index]
        }
      }
    }
    guard scene.width >= sceneShare * size.width, scene.height >= sceneShare * size.height else {
      return nil
    }
    return FilmPanelLayout(measure, scene: scene, frames: frames)
  }

  /// One column after the other.
  private static func fill(_ heights: [Float], into count: Int, limit: Float) -> [[Int]]? {
    var (stacks, y): ([[Int]], Float) = ([], .infinity)
    for (index, height) in heights.enumerated() {
      if y + height > limit {
        guard stacks.count < count, height <= limit else { return nil }
        stacks.append([])
        y = 0
      }
      stacks[stacks.count - 1].append(index)
      y += height
    }
    return stacks
  }

  /// The least height at which that many columns are enough.
  private static func lowest(_ heights: [Float], _ count: Int) -> Float {
    let sums = heights.indices.flatMap { first in
      (first..<heights.count).map { heights[first...$0].reduce(0, +) }
    }
    return sums.sorted().first { fill(heights, into: count, limit: $0) != nil } ?? 0
  }
}

extension FilmPanelLayout.Measure {
  /// Lines for the facts about candidates.
  private static let factLines = 3

  func height(of overlay: PolicyOverlay, _ contents: FilmPanelLayout.Contents) -> Float {
    let a = contents.actionCount
    let heading = line + gap
    func rows(_ columns: Int) -> Float { Float((a + columns - 1) / columns) }
    let body: Float =
      switch overlay {
      case .candidates:
        rows(Self.candidateColumns(a)) * (stripHeight(a) + gap) + line + gap
          + Float(Self.factLines) * line
      case .denoising: rows(Self.denoisingColumns(a)) * (plotHeight(a) + gap)
      case .futures: Float(1 + contents.futureCount) * line
      case .values: Float(contents.stripCount) * (valuesHeight + gap)
      }
    return (overlay == .values ? body : heading + body) + 2 * margin
  }

  /// Strips with their names side by side.
  static func candidateColumns(_ actionCount: Int) -> Int { actionCount <= 8 ? 1 : 2 }
  static func denoisingColumns(_ actionCount: Int) -> Int {
    actionCount <= 8 ? DenoisingPanel.columns(actionCount: actionCount) : 3
  }

  /// With the line of the name.
  func stripHeight(_ actionCount: Int) -> Float {
    line + (plots * CandidatesPanel.stripHeight(actionCount: actionCount) * scale).rounded()
  }

  func plotHeight(_ actionCount: Int) -> Float {
    line + (plots * DenoisingPanel.plotHeight(actionCount: actionCount) * scale).rounded()
  }

  /// Of a strip of values; beside it are two lines.
  var valuesHeight: Float { max(2 * line, (plots * 42 * scale).rounded()) }
}
