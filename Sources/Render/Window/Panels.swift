import CIDQLImGui
import Foundation
import IDQLEnvs
import IDQLRender
import IDQLSpelling

/// The panels over the scene. Each is drawn by a method in an extension.
@MainActor
final class Panels {
  let state: ViewerState
  let replay: Replay?
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
    (state.session.pilot.agent == nil ? 60 : 150) * scale
  }
  /// Height of the scene, which is at the top, pixels.
  var sceneHeight: Float {
    max(1, height - timelineHeight - (state.panels.contains(.values) ? stripsHeight : 0))
  }

  /// - Parameter time: of the picture, s.
  func draw(at time: Double) {
    pictureRate.add(at: time)
    drawLabels()
    drawTimeline(Gui.point(0, height - timelineHeight), Gui.point(width, timelineHeight))
    let bottom = sceneHeight
    if state.panels.contains(.values) {
      drawValues(Gui.point(0, bottom), Gui.point(width, stripsHeight))
    }
    stack(
      [
        (.info, 330, drawInfo), (.profile, 330, drawProfile),
        (.observation, 330, drawObservation), (.options, 360, drawOptions),
      ], isLeft: true, bottom: bottom)
    stack(
      [
        (.candidates, 396, drawCandidates), (.denoising, 396, drawDenoising),
        (.futures, 330, drawFutures), (.whatIf, 350, drawWhatIf), (.control, 290, drawControl),
      ], isLeft: false, bottom: bottom)
    if state.panels.contains(.help) { drawHelp() }
    if let message = state.message { drawMessage(message, above: bottom) }
  }

  /// Stacks panels along an edge; a panel that does not fit starts a new column.
  private func stack(
    _ entries: [(panel: ViewerPanel, width: Float, draw: (Float) -> Void)], isLeft: Bool,
    bottom: Float
  ) {
    var edge = margin
    var y = margin
    var columnWidth: Float = 0
    for entry in entries where state.panels.contains(entry.panel) {
      let panelWidth = entry.width * scale
      let panelHeight = heights[entry.panel] ?? 0
      if y > margin, y + panelHeight > bottom - margin {
        edge += columnWidth + margin
        y = margin
        columnWidth = 0
      }
      let x = isLeft ? edge : width - edge - panelWidth
      idql_gui_begin(entry.panel.rawValue, Gui.point(x, y), Gui.point(panelWidth, 0), 0.86)
      entry.draw(idql_gui_available_width())
      let drawn = idql_gui_window_size().y
      idql_gui_end()
      heights[entry.panel] = drawn
      y += drawn + margin
      columnWidth = max(columnWidth, panelWidth)
    }
  }

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

  private func drawMessage(_ text: String, above bottom: Float) {
    let size = idql_gui_wrapped_size(text, max(1, min(width, 640 * scale) - 4 * margin))
    let place = Gui.point((width - size.x) / 2 - margin, max(0, bottom - size.y - 3.2 * margin))
    idql_gui_begin("message", place, Gui.point(size.x + 2 * margin, 0), 0.9)
    idql_gui_text_wrapped(Gui.bright, text, size.x + 1)
    idql_gui_end()
  }

  // MARK: Timeline

  private func drawTimeline(_ place: idql_gui_point, _ size: idql_gui_point) {
    idql_gui_begin("timeline", place, size, 1)
    defer { idql_gui_end() }
    let recording = state.recording
    if idql_gui_button(state.player.isPaused ? " Run " : "Pause") { state.perform(.pause) }
    idql_gui_same_line(0)
    let frame = recording.frame(state.player.frame)
    let text =
      "\(frame.state.time.text(decimals: 3)) s   step \(frame.stepCount)   "
      + "\(state.player.speed < 10 ? state.player.speed.text(decimals: 2) : state.player.speed.text(decimals: 0)) %"
    let textWidth = idql_gui_text_size("000.000 s   step 00000   0.00 %").x + 2 * margin
    let barWidth = idql_gui_available_width() - textWidth
    let barHeight = idql_gui_frame_height()
    let corner = idql_gui_canvas("bar", Gui.point(barWidth, barHeight))
    let limit = recording.frameLimit == nil ? recording.environment.spec.stepLimit : nil
    let first = Float(recording.firstFrame)
    let end = Float(max(limit ?? 0, recording.lastFrame, recording.firstFrame + 1))
    func x(_ frame: Float) -> Float { corner.x + (frame - first) / (end - first) * barWidth }
    let middle = corner.y + barHeight / 2
    let half = 4 * scale
    func bar(_ from: Float, _ to: Float, _ color: UInt32) {
      idql_gui_rectangle(
        Gui.point(from, middle - half), Gui.point(to, middle + half), color, half, true)
    }
    bar(corner.x, corner.x + barWidth, Gui.grid)
    bar(corner.x, x(Float(recording.lastFrame)), Gui.rgba(0.30, 0.45, 0.58))
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
    idql_gui_same_line(0)
    idql_gui_align_text()
    idql_gui_text(text)
  }
}
