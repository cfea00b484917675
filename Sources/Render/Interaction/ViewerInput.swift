/// An input to the window, independent of any windowing library.
package enum ViewerInput: Equatable, Sendable {
  /// A key was pressed, or is repeated while held.
  case key(Key, Modifiers = [])
  case button(MouseButton, isDown: Bool, Modifiers = [])
  /// The mouse moved to this position: pixels from the upper left corner.
  case motion(x: Double, y: Double, Modifiers = [])
  /// Notches of the wheel, positive away from the user.
  case scroll(Double)
  /// A file was dropped on the window.
  case drop(String)
  /// Size of the picture, pixels; zero while the window is minimised.
  case resize(width: Int, height: Int)

  /// An input with the times between which it was made, s: inputs are collected once a picture, and
  /// one that waited there may be as old as the collection before.
  package struct Timed: Equatable, Sendable {
    package var input: ViewerInput
    package var earliest: Double
    package var latest: Double

    package init(_ input: ViewerInput, earliest: Double, latest: Double) {
      self.input = input
      (self.earliest, self.latest) = (earliest, latest)
    }
  }

  package enum MouseButton: Hashable, Sendable { case left, middle, right }

  package struct Modifiers: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let shift = Modifiers(rawValue: 1)
    package static let control = Modifiers(rawValue: 2)
    package static let alt = Modifiers(rawValue: 4)
  }

  package enum Key: Hashable, Sendable {
    /// A printable key by its legend, letters in upper case.
    case character(Character)
    case function(Int)
    case space, left, right, backspace, tab, escape, pageUp, home, end
  }
}

extension ViewerInput.Key: CustomStringConvertible {
  package var description: String {
    switch self {
    case .character(let character): String(character)
    case .function(let number): "F\(number)"
    case .space: "Space"
    case .left: "Left"
    case .right: "Right"
    case .backspace: "Backspace"
    case .tab: "Tab"
    case .escape: "Esc"
    case .pageUp: "PageUp"
    case .home: "Home"
    case .end: "End"
    }
  }

  /// The key whose `description` is that name, ignoring case.
  package init?(named name: String) {
    let special: [Self] = [
      .space, .left, .right, .backspace, .tab, .escape, .pageUp, .home, .end,
    ]
    let known = special + (1...12).map { .function($0) }
    if let key = known.first(where: { $0.description.lowercased() == name.lowercased() }) {
      self = key
    } else if let character = name.uppercased().first, name.count == 1 {
      self = .character(character)
    } else {
      return nil
    }
  }
}

extension ViewerInput.Modifiers: CustomStringConvertible {
  /// Prefix of the name of a key, such as `Ctrl+Shift+`; empty without modifiers.
  package var description: String {
    (contains(.control) ? "Ctrl+" : "") + (contains(.alt) ? "Alt+" : "")
      + (contains(.shift) ? "Shift+" : "")
  }
}
