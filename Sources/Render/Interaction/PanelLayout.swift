/// Where the panels are: along the left and the right edge, one below the other, unless the user
/// put them elsewhere.
///
/// A panel has a header, which is always seen, and a body, which scrolls where it does not fit. Of
/// panels that have no room one below the other, those that were opened last are shown, and of the
/// others the headers; a click on one of these opens it. Where not even the headers have room one below
/// the other, several of them share a row.
package struct PanelLayout: Equatable, Sendable {
  /// A place that the user chose, as a share of the room that the panel's header leaves: the same
  /// on windows of all sizes.
  package struct Place: Equatable, Sendable {
    package var x: Float
    package var y: Float
  }

  /// A panel on the window, pixels from the upper left corner.
  package struct Frame: Equatable, Sendable {
    package var panel: ViewerPanel
    package var x: Float
    package var y: Float
    package var width: Float
    /// With the header.
    package var height: Float
    /// Whether there is the header only.
    package var isFolded: Bool
  }

  /// What the arrangement depends on, pixels.
  package struct Room: Equatable, Sendable {
    package var width: Float
    /// Without the bars at the bottom.
    package var height: Float
    /// Pixels per unit of the layout.
    package var scale: Float
    package var headerHeight: Float
    /// Of panels that were drawn before, with their headers: what they would like to have.
    package var heights: [ViewerPanel: Float]

    package init(
      width: Float, height: Float, scale: Float, headerHeight: Float,
      heights: [ViewerPanel: Float] = [:]
    ) {
      (self.width, self.height, self.scale) = (width, height, scale)
      (self.headerHeight, self.heights) = (headerHeight, heights)
    }

    package var margin: Float { 10 * scale }
  }

  package private(set) var places: [ViewerPanel: Place] = [:]
  /// Those that the user folded.
  package private(set) var folded: Set<ViewerPanel> = []
  /// Those that were opened, the last one at the end.
  private var opened: [ViewerPanel] = []

  package init(places: [ViewerPanel: Place] = [:], folded: Set<ViewerPanel> = []) {
    self.places = places
    self.folded = folded
  }

  // MARK: What the user does

  /// The panel was opened, or its header was clicked while there was no room for it.
  package mutating func bringForward(_ panel: ViewerPanel) {
    folded.remove(panel)
    opened.removeAll { $0 == panel }
    opened.append(panel)
  }

  /// The header was clicked.
  package mutating func toggle(_ frame: Frame) {
    if frame.isFolded { bringForward(frame.panel) } else { folded.insert(frame.panel) }
  }

  /// The header was dragged until the panel's corner is at that point.
  package mutating func move(_ frame: Frame, toX x: Float, _ y: Float, in room: Room) {
    func share(_ value: Float, of free: Float) -> Float {
      free > 0 ? min(max(value / free, 0), 1) : 0
    }
    places[frame.panel] = Place(
      x: share(x, of: room.width - frame.width), y: share(y, of: room.height - room.headerHeight))
  }

  /// Every panel back to its edge, and unfolded.
  package mutating func reset() {
    places = [:]
    folded = []
  }

  // MARK: Arrangement

  /// The frames of the panels that are open.
  package func arrange(_ open: Set<ViewerPanel>, in room: Room) -> [Frame] {
    func flow(_ side: ViewerPanel.Side) -> [ViewerPanel] {
      ViewerPanel.allCases.filter {
        open.contains($0) && $0.side == side && places[$0] == nil
      }
    }
    let (left, right) = (flow(.left), flow(.right))
    let free = room.width - 2 * room.margin
    func widest(_ panels: [ViewerPanel]) -> Float {
      (panels.map(\.width).max() ?? 0) * room.scale
    }
    var (leftWidth, rightWidth) = (widest(left), widest(right))
    let gap = left.isEmpty || right.isEmpty ? 0 : room.margin
    let shrink = min(1, max(0, free - gap) / max(1, leftWidth + rightWidth))
    (leftWidth, rightWidth) = (leftWidth * shrink, rightWidth * shrink)
    // further columns leave the scene its share
    let spare = free - Self.sceneShare * room.width
    let leftColumns = columns(
      of: left, limit: Self.count(leftWidth, spare - (right.isEmpty ? 0 : rightWidth + gap), room),
      in: room)
    let taken = Float(leftColumns.count) * (leftWidth + room.margin)
    let rightColumns = columns(
      of: right, limit: Self.count(rightWidth, spare - taken, room), in: room)

    var frames: [Frame] = []
    for (index, column) in leftColumns.enumerated() {
      let x = room.margin + Float(index) * (leftWidth + room.margin)
      frames += fit(column, x: x, width: leftWidth, in: room)
    }
    for (index, column) in rightColumns.enumerated() {
      let x = room.width - Float(index + 1) * (rightWidth + room.margin)
      frames += fit(column, x: x, width: rightWidth, in: room)
    }
    return frames
      + ViewerPanel.allCases.compactMap { open.contains($0) ? moved($0, in: room) : nil }
  }

  /// Of the window's width, where panels stand in more than one column at an edge.
  private static let sceneShare: Float = 0.3

  /// How many columns of a width have room.
  private static func count(_ width: Float, _ free: Float, _ room: Room) -> Int {
    max(1, Int((free + room.margin) / max(1, width + room.margin)))
  }

  /// The height that a panel would like to have.
  private func wish(_ panel: ViewerPanel, _ room: Room) -> Float {
    folded.contains(panel)
      ? room.headerHeight : max(room.heights[panel] ?? room.headerHeight, room.headerHeight)
  }

  /// One column after the other is filled; the last takes what is left.
  private func columns(
    of panels: [ViewerPanel], limit: Int, in room: Room
  ) -> [[ViewerPanel]] {
    var columns: [[ViewerPanel]] = []
    var y = Float.infinity
    for panel in panels {
      let height = wish(panel, room)
      if columns.isEmpty || (y + height > room.height - room.margin && columns.count < limit) {
        columns.append([])
        y = room.margin
      }
      columns[columns.count - 1].append(panel)
      y += height + room.margin
    }
    return columns
  }

  /// Least height of a body that is worth scrolling, in units of the layout.
  private static let leastBody: Float = 90
  /// The same where headers share rows: then these should be legible as well.
  private static let leastSharedBody: Float = 45

  /// Heights of the panels of a column: what they wish if there is room, else those opened last
  /// first.
  private func fit(
    _ panels: [ViewerPanel], x: Float, width: Float, in room: Room
  ) -> [Frame] {
    let rowHeight = room.headerHeight + room.margin
    let free = room.height - room.margin
    let order = panels.sorted { rank($0) > rank($1) }.filter { !folded.contains($0) }
    let least = order.first.map { min(body($0, room), Self.leastBody * room.scale) } ?? 0
    if Float(panels.count) * rowHeight + least <= free {
      let bodies = share(free - Float(panels.count) * rowHeight, among: order, room)
      return stack(panels.map { [$0] }, bodies, x: x, width: width, in: room)
    }
    // the one that was opened last, and the headers of the others in rows
    let open = order.first
    let arrangements = (2...max(2, panels.count)).lazy.map {
      headers(of: panels, inRowsOf: $0, open: open)
    }
    let some = min(least, Self.leastSharedBody * room.scale)
    let rows =
      arrangements.first { Float($0.count) * rowHeight + some <= free }
      ?? headers(of: panels, inRowsOf: panels.count, open: open)
    let rest = free - Float(rows.count) * rowHeight
    return stack(
      rows, share(rest, among: open.map { [$0] } ?? [], room), x: x, width: width, in: room)
  }

  /// The height that a panel would like to have below its header.
  private func body(_ panel: ViewerPanel, _ room: Room) -> Float {
    wish(panel, room) - room.headerHeight
  }

  /// Heights of the bodies of panels; the first gets what there is.
  private func share(
    _ height: Float, among order: [ViewerPanel], _ room: Room
  ) -> [ViewerPanel: Float] {
    var (rest, bodies) = (max(0, height), [ViewerPanel: Float]())
    for panel in order {
      let wanted = body(panel, room)
      let given = min(wanted, rest)
      guard given >= min(wanted, Self.leastBody * room.scale) || bodies.isEmpty else { continue }
      bodies[panel] = given
      rest -= given
    }
    return bodies
  }

  /// Rows of at most so many headers, in their order; the open panel has one for itself.
  private func headers(
    of panels: [ViewerPanel], inRowsOf count: Int, open: ViewerPanel?
  ) -> [[ViewerPanel]] {
    var rows: [[ViewerPanel]] = []
    for panel in panels {
      if let last = rows.last, last.count < count, panel != open, last != [open] {
        rows[rows.count - 1].append(panel)
      } else {
        rows.append([panel])
      }
    }
    return rows
  }

  /// Frames of rows one below the other, whose panels share the width.
  private func stack(
    _ rows: [[ViewerPanel]], _ bodies: [ViewerPanel: Float], x: Float, width: Float, in room: Room
  ) -> [Frame] {
    var y = room.margin
    return rows.flatMap { row -> [Frame] in
      let height = room.headerHeight + (row.compactMap { bodies[$0] }.max() ?? 0)
      defer { y += height + room.margin }
      let gap = row.count == 1 ? 0 : 0.4 * room.margin
      let each = (width - Float(row.count - 1) * gap) / Float(row.count)
      return row.enumerated().map { index, panel in
        Frame(
          panel: panel, x: x + Float(index) * (each + gap), y: y, width: each, height: height,
          isFolded: bodies[panel] == nil)
      }
    }
  }

  private func rank(_ panel: ViewerPanel) -> Int { opened.firstIndex(of: panel) ?? -1 }

  private func moved(_ panel: ViewerPanel, in room: Room) -> Frame? {
    guard let place = places[panel] else { return nil }
    let width = min(panel.width * room.scale, max(1, room.width))
    let y = place.y * max(0, room.height - room.headerHeight)
    let isFolded = folded.contains(panel)
    return Frame(
      panel: panel, x: place.x * max(0, room.width - width), y: y, width: width,
      height: isFolded ? room.headerHeight : min(wish(panel, room), max(1, room.height - y)),
      isFolded: isFolded)
  }
}

extension ViewerPanel {
  package enum Side: Sendable { case left, right }

  /// The edge that it is at unless it is moved; nil for the help and for the bars at the bottom.
  package var side: Side? {
    switch self {
    case .info, .profile, .observation, .options: .left
    case .candidates, .denoising, .futures, .whatIf, .control, .plots: .right
    case .help, .values: nil
    }
  }

  /// In units of the layout.
  package var width: Float {
    switch self {
    case .info, .profile, .observation, .futures: 330
    case .options: 360
    case .candidates, .denoising, .plots: 396
    case .whatIf: 350
    case .control: 290
    case .help, .values: 0
    }
  }
}
