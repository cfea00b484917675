import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@Suite struct ReplayCommandTests {
  /// Scores three episodes, with the policy beside the result.
  func result(in folder: String) throws -> (path: String, report: Report) {
    try FileManager.default.copyItem(
      atPath: Fixture.hopperActor, toPath: "\(folder)/actor.safetensors")
    let path = "\(folder)/result.json"
    let run = try Command.run(
      "eval", "--env", "Hopper-v4", "--policy", "\(folder)/actor.safetensors", "-n", "3",
      "--seed", "4", "--json", path)
    #expect(run.status == 0)
    let report = try JSONDecoder().decode(
      Report.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    return (path, report)
  }

  @Test func anEpisodeIsPlayedToTheSameBits() throws {
    try withTemporaryFolder { folder in
      let (path, report) = try result(in: folder)
      for episode in report.episodes {
        let run = try Command.run("replay", path, "--episode", "\(episode.index)", "--check")
        let total = try #require(episode.totalReward)
        let hash = try #require(episode.hash)
        #expect(run.status == 0)
        #expect(
          run.output
            == "episode \(episode.index): return \(total), \(episode.length) steps, hash \(hash): "
            + "as in the file\n")
      }
      #expect(Set(report.episodes.compactMap(\.hash)).count == 3)
    }
  }

  /// Its file is called `step-3.safetensors`, in the folder of the run and nowhere else.
  @Test func aPolicyOfARunIsFound() throws {
    try withTemporaryFolder { folder in
      let (run, path) = ("\(folder)/run", "\(folder)/result.json")
      let trained = try Command.start(
        ["train", "--env", "Hopper-v4", "--data", TrainCommandTests.data, "--out", run]
          + ["--steps", "3", "--set", "actor.width=16", "--set", "evaluation.episodes=1"]
      ).finish()
      #expect(trained.status == 0)
      let scored = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", run, "-N", "1", "-n", "1", "--json", path)
      #expect(scored.status == 0)
      let check = ["replay", path, "--episode", "0", "--check"]
      for more in [[], ["--policy", run], ["--policy", "\(run):3"]] {
        let replayed = try Command.start(check + more).finish()
        #expect(replayed.status == 0 && replayed.output.hasSuffix("as in the file\n"))
      }
    }
  }

  /// A file is the policy by its content, and not by its name.
  @Test func anotherFileOfItsNameIsPassedOver() throws {
    try withTemporaryFolder { folder in
      let result = "\(folder)/r.json"
      let scored = try Command.run(
        "eval", "--env", "Hopper-v4", "--policy", Fixture.hopperActor, "-n", "1", "--json", result)
      #expect(scored.status == 0)
      try FileManager.default.copyItem(
        atPath: Fixture.otherHopperActor, toPath: "\(folder)/actor_hopper_a2c.safetensors")
      let replayed = try Command.run("replay", result, "--episode", "0", "--check")
      #expect(replayed.status == 0 && replayed.output.hasSuffix("as in the file\n"))
      let page = try Command.run("report", result, "--html", "\(folder)/r.html")
      #expect(page.status == 0 && page.output.hasSuffix("1 to watch\n"), "\(page)")
    }
  }

  /// The page is made without a display, and what is compared is printed as well.
  @Test func anEpisodeBecomesAPage() throws {
    try withTemporaryFolder { folder in
      let (path, report) = try result(in: folder)
      let page = "\(folder)/e.html"
      let run = try Command.run("replay", path, "--episode", "1", "--html", page)
      #expect(run.status == 0 && run.error == "")
      #expect(
        run.output.hasPrefix("episode 1: return ") && run.output.hasSuffix(": as in the file\n"))
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.hasPrefix("<!DOCTYPE html>") && text.hasSuffix("</html>\n"))
      // the limit that is promised
      #expect(text.utf8.count < 300_000 + 50 * report.episodes[1].length)
      try expectRefusal(
        64, "--html makes files that end in .html or .htm, not '\(path)'.",
        ["replay", path, "--episode", "1", "--html", path])
      let other = "\(folder)/result.html"
      try FileManager.default.copyItem(atPath: path, toPath: other)
      try expectRefusal(
        64, "--html would replace \(other), which is an input.",
        ["replay", other, "--episode", "1", "--html", other])
    }
  }

  /// What is filmed is the episode that was scored, in several outputs at once.
  @Test func anEpisodeBecomesAFilm() throws {
    try withTemporaryFolder { folder in
      let (path, _) = try result(in: folder)
      let run = try Command.run(
        "replay", path, "--episode", "1", "--video", "\(folder)/e.mp4", "--strip",
        "\(folder)/e.png", "--size", "64x64", "--until", "0.2", "--panels", "2")
      #expect(run.status == 0 && run.error == "", "\(run.error)")
      let lines = run.output.split(separator: "\n")
      #expect(lines.count == 2 && lines[0].hasSuffix(": as in the file"))
      // every 1/30 s from 0 to 0.2
      #expect(lines.last?.hasPrefix("7 pictures, ") == true)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == ["actor.safetensors", "e.mp4", "e.png", "result.json"])
      try expectRefusal(
        64, "--gif makes files that end in .gif, not '\(folder)/e.mp4'.",
        ["replay", path, "--episode", "1", "--gif", "\(folder)/e.mp4"])
      try expectRefusal(
        64, "--fps is for --video, --gif and --frames.",
        ["replay", path, "--episode", "1", "--check", "--fps", "3"])
    }
  }

  @Test func anotherOutcomeIsNoticed() throws {
    try withTemporaryFolder { folder in
      let (path, report) = try result(in: folder)
      let hash = try #require(report.episodes[1].hash)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try Fixture.write(text.replacing(hash, with: "0123456789abcdef"), to: path)
      let run = try Command.run("replay", path, "--episode", "1", "--check")
      #expect(run.status == 1)
      #expect(run.output.contains(": DIFFERS from the file: return "))
      #expect(run.output.hasSuffix("hash 0123456789abcdef\n"))
    }
  }

  @Test func whatCannotBeReplayedIsRefused() throws {
    try withTemporaryFolder { folder in
      let (path, report) = try result(in: folder)
      try expectRefusal(
        64, "\(path): no episode 9; the file has 0 to 2.",
        ["replay", path, "--episode", "9", "--check"])
      let other = Fixture.agent
      let digest = try #require(report.provenance.policy.sha256).prefix(12)
      let run = try Command.run(
        "replay", path, "--episode", "0", "--check", "--policy", other)
      #expect(run.status == 65)
      #expect(run.error.hasPrefix("idql: \(other): not the policy of the result: SHA-256 "))
      #expect(run.error.hasSuffix("the result's is \(digest)….\n"))

      try FileManager.default.removeItem(atPath: "\(folder)/actor.safetensors")
      try expectRefusal(
        66,
        "the result was made with 'actor.safetensors', which is neither beside it nor here nor where it was scored; "
          + "--policy names it.", ["replay", path, "--episode", "0", "--check"])
      try Fixture.write("{}", to: path)
      try expectRefusal(
        65, "\(path): not a report of 'idql eval --json' or 'idql merge --json'.",
        ["replay", path, "--episode", "0", "--check"])
    }
  }
}
