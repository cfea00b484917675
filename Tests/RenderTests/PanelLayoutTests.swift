import Foundation
import TestSupport
import Testing

@testable import IDQLRender

/// Where panels are on windows of any size.
@Suite struct PanelLayoutTests {
  typealias Room = PanelLayout.Room

  /// About what the panels of a hopper and its policy wish to have.
  static let heights: [ViewerPanel: Float] = [
    .info: 290, .profile: 250, .observation: 170, .options: 420, .candidates: 320,
    .denoising: 390, .futures: 260, .whatIf: 170, .control: 260,
    .plots: 350,
  ]

  static func room(_ width: Float, _ height: Float, scale: Float = 1) -> Room {
    Room(
      width: width, height: height - 40 * scale, scale: scale, headerHeight: 30 * scale,
      heights: heights.mapValues { $0 * scale })
  }

  static let sides = ViewerPanel.allCases.filter { $0.side != nil }
  /// Of the windows that a talk, a laptop, a corner of a screen and a large display have.
  static let rooms: [Room] = [
    room(1280, 720), room(1024, 768), room(640, 360), room(3840, 2160, scale: 2), room(400, 300),
    // with the values below
    room(640, 216),
  ]

  /// Whether two frames have a point in common.
  func meet(_ a: PanelLayout.Frame, _ b: PanelLayout.Frame) -> Bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
  }

  @Test(arguments: rooms.indices) func noPanelsOverlapAndAllAreSeen(_ index: Int) {
    let room = Self.rooms[index]
    var count = 0
    for bits in 0..<(1 << Self.sides.count) {
      let open = Set(Self.sides.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
      var layout = PanelLayout()
      for panel in Self.sides where open.contains(panel) { layout.bringForward(panel) }
      let frames = layout.arrange(open, in: room)
      #expect(Set(frames.map(\.panel)) == open && frames.count == open.count)
      if room.width >= 1280 * room.scale {
        let (left, right) = (
          frames.filter { $0.panel.side == .left }, frames.filter { $0.panel.side == .right }
        )
        let from = left.map { $0.x + $0.width }.max() ?? 0
        let to = right.map(\.x).min() ?? room.width
        #expect(to - from >= 0.29 * room.width, "the scene is hidden by \(open)")
      }
      for (i, a) in frames.enumerated() {
        // a thousandth of a pixel for the rounding of sums
        let isInside =
          a.x >= 0 && a.y >= 0 && a.x + a.width <= room.width + 1e-3
          && a.y + a.height <= room.height + 1e-3
        #expect(isInside && a.height >= room.headerHeight, "\(a) of \(open)")
        for b in frames[(i + 1)...] { #expect(!meet(a, b), "\(a) and \(b)") }
        count += 1
      }
    }
    #expect(count == Self.sides.count << (Self.sides.count - 1))
  }

  @Test func whatIsOpenedLastIsShown() throws {
    let room = Self.room(640, 360)
    var layout = PanelLayout()
    let open: Set<ViewerPanel> = [.candidates, .denoising, .whatIf, .control]
    for panel in [.control, .denoising, .candidates, .whatIf] as [ViewerPanel] {
      layout.bringForward(panel)
    }
    func frame(_ panel: ViewerPanel) throws -> PanelLayout.Frame {
      try #require(layout.arrange(open, in: room).first { $0.panel == panel })
    }
    #expect(try frame(.whatIf).height == 170)
    #expect(try frame(.denoising).isFolded && frame(.candidates).isFolded)
    // a click on a header opens that panel, as far as there is room
    layout.toggle(try frame(.denoising))
    #expect(try !frame(.denoising).isFolded && frame(.whatIf).isFolded)
    let denoising = try frame(.denoising)
    #expect(denoising.height > 120 && denoising.height < 390)
    // a click on an open one folds it, and the room is another's
    layout.toggle(denoising)
    #expect(try frame(.denoising).isFolded && layout.folded == [.denoising])
    #expect(try !frame(.whatIf).isFolded)
    layout.toggle(try frame(.denoising))
    #expect(layout.folded.isEmpty)
    #expect(try !frame(.denoising).isFolded)
  }

  /// Six headers do not fit one below the other: some share a row, and the last opened has one for itself.
  @Test func headersShareRowsWhereThereIsNoRoom() throws {
    let room = Self.room(640, 216)
    let right = Self.sides.filter { $0.side == .right }
    for last in right {
      var layout = PanelLayout()
      for panel in right where panel != last { layout.bringForward(panel) }
      layout.bringForward(last)
      let frames = layout.arrange(Set(right), in: room)
      let open = frames.filter { !$0.isFolded }
      #expect(open.map(\.panel) == [last] && open[0].height >= room.headerHeight + 45)
      let rows = Dictionary(grouping: frames, by: \.y).values.map(\.count)
      #expect(rows.count < right.count && rows.max() ?? 0 > 1 && frames.count == right.count)
      // a click on any of the others opens it
      for frame in frames where frame.isFolded {
        var other = layout
        other.toggle(frame)
        let now = other.arrange(Set(right), in: room).filter { !$0.isFolded }
        #expect(now.map(\.panel) == [frame.panel])
      }
    }
  }

  @Test func aMovedPanelStaysThereOnWindowsOfAllSizes() throws {
    let room = Self.room(1280, 720)
    var layout = PanelLayout()
    func info(_ room: Room) throws -> PanelLayout.Frame {
      try #require(layout.arrange([.info, .profile], in: room).first { $0.panel == .info })
    }
    let before = try info(room)
    layout.move(before, toX: 475, 325, in: room)
    let after = try info(room)
    #expect(after.x == 475 && after.y == 325 && after.width == 330 && after.height == 290)
    // what was below moves up
    let profile = try #require(
      layout.arrange([.info, .profile], in: room).first { $0.panel == .profile })
    #expect(profile.y == 10)
    // to the same share of the room of a large window, and within a small one
    let large = try info(Self.room(3840, 2160, scale: 2))
    #expect(large.x == (3840 - 660) * (475.0 / 950) && large.y == 1010)
    for room in Self.rooms {
      let frame = try info(room)
      #expect(frame.x >= 0 && frame.x + frame.width <= room.width)
      #expect(frame.y >= 0 && frame.y + room.headerHeight <= room.height)
    }
    // beyond the edges is at the edges
    layout.move(after, toX: 9000, -50, in: room)
    #expect(try info(room).x == 950 && info(room).y == 0)
    layout.reset()
    #expect(try info(room) == before)
  }

  // MARK: What is remembered

  @Test func theMemoryReadsWhatItWrote() throws {
    let viewer = try ViewerState(Fixture.session(), isPaused: true)
    for panel in [.candidates, .observation, .help] as [ViewerPanel] {
      viewer.perform(.panel(panel))
    }
    viewer.perform(.theme)
    let room = Self.room(1280, 720)
    for frame in viewer.layout.arrange(viewer.panels, in: room) where frame.panel != .info {
      viewer.layout.toggle(frame)
      viewer.layout.move(frame, toX: 300, 170, in: room)
    }
    let memory = WindowMemory(viewer)
    #expect(memory.open == [.info, .candidates, .observation] && memory.theme == .light)
    let read = try WindowMemory(memory.text, named: "m")
    #expect(read.text == memory.text && read.open == memory.open && read.folded == memory.folded)
    #expect(Set(read.places.keys) == [.candidates, .observation])
    for (panel, place) in read.places {
      // four decimals
      let written = try #require(memory.places[panel])
      #expect(abs(place.x - written.x) < 1e-4 && abs(place.y - written.y) < 1e-4)
    }

    // into a session without a policy, whose panels it does not have
    let other = try ViewerState(Session(model: Fixture.model()), isPaused: true)
    other.recall(read)
    #expect(other.panels == [.info, .observation] && other.theme == .light)
    #expect(other.layout.folded == [.candidates, .observation])
  }

  @Test func theMemoryIsInTheUsersFolder() throws {
    #expect(WindowMemory.path(["XDG_CONFIG_HOME": "/x", "HOME": "/h"]) == "/x/idql/window.txt")
    #expect(WindowMemory.path(["HOME": "/h"]) == "/h/.config/idql/window.txt")
    #expect(
      WindowMemory.path(["XDG_CONFIG_HOME": "x", "HOME": "/h"]) == "/h/.config/idql/window.txt")
    #expect(WindowMemory.path([:]) == nil)
    try withTemporaryFolder { folder in
      let path = "\(folder)/a/idql/window.txt"
      var memory = WindowMemory()
      memory.theme = .light
      try memory.write(to: path)
      #expect(try WindowMemory(contentsOf: path) == memory)
      #expect(throws: (any Error).self) { try memory.write(to: "/dev/null/a/window.txt") }
    }
  }

  @Test(arguments: [
    "open nothing", "place info 0.5", "place info 0.5 1.5", "place info nan 0", "theme green",
    "place info candidates 0", "size 3", "folded info 3",
  ])
  func anotherLineIsRefused(_ line: String) {
    expectMessage(
      "m:2: '\(line)' is none of: open PANELS, folded PANELS, place PANEL X Y with shares from 0 to "
        + "1, theme dark or light. The window begins as new; remove the line or the file."
    ) { _ = try WindowMemory("theme dark\n\(line)", named: "m") }
  }
}
