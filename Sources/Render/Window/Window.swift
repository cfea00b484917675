import CIDQLGLFW
import CIDQLImGui
import Foundation
import IDQLCommandLine
import IDQLRender

/// A window with an OpenGL 3.3 context, and the inputs since the last call of `takeInputs`.
@MainActor
final class Window {
  private let handle: OpaquePointer
  /// Size of the picture, pixels; zero while minimised.
  private(set) var width = 0
  private(set) var height = 0
  private var inputs: [ViewerInput.Timed] = []
  /// When inputs were collected last: those to come were made after that, s.
  private var collected = 0.0
  /// Whether the system asked for the picture anew.
  private var isDamaged = true
  private(set) var keyboard = KeyboardLayout.american
  private var windowed: (x: Int32, y: Int32, width: Int32, height: Int32)?

  /// - Throws: `Failure` with the system's reason.
  init(title: String, width: Int, height: Int) throws {
    glfwSetErrorCallback { code, text in
      let reason = text.map { String(cString: $0) } ?? "code \(code)"
      MainActor.assumeIsolated { Window.lastError = reason }
    }
    guard glfwInit() == GLFW_TRUE else {
      throw Failure(
        .unavailable,
        "no window can be opened: \(Self.reason) Without a display, 'idql record' makes pictures and "
          + "videos.")
    }
    for (hint, value) in [
      (GLFW_CONTEXT_VERSION_MAJOR, 3), (GLFW_CONTEXT_VERSION_MINOR, 3),
      (GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE), (GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE),
      (GLFW_CONTEXT_ROBUSTNESS, GLFW_LOSE_CONTEXT_ON_RESET), (GLFW_SAMPLES, 4),
      (GLFW_SCALE_TO_MONITOR, GLFW_TRUE),
    ] { glfwWindowHint(hint, value) }
    guard let handle = glfwCreateWindow(Int32(width), Int32(height), title, nil, nil) else {
      glfwTerminate()
      throw Failure(.unavailable, "no OpenGL 3.3 window can be opened: \(Self.reason)")
    }
    self.handle = handle
    glfwMakeContextCurrent(handle)
    glfwSwapInterval(1)
    glfwSetWindowUserPointer(handle, Unmanaged.passUnretained(self).toOpaque())
    listen()
    updateSize()
  }

  private static var lastError = ""
  private static var reason: String { lastError.hasSuffix(".") ? lastError : lastError + "." }

  func close() {
    glfwDestroyWindow(handle)
    glfwTerminate()
  }

  // MARK: State

  var isClosing: Bool { glfwWindowShouldClose(handle) == GLFW_TRUE }
  var isMinimised: Bool { width == 0 || height == 0 }

  /// Scale of text that the display asks for.
  var contentScale: Double {
    var (x, y) = (Float(1), Float(1))
    glfwGetWindowContentScale(handle, &x, &y)
    return Double(max(x, 1))
  }

  /// Seconds since the program began.
  var time: Double { glfwGetTime() }

  func load(_ name: String) -> UnsafeRawPointer? {
    glfwGetProcAddress(name).map { unsafeBitCast($0, to: UnsafeRawPointer.self) }
  }

  /// The inputs since the last call, and whether the system asked for the picture anew.
  ///
  /// - Parameter seconds: to wait for an input if there is none.
  func takeInputs(
    waiting seconds: Double
  ) -> (inputs: [ViewerInput.Timed], isDamaged: Bool) {
    inputs = []
    isDamaged = false
    glfwPollEvents()
    collected = time
    if inputs.isEmpty, !isDamaged, !isClosing, seconds > 0 {
      if seconds.isFinite { glfwWaitEventsTimeout(seconds) } else { glfwWaitEvents() }
    }
    collected = time
    updateSize()
    return (inputs, isDamaged)
  }

  private func note(_ input: ViewerInput) {
    inputs.append(ViewerInput.Timed(input, earliest: collected, latest: time))
  }

  func show() { glfwSwapBuffers(handle) }

  var title = "" {
    didSet { glfwSetWindowTitle(handle, title) }
  }

  func minimise() { glfwIconifyWindow(handle) }
  func restore() { glfwRestoreWindow(handle) }

  func resize(width: Int, height: Int) { glfwSetWindowSize(handle, Int32(width), Int32(height)) }

  /// - Throws: `Failure` with the system's reason.
  func copy(_ text: String) throws {
    Self.lastError = ""
    glfwSetClipboardString(handle, text)
    if !Self.lastError.isEmpty { throw Failure(.unavailable, "Not copied: \(Self.reason)") }
  }

  func toggleFullScreen() {
    if let windowed {
      glfwSetWindowMonitor(
        handle, nil, windowed.x, windowed.y, windowed.width, windowed.height, GLFW_DONT_CARE)
      self.windowed = nil
      return
    }
    guard let monitor = glfwGetPrimaryMonitor(), let mode = glfwGetVideoMode(monitor)?.pointee
    else { return }
    var place = (x: Int32(0), y: Int32(0), width: Int32(0), height: Int32(0))
    glfwGetWindowPos(handle, &place.x, &place.y)
    glfwGetWindowSize(handle, &place.width, &place.height)
    windowed = place
    glfwSetWindowMonitor(handle, monitor, 0, 0, mode.width, mode.height, mode.refreshRate)
  }

  private func updateSize() {
    var (w, h) = (Int32(0), Int32(0))
    // on X11 a minimised window keeps its size
    if glfwGetWindowAttrib(handle, GLFW_ICONIFIED) == GLFW_FALSE {
      glfwGetFramebufferSize(handle, &w, &h)
    }
    (width, height) = (Int(w), Int(h))
  }

  // MARK: Callbacks

  private static func of(_ handle: OpaquePointer?) -> Window? {
    glfwGetWindowUserPointer(handle).map {
      Unmanaged<Window>.fromOpaque($0).takeUnretainedValue()
    }
  }

  private func listen() {
    glfwSetKeyCallback(handle) { handle, key, _, action, modifiers in
      guard action != GLFW_RELEASE else { return }
      MainActor.assumeIsolated {
        guard let window = Window.of(handle) else { return }
        // the user may change the layout at any time
        window.readKeyboard()
        guard let key = ViewerInput.Key(glfw: key, window.keyboard) else { return }
        window.note(.key(key, .init(glfw: modifiers)))
      }
    }
    glfwSetCharCallback(handle) { handle, codepoint in
      guard let scalar = Unicode.Scalar(codepoint) else { return }
      MainActor.assumeIsolated {
        guard let window = Window.of(handle),
          let key = window.keyboard.key(typed: Character(scalar))
        else { return }
        window.note(.key(key))
      }
    }
    glfwSetMouseButtonCallback(handle) { handle, button, action, modifiers in
      guard let button = ViewerInput.MouseButton(glfw: button) else { return }
      MainActor.assumeIsolated {
        Window.of(handle)?.note(
          .button(button, isDown: action == GLFW_PRESS, .init(glfw: modifiers)))
      }
    }
    glfwSetCursorPosCallback(handle) { handle, x, y in
      MainActor.assumeIsolated { Window.of(handle)?.moved(to: x, y) }
    }
    glfwSetScrollCallback(handle) { handle, _, y in
      MainActor.assumeIsolated { Window.of(handle)?.note(.scroll(y)) }
    }
    glfwSetDropCallback(handle) { handle, count, paths in
      guard count > 0, let path = paths?[0].map({ String(cString: $0) }) else { return }
      MainActor.assumeIsolated { Window.of(handle)?.note(.drop(path)) }
    }
    glfwSetWindowRefreshCallback(handle) { handle in
      MainActor.assumeIsolated { Window.of(handle)?.isDamaged = true }
    }
    glfwSetFramebufferSizeCallback(handle) { handle, _, _ in
      MainActor.assumeIsolated { Window.of(handle)?.isDamaged = true }
    }
    glfwSetWindowFocusCallback(handle) { handle, _ in
      MainActor.assumeIsolated {
        Window.of(handle)?.readKeyboard()
        Window.of(handle)?.isDamaged = true
      }
    }
    readKeyboard()
  }

  private func readKeyboard() {
    keyboard = KeyboardLayout { place in
      guard let scalar = place.unicodeScalars.first else { return nil }
      return glfwGetKeyName(Int32(scalar.value), 0).map { String(cString: $0) }
    }
  }

  /// Appends a motion, converted from window coordinates to pixels of the picture.
  private func moved(to x: Double, _ y: Double) {
    var (w, h) = (Int32(0), Int32(0))
    glfwGetWindowSize(handle, &w, &h)
    guard w > 0, h > 0 else { return }
    var modifiers: ViewerInput.Modifiers = []
    let isHeld = { (key: Int32) in glfwGetKey(self.handle, key) == GLFW_PRESS }
    if isHeld(GLFW_KEY_LEFT_SHIFT) || isHeld(GLFW_KEY_RIGHT_SHIFT) { modifiers.insert(.shift) }
    if isHeld(GLFW_KEY_LEFT_CONTROL) || isHeld(GLFW_KEY_RIGHT_CONTROL) {
      modifiers.insert(.control)
    }
    note(
      .motion(x: x * Double(width) / Double(w), y: y * Double(height) / Double(h), modifiers))
  }
}

extension ViewerInput.Key {
  /// - Parameter keyboard: what printable keys stand for; GLFW numbers them by their American
  ///   legends.
  init?(glfw key: Int32, _ keyboard: KeyboardLayout) {
    switch key {
    case GLFW_KEY_SPACE: self = .space
    case GLFW_KEY_LEFT: self = .left
    case GLFW_KEY_RIGHT: self = .right
    case GLFW_KEY_BACKSPACE: self = .backspace
    case GLFW_KEY_TAB: self = .tab
    case GLFW_KEY_ESCAPE: self = .escape
    case GLFW_KEY_PAGE_UP: self = .pageUp
    case GLFW_KEY_HOME: self = .home
    case GLFW_KEY_END: self = .end
    case GLFW_KEY_F1...GLFW_KEY_F12: self = .function(Int(key - GLFW_KEY_F1) + 1)
    case GLFW_KEY_KP_0...GLFW_KEY_KP_9:
      self = .character(Character(String(key - GLFW_KEY_KP_0)))
    // the codes of printable keys are those of Latin-1, letters in upper case
    case 33...162:
      guard let scalar = Unicode.Scalar(UInt32(key)), let own = keyboard.key(at: Character(scalar))
      else { return nil }
      self = own
    default: return nil
    }
  }
}

extension ViewerInput.Modifiers {
  init(glfw bits: Int32) {
    self = []
    if bits & GLFW_MOD_SHIFT != 0 { insert(.shift) }
    if bits & GLFW_MOD_CONTROL != 0 { insert(.control) }
    if bits & GLFW_MOD_ALT != 0 { insert(.alt) }
  }
}

extension ViewerInput.MouseButton {
  init?(glfw button: Int32) {
    switch button {
    case GLFW_MOUSE_BUTTON_LEFT: self = .left
    case GLFW_MOUSE_BUTTON_RIGHT: self = .right
    case GLFW_MOUSE_BUTTON_MIDDLE: self = .middle
    default: return nil
    }
  }
}
