import CIDQLImGui
import Foundation
import IDQLEnvs
import IDQLRender
import IDQLSpelling

/// The panels over the scene. Each is drawn by a method in an extension.
@MainActor
final class Panels {
  let state: ViewerState
  var replay: Replay?
  /// Pixels per unit of the layout.
  let scale: Float
  private(set) var pictureRate = PictureRate()
  /// Heights of the panels in the last picture, by which they are stacked in this one.
  private var heights: [ViewerPanel: Float] = [:]

  init(_ state: ViewerState, scale: Float, replay: Replay?) {
    self.state = state
    self.scale = scale
    self.replay = replay
  }

  /// Size of the window, pixels.
  var width: Float = 0
  var height: Float = 0
  var margin: Float { 10 * scale }
  private var timelineHeight: Float { 40 * scale }
  private var stripsHeight: Float {
    min((state.session.pilot.agent == nil ? 60 : 150) * scale, 0.4 * height)
  }
  /// Height of the scene, which is at the top, pixels.
  var sceneHeight: Float {
    max(1, height - timelineHeight - (state.panels.contains(.values) ? stripsHeight : 0))
  }

  /// - Parameter time: of the picture, s.
  func draw(at time: Double) {
    if Gui.theme != state.theme {
      Gui.theme = state.theme
      idql_gui_theme(state.theme == .light, scale)
    }
    pictureRate.add(at: time)
    drawLabels()
    drawTimeline(Gui.point(0, height - timelineHeight), Gui.point(width, timelineHeight))
    let bottom = sceneHeight
    let captionHeight = drawCaptions(above: bottom)
    if state.panels.contains(.values) {
      drawValues(Gui.point(0, bottom), Gui.point(width, stripsHeight))
    }
    drawPanels()
    if state.panels.contains(.help) { drawHelp() }
    if let message = state.message { drawMessage(message, above: bottom - captionHeight) }
  }

  private var room: PanelLayout.Room {
    PanelLayout.Room(
      width: width, height: sceneHeight, scale: scale,
      headerHeight: idql_gui_line_height() + 10 * scale, heights: heights)
  }

  private func drawPanels() {
    for frame in state.layout.arrange(state.panels, in: room) {
      idql_gui_begin(
        frame.panel.rawValue, Gui.point(frame.x, frame.y), Gui.point(frame.width, frame.height),
        0.86)
      drawHeader(frame)
      if !frame.isFolded {
        idql_gui_begin_body(room.headerHeight)
        draw(frame.panel, idql_gui_available_width())
        heights[frame.panel] = room.headerHeight + idql_gui_end_body()
      }
      idql_gui_end()
    }
  }

  private func draw(_ panel: ViewerPanel, _ available: Float) {
    switch panel {
    case .info: drawInfo(available)
    case .profile: drawProfile(available)
    case .observation: drawObservation(available)
    case .options: drawOptions(available)
    case .candidates: drawCandidates(available)
    case .denoising: drawDenoising(available)
    case .futures: drawFutures(available)
    case .whatIf: drawWhatIf(available)
    case .control: drawControl(available)
    case .plots: drawPlots(available)
    case .help, .values: break
    }
  }

  // MARK: Headers

  /// The header that the mouse holds, and where.
  private var grabbed: (panel: ViewerPanel, from: idql_gui_point, x: Float, y: Float)?
  private(set) var isDragging = false
  /// Motion of the mouse from which on a click is a drag, in units of the layout.
  private static let dragReach: Float = 4

  /// A click folds and unfolds, a drag moves, the cross closes.
  private func drawHeader(_ frame: PanelLayout.Frame) {
    let (title, detail) = heading(frame.panel)
    let height = room.headerHeight
    let cross = height
    let place = Gui.point(frame.x, frame.y)
    idql_gui_place(place)
    _ = idql_gui_canvas("header", Gui.point(max(1, frame.width - cross), height))
    follow(frame, isHeld: idql_gui_is_held())
    let isPointed = idql_gui_is_hovered()
    let middle = place.y + height / 2
    let size = 4 * scale
    let x = place.x + margin + size
    // a triangle that points down while the panel is open
    let corners =
      frame.isFolded
      ? [
        Gui.point(x - size / 2, middle - size), Gui.point(x + size, middle),
        Gui.point(x - size / 2, middle + size),
      ]
      : [
        Gui.point(x - size, middle - size / 2), Gui.point(x, middle + size),
        Gui.point(x + size, middle - size / 2),
      ]
    idql_gui_polyline(corners, 3, isPointed ? Gui.bright : Gui.dim, 1.6 * scale)
    let line = middle - idql_gui_text_size(title).y / 2
    let left = x + 2 * size + 0.4 * margin
    let right = place.x + frame.width - cross
    idql_gui_write_within(Gui.point(left, line), right, Gui.accent, title)
    idql_gui_write_within(
      Gui.point(left + idql_gui_text_size(title).x + 0.8 * margin, line), right, Gui.dim, detail)

    idql_gui_place(Gui.point(right, place.y))
    if idql_gui_click_area("close", Gui.point(cross, height)) { state.perform(.panel(frame.panel)) }
    let color = idql_gui_is_hovered() ? Gui.bright : Gui.dim
    let center = Gui.point(right + cross / 2 - 0.2 * margin, middle)
    for sign in [-1, 1] as [Float] {
      idql_gui_line(
        Gui.point(center.x - size, center.y - sign * size),
        Gui.point(center.x + size, center.y + sign * size), color, 1.6 * scale)
    }
  }

  /// Moves the panel with the mouse; a click without a drag folds or unfolds it.
  private func follow(_ frame: PanelLayout.Frame, isHeld: Bool) {
    let mouse = idql_gui_mouse()
    guard isHeld else {
      if grabbed?.panel == frame.panel {
        if !isDragging { state.layout.toggle(frame) }
        (grabbed, isDragging) = (nil, false)
      }
      return
    }
    guard let grabbed, grabbed.panel == frame.panel else {
      grabbed = (frame.panel, mouse, frame.x, frame.y)
      return
    }
    let (dx, dy) = (mouse.x - grabbed.from.x, mouse.y - grabbed.from.y)
    if max(abs(dx), abs(dy)) > Self.dragReach * scale { isDragging = true }
    if isDragging { state.layout.move(frame, toX: grabbed.x + dx, grabbed.y + dy, in: room) }
  }

  private func heading(_ panel: ViewerPanel) -> (title: String, detail: String) {
    let actions = state.insight.deliberation.map { decision in
      CandidatesPanel.detail(
        of: decision, step: state.recording.frame(decision.frame).stepCount)
    }
    let stages = (state.insight.denoising?.count ?? 1) - 1
    let stage = min(state.insight.denoisingStage ?? stages, stages)
    return switch panel {
    case .info: (state.session.title, "")
    case .profile: ("Profile", "of the last \(Profile.limit) pictures")
    case .observation:
      ("Observation", "\(state.recording.frame(state.shownFrame).observation.count) numbers")
    case .options: ("What is shown", "")
    case .candidates: (CandidatesPanel.title, actions ?? "")
    case .denoising:
      (DenoisingPanel.title, DenoisingPanel.detail(stage: stage, of: stages))
    case .futures: (FuturesPanel.title, FuturesPanel.detail)
    case .whatIf: ("What if", "the blue ghost is the branch")
    case .control:
      (
        "Controls",
        state.manualAction != nil
          ? "set by you" : state.session.pilot.isPolicy ? "of the policy" : "drag to act"
      )
    case .plots: ("Plots", "over the episode")
    case .help: ("Keys and mouse", "Esc closes")
    case .values: ("Values", "")
    }
  }

  // MARK: Over the scene

  /// F7: the labels, behind all panels.
  private func drawLabels() {
    for label in state.labels {
      let size = idql_gui_text_size(label.text)
      let place = Gui.point(Float(label.x) - size.x / 2, Float(label.y) - size.y / 2)
      let pad = 3 * scale
      idql_gui_rectangle(
        Gui.point(place.x - pad, place.y), Gui.point(place.x + size.x + pad, place.y + size.y),
        Gui.rgba(0.1, 0.11, 0.13, 0.6), pad, true)
      idql_gui_write(place, Gui.bright, label.text)
    }
  }

  /// What is written on two pictures side by side, at their lower left, behind all panels, and the difference of
  /// their returns at the lower right.
  ///
  /// - Returns: how high it is.
  private func drawCaptions(above bottom: Float) -> Float {
    guard let (captions, difference) = state.captions else { return 0 }
    let columns = SideBySide(captions.count, in: Int(width))
    let (line, pad) = (idql_gui_line_height(), 0.5 * margin)
    func write(_ lines: [String], x: Float, limit: Float) {
      let widest = lines.map { idql_gui_text_size($0).x }.max() ?? 0
      let top = bottom - margin - line * Float(lines.count)
      let right = min(x + widest, limit)
      idql_gui_rectangle(
        Gui.point(x - pad, top - pad), Gui.point(right + pad, bottom - margin + pad),
        Gui.rgba(0.1, 0.11, 0.13, 0.6), pad, true)
      for (row, text) in lines.enumerated() {
        idql_gui_write_within(Gui.point(x, top + Float(row) * line), right + 1, Gui.bright, text)
      }
    }
    let size = Float(columns.width)
    for (start, lines) in zip(columns.starts.map(Float.init), captions) {
      write(lines, x: start + 2 * pad, limit: start + size - 2 * pad)
    }
    let edge = Float(columns.starts[1])
    idql_gui_rectangle(
      Gui.point(Float(columns.width), 0), Gui.point(edge, bottom), Gui.rgba(1, 1, 1), 0, true)
    // above the caption where there is no room beside it
    let wide = idql_gui_text_size(difference).x
    let place = width - wide - 3 * pad
    let own = captions[1].map { idql_gui_text_size($0).x }.max() ?? 0
    let height = line * Float(captions[1].count) + 2 * margin
    if edge + own + wide + 8 * pad < width {
      write([difference], x: place, limit: width)
    } else {
      idql_gui_write(Gui.point(place, bottom - height - line), Gui.bright, difference)
    }
    return height
  }

  private func drawMessage(_ text: String, above bottom: Float) {
    let size = idql_gui_wrapped_size(text, max(1, min(width, 640 * scale) - 4 * margin))
    let place = Gui.point(
      (width - size.x) / 2, max(margin, bottom - size.y - 2.4 * margin))
    // over the panels, which may be anywhere
    idql_gui_front(true)
    idql_gui_rectangle(
      Gui.point(place.x - margin, place.y - 0.8 * margin),
      Gui.point(place.x + size.x + margin, place.y + size.y + 0.8 * margin), Gui.message,
      6 * scale, true)
    idql_gui_write_wrapped(place, size.x + 1, Gui.bright, text)
    idql_gui_front(false)
  }

  // MARK: Timeline

  private func drawTimeline(_ place: idql_gui_point, _ size: idql_gui_point) {
    idql_gui_begin("timeline", place, size, 1)
    defer { idql_gui_end() }
    let recording = state.recording
    if idql_gui_button(state.player.isPaused ? " Run " : "Pause") { state.perform(.pause) }
    idql_gui_same_line(0)
    let frame = recording.frame(state.shownFrame)
    let film = state.filmed.map { "   film \($0.text(decimals: 1)) s" } ?? ""
    let text =
      "\(frame.state.time.text(decimals: 3)) s   step \(frame.stepCount)   "
      + "\(state.player.speed.text(decimals: state.player.speed < 10 ? 2 : 0)) %\(film)"
    let textWidth = idql_gui_text_size("000.000 s   step 00000   0.00 %\(film)").x + 2 * margin
    // of a narrow window the bar is what counts
    let hasText = idql_gui_available_width() - textWidth > 160 * scale
    let barWidth = max(1, idql_gui_available_width() - (hasText ? textWidth : 0))
    let barHeight = idql_gui_frame_height()
    let corner = idql_gui_canvas("bar", Gui.point(barWidth, barHeight))
    let limit = recording.frameLimit == nil ? recording.environment.spec.stepLimit : nil
    let first = Float(recording.firstFrame)
    let last = state.episodes.lastFrame
    let end = Float(max(limit ?? 0, last, recording.firstFrame + 1))
    func x(_ frame: Float) -> Float { corner.x + (frame - first) / (end - first) * barWidth }
    let middle = corner.y + barHeight / 2
    let half = 4 * scale
    func bar(_ from: Float, _ to: Float, _ color: UInt32) {
      idql_gui_rectangle(
        Gui.point(from, middle - half), Gui.point(to, middle + half), color, half, true)
    }
    bar(corner.x, corner.x + barWidth, Gui.grid)
    bar(corner.x, x(Float(last)), Gui.rgba(0.40, 0.58, 0.74))
    let now = Float(state.player.frame) + Float(state.player.fraction)
    bar(corner.x, x(now), Gui.accent)
    if let branch = state.insight.whatIf {
      let start = x(Float(branch.start))
      idql_gui_line(
        Gui.point(start, middle - 3 * half), Gui.point(start, middle + 3 * half),
        Gui.rgba(0.2, 0.75, 0.95), 2 * scale)
    }
    idql_gui_circle(Gui.point(x(now), middle), 7 * scale, Gui.bright, true, 0)
    if idql_gui_is_held() {
      let share = (idql_gui_mouse().x - corner.x) / barWidth
      state.seek(to: Int((first + share * (end - first)).rounded()))
    }
    guard hasText else { return }
    idql_gui_same_line(0)
    idql_gui_align_text()
    idql_gui_text_colored(state.filmed == nil ? Gui.bright : Gui.bad, text)
  }
}
