import Foundation
import IDQLTensors
import TestSupport
import Testing

@Suite struct SimulateCommandTests {
  /// Runs the pendulum from the given arrays.
  func simulate(
    _ tensors: [NamedTensor], in folder: String, _ options: String...
  ) throws -> TensorFile {
    let (model, states, out) = ("\(folder)/m.xml", "\(folder)/in", "\(folder)/out")
    try Fixture.write(Fixture.pendulum, to: model)
    try writeTensorFile(tensors, to: states)
    let result = try Command.start(
      ["simulate", model, "--states", states, "--out", out] + options
    ).finish()
    #expect(result.status == 0 && result.output == "" && result.error == "")
    return try TensorFile(contentsOf: out)
  }

  func starts(_ rows: [(Double, Double, Double)]) -> [NamedTensor] {
    [
      NamedTensor("qpos", shape: [rows.count, 1], .doubles(rows.map(\.0))),
      NamedTensor("qvel", shape: [rows.count, 1], .doubles(rows.map(\.1))),
      NamedTensor("ctrl", shape: [rows.count, 1], .doubles(rows.map(\.2))),
    ]
  }

  /// Semi-implicit Euler on I q̈ = τ - m g l sin q, with I of the sphere about the hinge.
  @Test func oneStepIsTheClosedForm() throws {
    try withTemporaryFolder { folder in
      let rows = [(0.3, -0.2, 0.5), (1.5, 0, 9.0), (-2.0, 1.0, -0.25)]
      let file = try simulate(starts(rows), in: folder)
      #expect(
        file.names == ["contact_count", "nonfinite", "qacc", "qpos", "qvel", "unconverged"])
      let mass = 1000 * 4 / 3 * Double.pi * 1e-3
      let inertia = mass + 2 / 5 * mass * 0.01
      let acceleration = rows.map { angle, _, torque in
        (min(max(torque, -1), 1) - mass * 9.81 * sin(angle)) / inertia
      }
      // a handful of rounded operations on numbers of order ten
      expectClose(try file.doubles("qacc").values, acceleration, within: 1e-13)
      let velocity = zip(rows, acceleration).map { $0.1 + 0.01 * $1 }
      expectClose(try file.doubles("qvel").values, velocity, within: 1e-14)
      expectClose(
        try file.doubles("qpos").values, zip(rows, velocity).map { $0.0 + 0.01 * $1 },
        within: 1e-14)
      #expect(try file.elementType("qpos") == .float64)
      #expect(try file.shape("contact_count") == [3])
      #expect(try file.integers("nonfinite").values == [0, 0, 0])
      #expect(try file.integers("unconverged").values == [0, 0, 0])
      #expect(file.metadata["physics"] == "mujoco4")
      #expect(try file.metadata["git_revision"] == Command.sourceRevision())
    }
  }

  @Test func trajectoryBeginsAtTheStartAndEndsWhereThePlainRunDoes() throws {
    try withTemporaryFolder { folder in
      let rows = [(0.3, -0.2, 0.5), (1.5, 0.1, -1)]
      let plain = try simulate(starts(rows), in: folder, "--steps", "5")
      let path = try simulate(starts(rows), in: folder, "--steps", "5", "--trajectory")
      for name in ["qpos", "qvel", "qacc"] {
        #expect(try plain.shape(name) == [2, 1])
        let values = try path.doubles(name)
        #expect(values.shape == [2, 6, 1])
        #expect(try plain.doubles(name).values == [values.values[5], values.values[11]])
      }
      #expect(try path.shape("contact_count") == [2, 6])
      #expect(try path.shape("nonfinite") == [2, 6])
      let positions = try path.doubles("qpos").values
      #expect([positions[0], positions[6]] == [0.3, 1.5])
    }
  }

  @Test func controlsMayVaryFromStepToStep() throws {
    try withTemporaryFolder { folder in
      var tensors = starts([(0.3, 0, 0.5)])
      let held = try simulate(tensors, in: folder, "--steps", "3").doubles("qpos").values
      tensors[2] = NamedTensor("ctrl", shape: [1, 3, 1], .doubles([0.5, 0.5, 0.5]))
      let same = try simulate(tensors, in: folder, "--steps", "3").doubles("qpos").values
      tensors[2] = NamedTensor("ctrl", shape: [1, 3, 1], .doubles([0.5, 0.5, -0.5]))
      let other = try simulate(tensors, in: folder, "--steps", "3").doubles("qpos").values
      #expect(held == same)
      #expect(held != other)
    }
  }

  /// A state and its warm start are all that a continuation needs.
  @Test func aRunCanBeContinued() throws {
    try withTemporaryFolder { folder in
      let whole = try simulate(starts([(0.3, -0.2, 0.5)]), in: folder, "--steps", "4")
      let half = try simulate(starts([(0.3, -0.2, 0.5)]), in: folder, "--steps", "2")
      let rest = try simulate(
        [
          NamedTensor("qpos", shape: [1, 1], .doubles(try half.doubles("qpos").values)),
          NamedTensor("qvel", shape: [1, 1], .doubles(try half.doubles("qvel").values)),
          NamedTensor("ctrl", shape: [1, 1], .doubles([0.5])),
          NamedTensor("qacc_warmstart", shape: [1, 1], .doubles(try half.doubles("qacc").values)),
        ], in: folder, "--steps", "2")
      for name in ["qpos", "qvel", "qacc"] {
        #expect(try rest.doubles(name).values == whole.doubles(name).values)
      }
    }
  }

  @Test func aStateThatIsNotFiniteIsReportedAndAlone() throws {
    try withTemporaryFolder { folder in
      let file = try simulate(
        starts([(0.3, 0, 0), (.nan, 0, 0), (0, 1e11, 0), (0.3, 0, 0)]), in: folder)
      #expect(try file.integers("nonfinite").values == [0, 1, 1, 0])
      let positions = try file.doubles("qpos").values
      #expect(positions[0] == positions[3] && positions[0].isFinite)
    }
  }

  @Test func arraysOfOtherShapesAreRefused() throws {
    try withTemporaryFolder { folder in
      let (model, states, out) = ("\(folder)/m.xml", "\(folder)/in", "\(folder)/out")
      try Fixture.write(Fixture.pendulum, to: model)
      func expect(_ line: String, change: (inout [NamedTensor]) -> Void) throws {
        var tensors = starts([(0, 0, 0), (1, 1, 1)])
        change(&tensors)
        try writeTensorFile(tensors, to: states)
        try expectRefusal(
          65, "\(states): \(line)",
          ["simulate", model, "--states", states, "--out", out, "--steps", "3"])
        #expect(!FileManager.default.fileExists(atPath: out))
      }
      func doubles(_ name: String, _ shape: [Int]) -> NamedTensor {
        NamedTensor(
          name, shape: shape, .doubles(Array(repeating: 0, count: shape.reduce(1, *))))
      }
      try expect("'qpos' has the shape [2, 3]; it must be [starts, 1].") {
        $0[0] = doubles("qpos", [2, 3])
      }
      try expect("'qvel' has the shape [1, 1]; it must be [2, 1].") {
        $0[1] = doubles("qvel", [1, 1])
      }
      try expect("'ctrl' has the shape [2, 4, 1]; it must be [2, 1] or [2, 3, 1].") {
        $0[2] = doubles("ctrl", [2, 4, 1])
      }
      try expect("no tensor is named 'ctrl'.") { $0.remove(at: 2) }
      try expect("'qacc_warmstart' has the shape [2]; it must be [2, 1].") {
        $0.append(doubles("qacc_warmstart", [2]))
      }
      try writeTensorFile(starts([(0, 0, 0)]), to: states)
      try expectRefusal(
        65,
        "the result would hold 6000000006 numbers, at most 268435456 are written to one file; "
          + "take fewer steps or rows.",
        [
          "simulate", model, "--states", states, "--out", out, "--trajectory", "--steps",
          "1000000000",
        ])
    }
  }

  @Test func anOutputThatCannotBeWrittenIsNamed() throws {
    try withTemporaryFolder { folder in
      try Fixture.write(Fixture.pendulum, to: "\(folder)/m.xml")
      try writeTensorFile(starts([(0, 0, 0)]), to: "\(folder)/in")
      let out = "\(folder)/in/out"
      try expectRefusal(
        73, "\(out): cannot create the file: Not a directory.",
        ["simulate", "\(folder)/m.xml", "--states", "\(folder)/in", "--out", out])
    }
  }
}
