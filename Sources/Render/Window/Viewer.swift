import CIDQLImGui
import Foundation
import IDQLCommandLine
import IDQLEvaluation
import IDQLRender
import IDQLSpelling
import IDQLTensors

/// The program: passes inputs and time to a viewer's state and draws it.
@MainActor
final class Viewer {
  private let state: ViewerState
  private let window: Window
  private let renderer: Renderer
  private let panels: Panels
  private var script: ScriptPlayer?
  private var pictures = 0
  private var pacing = Pacing()
  /// Pictures to be saved once they are drawn.
  private var pending: [Pending] = []

  private struct Pending {
    var name: String
    var isOfScript: Bool
  }

  /// - Throws: `Failure`, `RenderError`, `ViewerScriptError`, `FileError`.
  init(_ state: ViewerState, _ options: WindowOptions, replay: Replay? = nil) throws {
    self.state = state
    script = try options.script.map { path in
      let storage = try ByteStorage(contentsOf: path)
      let text = withExtendedLifetime(storage) { String(decoding: storage.bytes, as: UTF8.self) }
      return ScriptPlayer(try ViewerScript(text, named: path))
    }
    window = try Window(
      title: "\(state.session.title) - idql", width: options.size.width,
      height: options.size.height)
    do {
      renderer = try Renderer(window.load)
      let scale = options.scale ?? window.contentScale
      guard idql_gui_start(Self.font, 15, Float(scale)) else {
        throw Failure(.unavailable, "OpenGL refused the shaders of the panels.")
      }
      panels = Panels(state, scale: Float(scale), replay: replay)
    } catch {
      window.close()
      throw error
    }
    layOut()
    state.perform(.alignCamera)
    guard script == nil else { return }
    // a script gives the same pictures whatever the user's windows were like
    memoryPath = WindowMemory.path(ProcessInfo.processInfo.environment)
    if let memoryPath, FileManager.default.fileExists(atPath: memoryPath) {
      state.attempt { state.recall(try WindowMemory(contentsOf: memoryPath)) }
    }
    remembered = WindowMemory(state)
  }

  /// Nil if nothing is to be remembered.
  private var memoryPath: String?
  private var remembered = WindowMemory()

  /// Writes down what has changed; if that fails it is said once.
  private func remember() {
    let now = WindowMemory(state)
    guard let path = memoryPath, now != remembered, !panels.isDragging else { return }
    remembered = now
    state.attempt {
      memoryPath = nil
      try now.write(to: path)
      memoryPath = path
    }
  }

  /// A scalable font, which is sharper than the built-in one; nil if the system has none.
  private static var font: String? {
    [
      "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
      "/usr/share/fonts/TTF/DejaVuSans.ttf", "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    ].first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Of the scenes.
  private var columns: SideBySide { SideBySide(state.rival == nil ? 1 : 2, in: window.width) }

  /// The scenes get the part of the window above the bars at the bottom.
  private func layOut() {
    (panels.width, panels.height) = (Float(window.width), Float(window.height))
    let size = (columns.width, window.isMinimised ? 0 : Int(panels.sceneHeight))
    if size != (state.width, state.height) {
      state.handle(.resize(width: size.0, height: size.1), at: 0)
    }
  }

  /// Runs until the window is closed.
  func run() throws {
    defer {
      film?.discard()
      idql_gui_stop()
      window.close()
    }
    var last = window.time
    while !window.isClosing {
      var patience = script != nil ? 0 : window.isMinimised ? 0.5 : pacing.patience(of: state)
      if film != nil { patience = min(patience, 1 / WindowFilm.framesPerSecond) }
      let waiting = window.time
      var (inputs, isDamaged) = window.takeInputs(waiting: patience)
      let start = window.time
      // nothing moved meanwhile
      if patience > 0 { state.rest(for: start - waiting) }
      if patience > 0 || window.isMinimised { last = start }
      var seconds = script == nil ? start - last : ScriptPlayer.frameTime
      last = start
      if script != nil {
        // the user's inputs would make the recording depend on chance
        inputs = []
        var own: [ViewerInput] = []
        if let step = script?.feed(&own, state) { try perform(step) }
        let time = script?.time ?? 0
        inputs = own.map { ViewerInput.Timed($0, earliest: time, latest: time) }
        if script?.isWaiting == false || window.isMinimised { seconds = 0 }
      }
      if !inputs.isEmpty || isDamaged { pacing.noteChange() }
      state.keyboard = script == nil ? window.keyboard : .american
      dispatch(inputs)
      state.update(
        after: seconds, hasTime: script == nil ? { self.window.time - start < 0.03 } : { true })
      if script?.needsFutures == true { state.insight.finishFutures() }
      serveRequests()
      remember()
      if isQuitting || script?.isOver == true { break }
      layOut()
      guard !window.isMinimised else {
        film?.skip(script == nil ? window.time - waiting : ScriptPlayer.frameTime)
        continue
      }

      let drawingStart = window.time
      for (scene, x) in zip(state.scenes, columns.starts) {
        renderer.draw(
          scene,
          into: Renderer.Target(
            x: x, y: window.height - state.height, width: state.width, height: state.height))
      }
      idql_gui_begin_frame(Float(window.width), Float(window.height), Float(max(seconds, 1e-3)))
      panels.draw(at: script?.time ?? drawingStart)
      idql_gui_end_frame()
      try takeScreenshots()
      try takeFilm()
      try renderer.requireContext()
      window.show()
      pictures += 1
      pacing.noteDrawn()
      state.profile.drawing = window.time - drawingStart
      // limits the rate if the driver does not wait for the display
      let spent = window.time - start
      if script == nil, spent < 1.0 / 60 { usleep(UInt32((1.0 / 60 - spent) * 1e6)) }
    }
    // there is no window any more to say what becomes of it
    if let film {
      self.film = nil
      try film.finish()
    }
  }

  // MARK: Film

  private var film: WindowFilm?
  private var time: Double { script?.time ?? window.time }

  private func beginOrEndFilm() {
    if film != nil {
      endFilm()
      return
    }
    state.attempt {
      let film = try WindowFilm(
        freeName("idql", "mp4"), size: (window.width, window.height), at: time)
      self.film = film
      state.show("Films the window to \(film.name), until Ctrl+R.")
    }
  }

  private func endFilm(_ reason: String = "") {
    guard let film else { return }
    (self.film, state.filmed) = (nil, nil)
    state.attempt {
      try film.finish()
      state.show("\(reason)Saved \(film.name).")
    }
  }

  /// Adds what is drawn; a film that cannot go on ends, and the window stays.
  private func takeFilm() throws {
    guard let film else { return }
    if film.isUnlike(width: window.width, height: window.height) {
      endFilm("The window has another size now, so the film ends here. ")
      return
    }
    let picture = try renderer.windowPicture(width: window.width, height: window.height)
    do {
      try film.add(picture, at: time)
      state.filmed = film.duration(at: time)
    } catch {
      (self.film, state.filmed) = (nil, nil)
      state.show("\(error)")
    }
  }

  /// Performs a step of a script that concerns the window.
  private func perform(_ step: ViewerScript.Step) throws {
    switch step {
    case .size(let width, let height): window.resize(width: width, height: height)
    case .minimise: window.minimise()
    case .restore: window.restore()
    case .report:
      let line =
        "picture \(pictures): \(ProcessUse.residentMegabytes.text(decimals: 1)) MB resident, "
        + "\(ProcessUse.processorSeconds.text(decimals: 2)) s of processor time, "
        + "\(window.time.text(decimals: 2)) s"
      try printOut(line)
    case .screenshot(let name): pending.append(Pending(name: name, isOfScript: true))
    case .input, .wait, .seek, .branch, .quit: break
    }
  }

  /// Passes inputs over a panel to the panel, and all others to the scene.
  private func dispatch(_ inputs: [ViewerInput.Timed]) {
    for timed in inputs {
      switch timed.input {
      case .motion(let x, let y, _): idql_gui_mouse_place(Float(x), Float(y))
      case .button(let button, let isDown, _):
        idql_gui_mouse_button(button == .left ? 0 : button == .right ? 1 : 2, isDown)
        // a release always reaches the scene, where the drag may have begun
        if isDown, idql_gui_wants_mouse() { continue }
      case .scroll(let notches):
        idql_gui_scroll(Float(notches))
        if idql_gui_wants_mouse() { continue }
      case .key, .drop, .resize: break
      }
      state.handle(timed.input, at: timed.latest, notBefore: timed.earliest)
    }
  }

  private var isQuitting = false

  /// What cannot be done is told, and the window stays.
  private func serveRequests() {
    let requests = state.requests
    state.requests = []
    for request in requests {
      switch request {
      case .fullScreen: window.toggleFullScreen()
      case .copy(let text, let message):
        state.attempt {
          try window.copy(text)
          state.show(message)
        }
      case .quit: isQuitting = true
      case .screenshot: pending.append(Pending(name: freeName("idql", "png"), isOfScript: false))
      case .film: beginOrEndFilm()
      case .open(let path): state.attempt { try open(path) }
      case .save(let text, let name, let ending):
        state.attempt {
          let name = freeName("idql-\(name)", ending)
          try writeFileAtomically(text, to: name)
          state.show("Saved \(name).")
        }
      }
    }
  }

  /// Shows what a dropped file has.
  private func open(_ path: String) throws {
    let dropped = try DroppedFile(path, beside: state)
    try state.adopt(dropped.session, against: dropped.against, episode: dropped.episode)
    panels.replay = dropped.replay
    window.title = "\(state.session.title) - idql"
    state.perform(.alignCamera)
    state.show("Opened \(path).")
  }

  /// `stem-1.ending`, or with the first number not used by a file or by a pending picture.
  private func freeName(_ stem: String, _ ending: String) -> String {
    let names = (1...).lazy.map { "\(stem)-\($0).\(ending)" }
    return names.first { name in
      !FileManager.default.fileExists(atPath: name) && !pending.contains { $0.name == name }
    } ?? ""
  }

  /// A picture that a script asked for has to be written, or the script was in vain.
  private func takeScreenshots() throws {
    let names = pending
    pending = []
    for picture in names {
      let pixels = try renderer.windowPicture(width: window.width, height: window.height)
      if picture.isOfScript {
        try pixels.writePNG(to: picture.name)
      } else {
        state.attempt {
          try pixels.writePNG(to: picture.name)
          state.show("Saved \(picture.name).")
        }
      }
    }
  }
}
