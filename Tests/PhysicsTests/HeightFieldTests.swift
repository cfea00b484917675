import Foundation
import IDQLPhysicsLanes
import TestSupport
import Testing

@testable import IDQLPhysics

/// Height fields against MuJoCo 4.0.0 (`Scripts/record_height_fields.py`), and broken files.
@Suite struct HeightFieldTests {
  struct Recorded: Decodable {
    struct Pair: Decodable {
      struct Case: Decodable { let position, contacts: [Double] }
      let document: String
      let cases: [Case]
    }
    struct Motion: Decodable {
      struct Row: Decodable {
        let qpos, qvel, next: [Double]
        let contacts: Int
      }
      let document: String
      let rows: [Row]
    }
    let compiled: [String: [String: [Double]]]
    let touching: [String: Pair]
    let motion: [String: Motion]
  }

  static let recorded: Recorded = goldenJSON("height-fields/expected.json")

  /// Pictures of every kind of colours, filter and block, MuJoCo's own format and heights in the document.
  /// The same arithmetic in single precision: the same bits.
  @Test func heightFieldsCompileToMuJoCosArrays() throws {
    #expect(Self.recorded.compiled.count == 7)
    for (name, expected) in Self.recorded.compiled {
      let model = try Model(
        contentsOf: goldenPath("height-fields/\(name).xml"), profile: .mujoco4)
      let found: [String: [Double]] = [
        // in the order of the geoms that need them, not of the document
        "hfield_data": model.heightFields.sorted { $0.name < $1.name }.flatMap {
          $0.elevations.map(Double.init)
        },
        "geom_size": model.geoms.flatMap(\.size.array),
        "geom_rbound": model.geoms.map(\.boundingRadius),
        "geom_pos": model.geoms.flatMap(\.position.array), "body_mass": model.bodies.map(\.mass),
      ]
      #expect(expected.count == found.count)
      if name == "inline" {
        #expect(found["hfield_data"]?.sorted() == expected["hfield_data"]?.sorted(), "\(name)")
        #expect(model.heightFields.map(\.name) == ["level", "a"])
      } else {
        #expect(found["hfield_data"] == expected["hfield_data"], "\(name)")
      }
      for key in ["geom_size", "geom_rbound", "geom_pos", "body_mass"] {
        expectClose(found[key] ?? [], expected[key] ?? [], within: 1e-14, "\(name) \(key)")
      }
    }
  }

  /// Every shape with and without margin. 1e-12: the search takes MuJoCo's steps, up to rounding.
  @Test func contactsAreMuJoCos() throws {
    var count = 0
    for (name, pair) in Self.recorded.touching {
      let model = try Model(mjcf: pair.document, named: name, profile: .mujoco4)
      let simulation = Simulation(model: model)
      for (number, recorded) in pair.cases.enumerated() {
        simulation.reset(
          position: recorded.position,
          velocity: Array(repeating: 0, count: model.velocityCount))
        simulation.refresh()
        let found = simulation.contacts.flatMap {
          [$0.distance] + $0.position.array + $0.normal.array
        }
        expectClose(found, recorded.contacts, within: 1e-12, "\(name) \(number)")
        count += simulation.contacts.count
      }
    }
    #expect(count > 1200)
  }

  /// A pile of every shape, and a height field that moves. 1e-9: MuJoCo's solver ends that near to the
  /// minimum.
  @Test func stepsAreMuJoCos() throws {
    for (name, motion) in Self.recorded.motion {
      let model = try Model(mjcf: motion.document, named: name, profile: .mujoco4)
      let simulation = Simulation(model: model)
      for (number, row) in motion.rows.enumerated() {
        simulation.reset(position: row.qpos, velocity: row.qvel)
        simulation.step()
        #expect(simulation.contacts.count == row.contacts)
        expectClose(
          simulation.state.velocity, row.next, within: 1e-9, relative: 1e-9, "\(name) \(number)")
      }
      #expect(motion.rows.reduce(0) { $0 + $1.contacts } > 8)
    }
  }

  /// In lanes as alone, to the bit.
  @Test(arguments: WideStepper.supportedLaneCounts)
  func lanesMoveAsSingleSimulations(_ laneCount: Int) throws {
    let motion = try #require(Self.recorded.motion["pile"])
    let model = try Model(mjcf: motion.document, named: "pile", profile: .mujoco4)
    func simulations() -> [Simulation] {
      motion.rows.map { row in
        let simulation = Simulation(model: model)
        simulation.reset(position: row.qpos, velocity: row.qvel)
        return simulation
      }
    }
    let (single, wide) = (simulations(), simulations())
    let stepper = WideStepper(model: model, laneCount: laneCount)
    for _ in 0..<20 {
      for simulation in single { simulation.step() }
      stepper.step(wide)
    }
    for (a, b) in zip(single, wide) { #expect(a.state == b.state) }
  }

  // MARK: What is refused

  @Test func otherReleasesAreRefused() {
    let document = Self.recorded.touching["sphere-0"]?.document ?? ""
    #expect(throws: MJCFError.self) { try Model(mjcf: document, profile: .mujoco3) }
    #expect(throws: Never.self) { try Model(mjcf: document, profile: .mujoco4) }
  }

  @Test(arguments: [
    (
      "<hfield name='h' nrow='2' ncol='2'/>",
      "m.xml:1: <hfield> needs the attribute 'size'."
    ),
    (
      "<hfield name='h' nrow='2' ncol='2' size='1 1 0 1'/>",
      "m.xml:1: number 3 of the 'size' of <hfield> is 0.0. Give half width, half depth, height and "
        + "depth of the base, all above 0."
    ),
    (
      "<hfield name='h' nrow='2' ncol='2' size='1 1 1 1' elevation='1 2 3'/>",
      "m.xml:1: 'elevation' of <hfield> has 3 numbers. Give nrow times ncol, which is 4."
    ),
    (
      "<hfield name='h' ncol='2' size='1 1 1 1'/>",
      "m.xml:1: <hfield> is impossible: it has 0 x 2 points, not 1 to 4000000. Give 'nrow' and "
        + "'ncol', or 'file'."
    ),
    (
      "<hfield name='h' file='a.png' size='1 1 1 1'/>",
      "m.xml:1: the file of an <hfield> in a document without a file is not supported. Read the document "
        + "from its file, or give 'elevation'."
    ),
    (
      "<hfield name='i' nrow='2' ncol='2' size='1 1 1 1'/>",
      "m.xml:1: no hfield is named 'h'. Did you mean 'i'?"
    ),
  ])
  func impossibleHeightFieldsAreNamed(_ asset: String, _ message: String) {
    expectMessage(message) {
      _ = try Model(
        mjcf: "<mujoco><asset>\(asset)</asset><worldbody><geom type='hfield' hfield='h'/>"
          + "</worldbody></mujoco>", named: "m.xml", profile: .mujoco4)
    }
  }

  /// Every beginning of a file, and every file with a byte changed, is read or refused.
  @Test(arguments: ["grey.png", "colours.PNG", "stored.png", "noise.png", "indexed.png"])
  func damagedPicturesAreReadOrRefused(_ name: String) throws {
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: goldenPath("height-fields/files/\(name)"))))
    let whole = try HeightGrid(png: bytes)
    #expect(whole.heights.count == whole.rowCount * whole.columnCount)
    var (read, refused) = (0, 0)
    func attempt(_ bytes: [UInt8]) {
      do throws(UnreadableFile) {
        let grid = try HeightGrid(png: bytes)
        #expect(grid.heights.count == grid.rowCount * grid.columnCount)
        read += 1
      } catch {
        #expect(!error.reason.isEmpty)
        refused += 1
      }
    }
    for end in 0..<bytes.count { attempt(Array(bytes[..<end])) }
    for index in 0..<bytes.count {
      for change: UInt8 in [1, 0x80] {
        var damaged = bytes
        damaged[index] ^= change
        attempt(damaged)
      }
    }
    #expect(read > 30 && refused > bytes.count)
  }

  @Test func filesOfMuJoCosFormatHaveTheirLength() {
    let start: [UInt8] = [2, 0, 0, 0, 1, 0, 0, 0]
    #expect(throws: UnreadableFile(reason: "it has 12 bytes where its header means 16")) {
      try HeightGrid(custom: start + [0, 0, 0, 0])
    }
    #expect(throws: UnreadableFile(reason: "some of its heights are not finite")) {
      try HeightGrid(custom: start + [0, 0, 0x80, 0x7F, 0, 0, 0, 0])
    }
    #expect(throws: UnreadableFile(reason: "it ends within its header")) {
      try HeightGrid(custom: [1, 0, 0, 0])
    }
  }
}
