import Foundation
import TestSupport
import Testing

@testable import IDQLCommandLine
@testable import IDQLEvaluation

@Suite struct ReportCommandTests {
  /// Scores episodes, with the policy beside the result.
  private func result(
    in folder: String, _ name: String = "result", episodes: Int = 5
  ) throws -> (path: String, report: Report) {
    let policy = "\(folder)/actor.safetensors"
    if !FileManager.default.fileExists(atPath: policy) {
      try FileManager.default.copyItem(atPath: Fixture.hopperActor, toPath: policy)
    }
    let path = "\(folder)/\(name).json"
    let run = try Command.run(
      "eval", "--env", "Hopper-v4", "--policy", policy, "-n", "\(episodes)", "--seed", "4",
      "--json", path)
    #expect(run.status == 0)
    return (path, try readReports(path)[0])
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func episodeCount(_ page: String) -> Int {
    page.matches(of: /data-kind="episode"/).count
  }

  @Test func aResultBecomesAPage() throws {
    try withTemporaryFolder { folder in
      let (path, report) = try result(in: folder)
      let run = try Command.run("report", path, "--html", "\(folder)/a.html")
      #expect(run.status == 0 && run.error == "")
      #expect(run.output == "\(folder)/a.html: 1 cell, 5 episodes, 3 to watch\n")
      let page = try text("\(folder)/a.html")
      #expect(episodeCount(page) == 3)
      for part in [
        "<h2>Scores</h2>", "<h2>Returns</h2>", "<h2>Episodes to watch</h2>",
        "<h2>What it depends on</h2>", try #require(report.provenance.policy.sha256),
        report.provenance.physics, report.provenance.gitRevision,
      ] { #expect(page.contains(part), "\(part)") }
      // the lowest and the highest return can be watched
      let returns = report.episodes.compactMap(\.totalReward)
      for extreme in [returns.min(), returns.max()] {
        #expect(page.contains("<td>\(String(format: "%.2f", try #require(extreme)))</td>"))
      }
      // what is promised
      #expect(page.utf8.count < 400_000 + 3 * 50_000)
      let code = page.replacing(/data-kind="\w+"[^>]*>[^<]*/, with: "")
      #expect(!code.contains("http:") && !code.contains("https:") && !code.contains("src="))

      #expect(try Command.run("report", path, "--html", "\(folder)/b.html").status == 0)
      #expect(try text("\(folder)/b.html") == page)
      let without = try Command.run(
        "report", path, "--html", "\(folder)/c.html", "--replays", "0")
      #expect(without.output.hasSuffix("0 to watch\n"))
      #expect(episodeCount(try text("\(folder)/c.html")) == 0)
    }
  }

  /// A study brings its policies, wherever it is.
  @Test func aStudyBecomesAPage() throws {
    try withTemporaryFolder { folder in
      let planned = try Command.run(
        "eval", "--env", "Hopper-v4", "hopper-medium-v2", "--policy", Fixture.hopperActor,
        "--seed", "0", "7", "--episodes", "2", "--plan", "\(folder)/e7")
      #expect(planned.status == 0)
      let early = try Command.run("report", "\(folder)/e7", "--html", "\(folder)/early.html")
      #expect(early.status == 0)
      #expect(early.output.contains("PARTIAL, 8 of 8 episodes are missing"))
      #expect(try Command.run("eval", "--resume", "\(folder)/e7").status == 0)
      let run = try Command.run(
        "report", "\(folder)/e7", "--html", "\(folder)/e7.html", "--replays", "1", "--by", "policy")
      #expect(run.status == 0 && run.output.hasSuffix("4 cells, 8 episodes, 4 to watch\n"))
      let page = try text("\(folder)/e7.html")
      #expect(page.contains("<h2>Cells</h2>") && episodeCount(page) == 4)
    }
  }

  @Test func anotherOutcomeIsSaid() throws {
    try withTemporaryFolder { folder in
      let (path, report) = try result(in: folder, episodes: 2)
      let hash = try #require(report.episodes[1].hash)
      try Fixture.write(text(path).replacing(hash, with: "0123456789abcdef"), to: path)
      let run = try Command.run("report", path, "--html", "\(folder)/a.html")
      #expect(run.status == 1)
      #expect(
        run.output.contains("cell 0, episode 1: ")
          && run.output.contains(": DIFFERS from the file: "))
      #expect(try text("\(folder)/a.html").contains("DIFFERS from the file"))
    }
  }

  /// A page without replays is still a report.
  @Test func aPolicyThatIsGoneIsSaid() throws {
    try withTemporaryFolder { folder in
      let (path, _) = try result(in: folder, episodes: 2)
      try FileManager.default.removeItem(atPath: "\(folder)/actor.safetensors")
      let run = try Command.run("report", path, "--html", "\(folder)/a.html")
      #expect(run.status == 0)
      #expect(
        run.output.contains("cell 0: no replay: the result was made with 'actor.safetensors'"))
      #expect(try !text("\(folder)/a.html").contains("<h2>Episodes to watch</h2>"))
    }
  }

  @Test func mazesShowWhereEpisodesEnded() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/maze.json"
      let scored = try Command.run(
        "eval", "--waypoints", "--env", "antmaze-umaze-v2", "-n", "2", "--json", path)
      #expect(scored.status == 0)
      let run = try Command.run(
        "report", path, "--html", "\(folder)/a.html", "--replays", "1")
      #expect(run.status == 0 && run.error == "")
      let page = try text("\(folder)/a.html")
      #expect(page.contains("<h2>Where episodes ended</h2>") && page.contains("ended at the goal"))
    }
  }

  @Test func namesAreNoHTML() throws {
    try withTemporaryFolder { folder in
      let (path, _) = try result(in: folder, "<b onclick=x>", episodes: 1)
      let run = try Command.run(
        "report", path, "--html", "\(folder)/a.html", "--title", "</title><script>x</script>",
        "--method", "<i>=*")
      #expect(run.status == 0)
      let page = try text("\(folder)/a.html")
      #expect(!page.contains("<script>x") && !page.contains("<i>") && !page.contains("<b onclick"))
      #expect(page.contains("&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;"))
    }
  }

  @Test func inputsAreNotReplaced() throws {
    try withTemporaryFolder { folder in
      let (path, _) = try result(in: folder, episodes: 1)
      try expectRefusal(
        64, "--html would replace \(path), which is an input.", ["report", path, "--html", path])
    }
  }

  @Test func theLowestAndTheHighestAreChosen() {
    let episodes = [3.0, nil, 9, 1, 7, 5].enumerated().map { index, total in
      Episode(
        index: index, seed: UInt64(index), totalReward: total, length: 1, isTerminated: false,
        isTruncated: true, isBroken: total == nil)
    }
    func chosen(_ count: Int) -> [Int] {
      ReportCommand.chosen(count, of: episodes).map(\.index)
    }
    #expect(chosen(0) == [])
    #expect(chosen(1) == [1])
    #expect(chosen(2) == [1, 2])
    #expect(chosen(3) == [1, 0, 2])
    #expect(chosen(9) == [1, 3, 0, 5, 4, 2])
  }
}
