import IDQLSpelling

/// Inputs to a viewer, read from a text: for pictures of panels, for demonstrations and for tests.
/// One step a line, whichever way lines end; `#` begins a comment.
package struct ViewerScript: Equatable, Sendable {
  package enum Step: Equatable, Sendable {
    case input(ViewerInput)
    /// Seconds of play, at 60 pictures a second.
    case wait(Double)
    case seek(Int)
    /// Starts a branch at the frame shown, as the panel's button does.
    case branch
    case size(width: Int, height: Int)
    case minimise, restore
    /// Prints the number of pictures drawn so far, memory and processor time.
    case report
    case screenshot(String)
    case quit
  }

  package var steps: [Step]

  /// - Parameter name: of the file, for errors.
  /// - Throws: `ViewerScriptError` for the first line that is not a step.
  package init(_ text: String, named name: String) throws(ViewerScriptError) {
    steps = []
    // written by some editors, and no part of the text
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      guard !words.isEmpty else { continue }
      guard let step = Self.step(words) else {
        throw ViewerScriptError(place: "\(name):\(index + 1)", found: words.joined(separator: " "))
      }
      steps.append(step)
    }
  }

  private static func step(_ words: [String]) -> Step? {
    switch (words[0], words.count) {
    case ("key", 2):
      guard let (name, modifiers) = chord(words[1]), let key = ViewerInput.Key(named: name)
      else { return nil }
      return .input(.key(key, modifiers))
    case ("press", 2), ("release", 2):
      guard let (name, modifiers) = chord(words[1]), let button = buttons[name.lowercased()]
      else { return nil }
      return .input(.button(button, isDown: words[0] == "press", modifiers))
    case ("mouse", 3), ("mouse", 4):
      guard let x = number(words[1], places), let y = number(words[2], places) else { return nil }
      let modifiers = words.count == 4 ? chord(words[3] + "+x")?.modifiers : []
      return modifiers.map { .input(.motion(x: x, y: y, $0)) }
    case ("scroll", 2): return number(words[1], places).map { .input(.scroll($0)) }
    case ("wait", 2): return number(words[1], Bounds(0, 1e6)).map { .wait($0) }
    case ("seek", 2): return try? .seek(Bounds(0, 1_000_000).number(in: words[1]))
    case ("branch", 1): return .branch
    case ("drop", 2): return .input(.drop(words[1]))
    case ("size", 3):
      let sizes = Bounds(1, 16384)
      guard let width = try? sizes.number(in: words[1]),
        let height = try? sizes.number(in: words[2])
      else { return nil }
      return .size(width: width, height: height)
    case ("minimise", 1): return .minimise
    case ("restore", 1): return .restore
    case ("report", 1): return .report
    case ("screenshot", 2): return .screenshot(words[1])
    case ("quit", 1): return .quit
    default: return nil
    }
  }

  /// Of the mouse, in points of the window, and of its wheel.
  private static let places = Bounds(-1e6, 1e6)

  private static func number(_ text: String, _ bounds: Bounds<Double>) -> Double? {
    try? bounds.number(in: text)
  }

  private static let buttons: [String: ViewerInput.MouseButton] = [
    "left": .left, "middle": .middle, "right": .right,
  ]

  /// A key and its modifiers from text such as `Ctrl+Shift+P`.
  private static func chord(
    _ text: String
  ) -> (name: String, modifiers: ViewerInput.Modifiers)? {
    var parts = text.split(separator: "+").map(String.init)
    guard let name = parts.popLast() else { return nil }
    var modifiers: ViewerInput.Modifiers = []
    for part in parts {
      switch part.lowercased() {
      case "shift": modifiers.insert(.shift)
      case "ctrl": modifiers.insert(.control)
      case "alt": modifiers.insert(.alt)
      default: return nil
      }
    }
    return (name, modifiers)
  }
}

/// A line of a script that is not a step.
package struct ViewerScriptError: Error, Equatable, CustomStringConvertible {
  package var place: String
  package var found: String

  package var description: String {
    "\(place): '\(found.printable)' is no step; there are key CHORD, press BUTTON, release BUTTON, mouse X Y, "
      + "scroll N, wait SECONDS, seek FRAME, branch, drop FILE, size W H, minimise, restore, report, "
      + "screenshot FILE and quit, with numbers of at most 1000000 and sizes from 1 to 16384."
  }
}
