import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@Suite struct MazeCommandTests {
  /// A linear policy that walks along +x in the frame of the waypoints.
  static let walker = checkoutPath("Sources/Evaluation/Resources/ant-walker.safetensors")

  @Test func drawsAMaze() throws {
    let result = try Command.run("envs", "antmaze-umaze-v2", "--map")
    #expect(result.status == 0 && result.error == "")
    #expect(result.output.contains("· within 0.5 m of it"))
    #expect(result.output.split(separator: "\n").count == 32)
  }

  /// The walker knows no maze; the waypoints lead it, and the map and the plot show where it came to.
  @Test func walksByWaypoints() throws {
    try withTemporaryFolder { folder in
      let (json, plot) = ("\(folder)/r.json", "\(folder)/ends.svg")
      let result = try Command.run(
        "eval", "--waypoints", "--episodes", "6", "--json", json, "--plot", plot)
      #expect(result.status == 0 && result.error == "")
      let report = try JSONDecoder().decode(
        Report.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      #expect(report.provenance.environment == "antmaze-umaze-v2 by waypoints")
      let success = try #require(report.summary.success)
      #expect(success.count == 6 && success.successes >= 3)
      #expect(result.output.contains("\nsuccess      "))
      for episode in report.episodes where episode.isSuccess == true {
        let journey = try #require(episode.journey)
        #expect(episode.totalReward == 1 && episode.isTerminated)
        #expect(journey.end.distance(to: journey.goal) <= 0.5)
      }
      #expect(result.output.contains("●"))
      #expect(try String(contentsOfFile: plot, encoding: .utf8).hasPrefix("<svg "))
    }
  }

  @Test func goalConditionedTasksAreRunInTurn() throws {
    let result = try Command.run(
      "eval", "--env", "antmaze-medium-navigate-v0", "--waypoints", "--policy", Self.walker,
      "--episodes", "1", "--success-timing", "pre")
    #expect(result.status == 0)
    #expect(result.output.contains("success timing pre, reset seeds 0 to 4"))
    for task in 1...5 { #expect(result.output.contains("\n  task \(task)  ")) }
  }

  @Test(arguments: [
    (["envs", "--map"], "--map, --physics and --success-timing need the name of an environment."),
    (["envs", "Hopper-v5", "--map"], "--map draws mazes; Hopper-v5 is none."),
    (
      ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--plot", "ends.svg"],
      "--plot draws mazes; Hopper-v4 is none."
    ),
    (
      ["eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "--waypoints"],
      "Waypoints lead an ant through a maze; Hopper-v4 has none."
    ),
    (
      ["eval", "--env", "antmaze-umaze-v2", "--policy", walker, "--success-timing", "pre"],
      "antmaze-umaze-v2 has no choice of success timing; only OGBench's mazes have."
    ),
    (
      ["eval", "--env", "antmaze-umaze-v3", "--policy", walker],
      "No environment is named 'antmaze-umaze-v3'. The nearest names are antmaze-umaze-v0, "
        + "antmaze-umaze-v1, antmaze-umaze-v2."
    ),
  ])
  func whatDoesNotFitIsRefused(_ arguments: [String], _ line: String) throws {
    try expectRefusal(64, line, arguments)
  }

  @Test(arguments: [
    (
      "antmaze-large-navigate-v0",
      "58, 29 observations followed by a goal of 29, and 8 actions."
    ),
    ("antmaze-umaze-v2", "29 observations and 8 actions."),
  ])
  func aPolicyWithoutTheGoalIsRefused(_ id: String, _ has: String) throws {
    try expectRefusal(
      65, "the policy maps 27 observations to 8 actions, but \(id) has \(has)",
      ["eval", "--env", id, "--policy", Self.walker])
  }
}
