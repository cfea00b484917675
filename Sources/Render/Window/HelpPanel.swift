import CIDQLImGui
import IDQLRender

extension Panels {
  private struct HelpSection {
    var title: String
    var entries: [(key: String, help: String)]
    /// With its title and a line below.
    var lineCount: Int { entries.count + 2 }
  }

  private struct HelpColumn {
    var sections: [HelpSection] = []
    var keyWidth: Float = 0
    var helpWidth: Float = 0
    var lineCount: Int { sections.reduce(-1) { $0 + $1.lineCount } }

    mutating func add(_ section: HelpSection) {
      sections.append(section)
      for entry in section.entries {
        keyWidth = max(keyWidth, idql_gui_text_size(entry.key).x)
        helpWidth = max(helpWidth, idql_gui_text_size(entry.help).x)
      }
    }
  }

  /// F1: the table of keys, in as many columns as there is room for; it scrolls if it is longer than
  /// the window.
  func drawHelp() {
    let gap = 1.2 * margin
    func total(_ columns: [HelpColumn]) -> Float {
      columns.reduce(-gap) { $0 + $1.keyWidth + $1.helpWidth + 2 * gap }
    }
    // room for the bar that scrolls
    let free = width - 4 * margin - 16 * scale
    let columns = [3, 2].lazy.map(helpColumns).first { total($0) <= free } ?? helpColumns(1)
    let lineHeight = idql_gui_line_height() * 0.93
    let header = idql_gui_line_height() + 10 * scale
    let inner = Gui.point(
      total(columns), Float(columns.map(\.lineCount).max() ?? 1) * lineHeight)
    let size = Gui.point(
      min(inner.x + 2 * margin + 16 * scale, width), min(inner.y + header + 2 * margin, height))
    let place = Gui.point((width - size.x) / 2, max(0, min(2 * margin, height - size.y)))
    idql_gui_begin("help", place, size, 0.98)
    defer { idql_gui_end() }
    idql_gui_write(
      Gui.point(place.x + margin, place.y + 7 * scale), Gui.accent, "Keys and mouse")
    let end = "Esc closes"
    Gui.writeRight(end, right: place.x + size.x - margin, y: place.y + 7 * scale, color: Gui.dim)
    idql_gui_begin_body(header)
    defer { _ = idql_gui_end_body() }
    let corner = idql_gui_canvas("help", inner)
    var x = corner.x
    for column in columns {
      var y = corner.y
      for section in column.sections {
        idql_gui_write(Gui.point(x, y), Gui.accent, section.title)
        y += lineHeight
        for entry in section.entries {
          idql_gui_write(Gui.point(x, y), Gui.bright, entry.key)
          idql_gui_write(Gui.point(x + column.keyWidth + gap, y), Gui.dim, entry.help)
          y += lineHeight
        }
        y += lineHeight
      }
      x += column.keyWidth + column.helpWidth + 2 * gap
    }
  }

  /// The sections in order, in columns of about the same length.
  private func helpColumns(_ count: Int) -> [HelpColumn] {
    let sections = helpSections
    let total = sections.reduce(0) { $0 + $1.lineCount }
    var columns = [HelpColumn()]
    var done = 0
    for section in sections {
      // a section belongs to the column in which its middle is
      let middle = Float(done) + Float(section.lineCount) / 2
      if columns.count < count, middle > Float(total * columns.count) / Float(count) {
        columns.append(HelpColumn())
      }
      columns[columns.count - 1].add(section)
      done += section.lineCount
    }
    return columns
  }

  private var helpSections: [HelpSection] {
    func section(_ section: KeyBinding.Section) -> HelpSection {
      HelpSection(
        title: section.rawValue,
        entries: KeyBinding.all.filter { $0.section == section && !$0.isOfCamera }.map {
          (state.keyboard.name(of: $0), $0.help)
        })
    }
    var camera = section(.camera)
    let last = KeyBinding.cameraCount
    camera.entries += [
      ("Ctrl+1 to \(last)", "to this kept camera"),
      ("Ctrl+Shift+1 to \(last)", "keep the camera under this number"),
    ]
    let flags = KeyBinding.all.filter { if case .flag = $0.command { true } else { false } }
    let shown = HelpSection(
      title: KeyBinding.Section.shown.rawValue,
      entries: flags.map { (state.keyboard.name(of: $0), $0.help) } + [
        ("0 to 5", "geoms of this group"), ("Shift+0 to 5", "sites of this group"),
      ])
    let mouse = HelpSection(
      title: "Mouse", entries: KeyBinding.mouse.map { ($0.gesture, $0.help) })
    return [
      section(.playback), section(.panels), section(.policy), shown, section(.program), mouse,
      camera,
    ]
  }
}

extension KeyBinding {
  /// Whether it keeps a camera under a number, or goes to one.
  fileprivate var isOfCamera: Bool {
    switch command {
    case .keepCamera, .recallCamera: true
    default: false
    }
  }
}
