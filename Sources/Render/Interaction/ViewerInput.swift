/// What a hand does to the window, freed from any windowing library.
public enum ViewerInput: Equatable, Sendable {
  /// Pressed, or repeated by being held.
  case key(Key, Modifiers = [])
  case button(MouseButton, isDown: Bool, Modifiers = [])
  /// The mouse is at this place now: pixels from the upper left corner.
  case motion(x: Double, y: Double, Modifiers = [])
  /// Notches of the wheel, away from the hand.
  case scroll(Double)
  /// Of the picture, in pixels; zero while the window is minimised.
  case resize(width: Int, height: Int)

  public enum MouseButton: Hashable, Sendable { case left, middle, right }

  public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let shift = Modifiers(rawValue: 1)
    public static let control = Modifiers(rawValue: 2)
    public static let alt = Modifiers(rawValue: 4)
  }

  public enum Key: Hashable, Sendable {
    /// What is printed on the key, letters in upper case.
    case character(Character)
    case function(Int)
    case space, left, right, backspace, tab, escape, pageUp, home, end
  }
}

extension ViewerInput.Key: CustomStringConvertible {
  public var description: String {
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

  /// The key of that name, as `description` has it, whatever the case.
  public init?(named name: String) {
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
  /// `Ctrl+Shift+`, to stand before a key; empty without any.
  public var description: String {
    (contains(.control) ? "Ctrl+" : "") + (contains(.alt) ? "Alt+" : "")
      + (contains(.shift) ? "Shift+" : "")
  }
}
