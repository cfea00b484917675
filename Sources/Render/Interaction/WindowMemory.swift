import Foundation
import IDQLSpelling
import IDQLTensors

/// What the window remembers from one session to the next: the panels that are open, those that
/// are folded, where they were put, and the theme. One line for each.
package struct WindowMemory: Equatable, Sendable {
  package var open: Set<ViewerPanel> = [.info]
  package var folded: Set<ViewerPanel> = []
  package var places: [ViewerPanel: PanelLayout.Place] = [:]
  package var theme = Theme.dark

  package enum Theme: String, CaseIterable, Sendable { case dark, light }

  package init() {}

  /// Of a viewer; help is not remembered.
  package init(_ viewer: ViewerState) {
    open = viewer.panels.subtracting([.help])
    folded = viewer.layout.folded
    places = viewer.layout.places
    theme = viewer.theme
  }

  /// The user's file: `$XDG_CONFIG_HOME/idql/window.txt`, or below `~/.config`; nil for a user
  /// without a home.
  package static func path(_ variables: [String: String]) -> String? {
    // the specification says to ignore paths that are not absolute
    let named = variables["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = variables["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.config" : nil }
    return (named ?? home).map { $0 + "/idql/window.txt" }
  }

  /// - Throws: `FileError`; `WindowMemoryError` for a line that is none of these.
  package init(contentsOf path: String) throws {
    let storage = try ByteStorage(contentsOf: path)
    let text = withExtendedLifetime(storage) { String(decoding: storage.bytes, as: UTF8.self) }
    try self.init(text, named: path)
  }

  package init(_ text: String, named name: String) throws(WindowMemoryError) {
    open = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      guard !words.isEmpty, !read(words) else { continue }
      throw WindowMemoryError(
        place: "\(name):\(index + 1)", found: words.joined(separator: " "))
    }
  }

  /// - Returns: whether it is a line of such a file.
  private mutating func read(_ words: [String]) -> Bool {
    let panels = words.dropFirst().compactMap(ViewerPanel.init(rawValue:))
    switch words[0] {
    case "open" where panels.count == words.count - 1: open = Set(panels)
    case "folded" where panels.count == words.count - 1: folded = Set(panels)
    case "theme" where words.count == 2:
      guard let named = Theme(rawValue: words[1]) else { return false }
      theme = named
    case "place" where words.count == 4 && panels.count == 1:
      let share = Bounds(0.0, 1)
      guard let x = try? share.number(in: words[2]), let y = try? share.number(in: words[3])
      else { return false }
      places[panels[0]] = PanelLayout.Place(x: Float(x), y: Float(y))
    default: return false
    }
    return true
  }

  /// As it is read.
  package var text: String {
    func names(_ panels: Set<ViewerPanel>) -> String {
      panels.map(\.rawValue).sorted().map { " \($0)" }.joined()
    }
    var lines = ["theme \(theme.rawValue)", "open" + names(open), "folded" + names(folded)]
    for (panel, place) in places.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append(
        "place \(panel.rawValue) \(Double(place.x).text(decimals: 4)) "
          + Double(place.y).text(decimals: 4))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Makes the folder, if there is none.
  ///
  /// - Throws: `FileError`; what making a folder throws.
  package func write(to path: String) throws {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(),
      withIntermediateDirectories: true)
    try writeFileAtomically(text, to: path)
  }
}

/// A line of the file that is not understood.
package struct WindowMemoryError: Error, Equatable, CustomStringConvertible {
  package var place: String
  package var found: String

  package var description: String {
    "\(place): '\(found.printable)' is none of: open PANELS, folded PANELS, place PANEL X Y with "
      + "shares from 0 to 1, theme dark or light. The window begins as new; remove the line or the "
      + "file."
  }
}
