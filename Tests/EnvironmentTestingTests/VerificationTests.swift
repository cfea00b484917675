import IDQLEnvs
import IDQLPhysics
import Testing

@testable import IDQLEnvironmentTesting

/// Against MuJoCo, Gymnasium and Gymnasium-Robotics.
@Suite struct VerificationTests {
  /// Empty if the recordings are missing, which `everyIdIsAccountedFor` reports.
  static let recorded = (try? EnvironmentID.recorded()) ?? []

  @Test(arguments: Self.recorded, PhysicsProfile.all)
  func theEnvironmentMatchesItsRecordings(_ id: EnvironmentID, _ physics: PhysicsProfile) throws {
    guard id.possiblePhysics.contains(physics) else {
      #expect(physics != .mujoco4 && id.description.hasPrefix("Pusher"))
      return
    }
    guard let result = try verifyRecordings(of: id, physics: physics) else {
      // recorded with MuJoCo 4 alone, OGBench's point with 3 as well
      let name = id.description
      let isAlone = [
        "Maze_", "pointmaze", "antsoccer", "humanoidmaze", "Swimmer", "Reacher", "Inverted",
        "Humanoid",
      ].contains(where: name.contains)
      #expect(physics != .mujoco4 && isAlone)
      return
    }
    #expect(result.stepCount >= 10)
    #expect(result.isWithinBars, "\(result.worst.map { "\($0)" } ?? "")")
  }

  /// One of each kind of recording, by the number of steps that it has.
  @Test(arguments: [
    ("Hopper-v4", PhysicsProfile.mujoco2_1, 16 + 20, "MuJoCo 2.1.0"),
    ("Hopper-v4", .mujoco4, 16 + 20 + 50, "gymnasium 1.4.0"),
    ("Ant-v4", .mujoco4, 16 + 40 + 50 + 80, "rl-trained-agents"),
    ("antsoccer-arena-navigate-v0", .mujoco4, 8 + 12, "ogbench 1.2.2"),
    ("humanoidmaze-medium-navigate-singletask-task3-v0", .mujoco4, 8, "ogbench 1.2.2"),
    ("AntMaze_Medium_Diverse_GR-v5", .mujoco4, 48, "gymnasium-robotics 1.4.2"),
    // of other ids with the same mechanics
    ("hopper-medium-v2", .mujoco4, 16 + 20, "MuJoCo 4.0.0"),
    ("antmaze-large-navigate-singletask-task2-v0", .mujoco3, 30, "MuJoCo 3"),
  ])
  func everyRecordingIsReplayed(
    _ id: String, _ physics: PhysicsProfile, _ steps: Int, _ reference: String
  ) throws {
    let result = try #require(try verifyRecordings(of: EnvironmentID(id), physics: physics))
    #expect(result.stepCount == steps)
    #expect(result.references.contains { $0.contains(reference) }, "\(result.references)")
    #expect(result.isWithinBars)
  }

  @Test func anUnrecordedMazeHasNoResult() throws {
    let id = try EnvironmentID("antmaze-giant-navigate-v0")
    #expect(try verifyRecordings(of: id, physics: .mujoco3) == nil)
    let report = try VerificationReport(id: id, physics: nil)
    #expect(report.text == "\nNo recording of\n  antmaze-giant-navigate-v0")
    #expect(report.isWithinBars)
  }

  /// The recordings of one MuJoCo generation are not those of another.
  @Test(arguments: ["Hopper-v4", "Ant-v5"])
  func otherPhysicsAreBeyondTheBars(_ id: String) throws {
    let examples = try Recordings.workedExamples.get().examples
    let environment = try makeEnvironment(id: id, physics: .mujoco3)
    var result = Verification(environment: id, physics: .mujoco3)
    for example in examples where example.id == id && example.physics == "mujoco4" {
      result.replay(example, in: environment, rulesApply: true)
    }
    #expect(!result.isWithinBars)
    // the margin of a contact moves a velocity by a thousandth and more
    #expect(try #require(result.worst).size > 1e-3)
  }

  @Test(arguments: [
    ([1.0, 2.0], [1.0, 2.5], 0.5, true), ([1.0], [1.0, 2.0], 1.0, false),
    ([.nan], [1.0], 1e300, false), ([.infinity], [.infinity], 0.0, true),
    ([.infinity], [1.0], 1e300, false), ([0.1], [0.1], 0.0, true),
  ])
  func comparesNumbers(_ found: [Double], _ recorded: [Double], _ bar: Double, _ holds: Bool) {
    var result = Verification(environment: "", physics: .mujoco4)
    result.compare("number", found, recorded, bar: bar, at: "now")
    #expect(result.isWithinBars == holds)
  }

  @Test func theGreatestDifferenceIsReported() {
    var result = Verification(environment: "Toy-v0", physics: .mujoco4)
    result.compare("near", [1], [1.5], bar: 1, at: "a")
    result.compare("nearer", [1e-9], [0], bar: 1.25e-9, at: "b")
    result.compare("success", nil, nil, at: "c")
    #expect(
      result.worst == .init(quantity: "nearer", moment: "b", size: 1e-9, bar: 1.25e-9))
    #expect(result.isWithinBars)
    result.compare("success", true, nil, at: "d")
    #expect(result.worst?.quantity == "success")
    #expect(!result.isWithinBars)
  }

  @Test func abbreviatesNames() {
    let hopper = EnvironmentID.all.map(\.description).filter { $0.hasPrefix("hopper-") }
    #expect(Coverage.abbreviated(hopper + ["Ant-v2"]) == "hopper-* (17), Ant-v2")
    #expect(
      Coverage.abbreviated(Array(hopper.dropFirst()))
        == "hopper-random-v1, hopper-random-v2, hopper-medium-* (9), hopper-full-* (2), "
        + "hopper-expert-* (3)")
    #expect(
      Coverage.abbreviated(Array(hopper.dropFirst()), besides: ["hopper-random-v0"])
        == "hopper-* (16)")
  }

  /// Each id is in the table, shares a recording or is named as having none.
  @Test func everyIdIsAccountedFor() throws {
    let own = try EnvironmentID.recorded()
    let coverage = try Coverage(of: EnvironmentID.all).text.joined(separator: " ")
    let starred = coverage.matches(of: /\* \((\d+)\)/).map { Int($0.1) ?? 0 }.reduce(0, +)
    let named = coverage.split(whereSeparator: { ", ".contains($0) }).filter { word in
      EnvironmentID.all.contains { $0.description == word }
    }
    #expect(own.count + starred + named.count == EnvironmentID.all.count)
    let robots = ["Hopper", "Walker2d", "HalfCheetah", "Ant", "antmaze", "maze2d", "pointmaze"]
    let others = ["Swimmer", "Reacher", "Pusher", "Inverted", "Humanoid-", "HumanoidStandup"]
    for robot in robots + others + ["AntMaze", "PointMaze", "antsoccer", "humanoidmaze"] {
      #expect(own.contains { $0.description.hasPrefix(robot) }, "\(robot)")
    }
  }
}
