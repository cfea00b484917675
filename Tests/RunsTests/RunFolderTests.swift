import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLTensors
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLRuns

@Suite struct RunFolderTests {
  private let files = FileManager.default

  @Test func aRunHasOneOwner() throws {
    try withTemporaryFolder { parent in
      let run = try Fixture.run("\(parent)/a")
      expectMessage(
        "\(parent)/a: another process trains this run; two would write over each other."
      ) { _ = try TrainingRun(resuming: "\(parent)/a") }
      // which does not keep anybody from reading
      #expect(try RunDescription(contentsOf: run.folder.description).seed == 3)
    }
  }

  @Test func aRunThatCannotBeMadeLeavesNoFolder() throws {
    try withTemporaryFolder { parent in
      let cancellation = Cancellation()
      cancellation.cancel()
      #expect(throws: CancellationError.self) {
        _ = try TrainingRun(
          creating: "\(parent)/a", environment: Fixture.environment, data: [Fixture.data],
          configuration: RunConfiguration(environment: Fixture.environment), seed: 0,
          cancellation: cancellation)
      }
      #expect(throws: (any Error).self) {
        _ = try Fixture.run("\(parent)/a", settings: ["training.validation_share=0.000001"])
      }
      let left = try files.contentsOfDirectory(atPath: parent)
      #expect(left == [])
    }
  }

  @Test func whatAKilledOwnerLeftIsRemoved() throws {
    try withTemporaryFolder { parent in
      _ = try Fixture.run("\(parent)/a")
      for folder in ["a", "a/policies"] {
        try Data("left".utf8).write(to: URL(filePath: "\(parent)/\(folder)/.partial-1-0"))
      }
      _ = try TrainingRun(resuming: "\(parent)/a")
      #expect(try files.contentsOfDirectory(atPath: "\(parent)/a/policies") == [])
      #expect(try !files.contentsOfDirectory(atPath: "\(parent)/a").contains(".partial-1-0"))
    }
  }

  @Test func dataMayMove() throws {
    try withTemporaryFolder { parent in
      let (old, new) = ("\(parent)/old.hdf5", "\(parent)/new.hdf5")
      try files.copyItem(atPath: Fixture.data, toPath: old)
      let environment = try Fixture.environment
      _ = try TrainingRun(
        creating: "\(parent)/a", environment: environment, data: [old],
        configuration: RunConfiguration(environment: environment, settings: Fixture.small), seed: 3)
      try files.moveItem(atPath: old, toPath: new)
      #expect(throws: FileError.self) { _ = try TrainingRun(resuming: "\(parent)/a") }
      expectMessage("2 files of data were given; the run began with 1.") {
        _ = try TrainingRun(resuming: "\(parent)/a", data: [new, new])
      }
      try TrainingRun(resuming: "\(parent)/a", data: [new]).train(threads: 1)
      // remembered
      try TrainingRun(resuming: "\(parent)/a").train(threads: 1)
      try Fixture.run("\(parent)/b").train(threads: 1)
      #expect(try Fixture.tensors("\(parent)/a") == Fixture.tensors("\(parent)/b"))

      // a byte after the last one is no part of the data, but another file
      let handle = try FileHandle(forWritingTo: URL(filePath: new))
      try handle.seekToEnd()
      try handle.write(contentsOf: [0])
      #expect(throws: RunError.self) { _ = try TrainingRun(resuming: "\(parent)/a") }
    }
  }

  @Test func relativePathsStartFromTheRun() {
    let run = RunFolder("runs/a")
    #expect(
      RunDescription.DataFile(path: "../../data/x", sha256: "").location(in: run)
        == "runs/a/../../data/x")
    #expect(RunDescription.DataFile(path: "/data/x", sha256: "").location(in: run) == "/data/x")
  }

  /// At every line and inside of the last one: defaults would make another run of it.
  @Test func aConfigurationThatWasCutShortIsRefused() throws {
    try withTemporaryFolder { parent in
      _ = try Fixture.run("\(parent)/a")
      let path = RunFolder("\(parent)/a").configuration
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let ends = text.indices.filter { text[$0] == "\n" }.map { text.index(after: $0) }
      for end in [text.startIndex] + ends.dropLast() + [text.index(text.endIndex, offsetBy: -2)] {
        try Data(text[..<end].utf8).write(to: URL(filePath: path))
        #expect(throws: RunError.self) { _ = try TrainingRun(resuming: "\(parent)/a") }
      }
      try Data(text[..<ends[0]].utf8).write(to: URL(filePath: path))
      expectMessage("\(path): it lacks training.steps.") {
        _ = try TrainingRun(resuming: "\(parent)/a")
      }
      // what a person adds harms nothing
      try Data("# mine\n\n\(text)".utf8).write(to: URL(filePath: path))
      _ = try TrainingRun(resuming: "\(parent)/a")
    }
  }

  /// What no run can have written, by a number at a time: nothing is computed with it.
  @Test func statesWithImpossibleNumbersAreRefused() throws {
    try withTemporaryFolder { parent in
      try Fixture.run("\(parent)/a").train(threads: 1)
      let path = RunFolder("\(parent)/a").state
      let whole = try RunState(contentsOf: path)
      let (largest, smallest) = (Int.max, Int.min)
      var changed: [RunState] = []
      for number in [largest, smallest, -1, 61] {
        for key in [\RunState.Position.step, \.logRows] {
          var state = whole
          state.position[keyPath: key] = number
          if key != \.logRows || number != 61 { changed.append(state) }
        }
        for key in [\RunState.Position.bestStep, \.evaluatedStep] {
          var state = whole
          state.position[keyPath: key] = number
          changed.append(state)
        }
      }
      for state in changed {
        try state.write(to: path)
        expectMessage("\(path): it holds numbers that a run of 60 steps never has.") {
          _ = try TrainingRun(resuming: "\(parent)/a")
        }
      }
      for count in [largest, smallest, -1] {
        var state = whole
        state.learner.steps.value = count
        try state.write(to: path)
        #expect(throws: LearnerError.self) { _ = try TrainingRun(resuming: "\(parent)/a") }
      }
      try whole.write(to: path)
      _ = try TrainingRun(resuming: "\(parent)/a")
    }
  }

  @Test func aDescriptionWithImpossibleNumbersIsRefused() throws {
    try withTemporaryFolder { parent in
      _ = try Fixture.run("\(parent)/a")
      let path = RunFolder("\(parent)/a").description
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for number in ["-1", "-9223372036854775808", "9223372036854775808", "1e300", "1.5"] {
        let changed = text.replacing(/("validation_transitions" : )\d+/) { "\($0.1)\(number)" }
        #expect(changed != text)
        try Data(changed.utf8).write(to: URL(filePath: path))
        #expect(throws: RunError.self) { _ = try TrainingRun(resuming: "\(parent)/a") }
      }
      let empty = text.replacing(/"data" : \[[^\]]*\]/, with: "\"data\" : []")
      try Data(empty.utf8).write(to: URL(filePath: path))
      expectMessage("\(path): it names no data.") {
        _ = try TrainingRun(resuming: "\(parent)/a")
      }
      expectMessage("no file of data was given; a run needs at least one.") {
        _ = try TrainingRun(
          creating: "\(parent)/b", environment: Fixture.environment, data: [],
          configuration: RunConfiguration(environment: Fixture.environment), seed: 0)
      }
    }
  }

  /// Somebody else's files are neither read nor written.
  @Test func linksInARunAreRefused() throws {
    try withTemporaryFolder { parent in
      try Fixture.run("\(parent)/a").train(threads: 1)
      let names = [
        "run.json", "config.toml", "state.safetensors", "log.csv", "log.jsonl", "policies",
        "events.out.tfevents.0.idql", "policies/step-60.safetensors",
      ]
      for name in names {
        let (path, outside) = ("\(parent)/a/\(name)", "\(parent)/outside")
        try files.moveItem(atPath: path, toPath: outside)
        try files.createSymbolicLink(atPath: path, withDestinationPath: outside)
        let message = "\(path): a symbolic link, which is no part of a run."
        expectMessage(message) { _ = try policyPath("\(parent)/a:60") }
        if name != "policies/step-60.safetensors" {
          expectMessage(message) { _ = try TrainingRun(resuming: "\(parent)/a") }
        }
        try files.removeItem(atPath: path)
        try files.moveItem(atPath: outside, toPath: path)
      }
      _ = try TrainingRun(resuming: "\(parent)/a")
    }
  }

  /// A run that was begun where networks round otherwise, as on a processor with another kind of bfloat16 products.
  @Test func aRunGoesOnUnderItsArithmeticAlone() throws {
    try withTemporaryFolder { parent in
      try Fixture.run("\(parent)/a").train(threads: 1)
      let path = "\(parent)/a/run.json"
      let here = Arithmetic.current(for: nil).rawValue
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let mark = "\"arithmetic\" : \"\(here)\""
      #expect(text.contains(mark))
      try text.replacingOccurrences(of: mark, with: "\"arithmetic\" : \"fused, bf16 by other\"")
        .write(toFile: path, atomically: true, encoding: .utf8)
      expectMessage(
        "\(path): its networks round as 'fused, bf16 by other', those of this process as '\(here)', so that the run "
          + "would not end with the bits it has to; it goes on where it was begun."
      ) { _ = try TrainingRun(resuming: "\(parent)/a") }
    }
  }

  /// Rates and dates are in the logs alone.
  @Test func theStateDoesNotDependOnTheClock() throws {
    try withTemporaryFolder { parent in
      let states = try ["a", "b"].map { name in
        try Fixture.run("\(parent)/\(name)").train(
          threads: 1,
          onProgress: { _ in if name == "b" { Thread.sleep(forTimeInterval: 0.003) } })
        return try Data(contentsOf: URL(filePath: "\(parent)/\(name)/state.safetensors"))
      }
      #expect(states[0] == states[1])
    }
  }

  @Test func aReplayFileHoldsTheTransitionsThatAreCounted() throws {
    try withTemporaryFolder { parent in
      func open(_ count: Int) throws -> ReplayFile {
        try ReplayFile(path: "\(parent)/r", observationCount: 2, actionCount: 1, count: count)
      }
      let file = try open(0)
      for k in 0..<3 {
        try file.append(
          observation: [Double(k), 1], action: [0.5], reward: 2, mask: 1, nextObservation: [3, 4])
      }
      #expect(try open(2).batch([0, 1]).observations == [0, 1, 1, 1])
      #expect(try files.attributesOfItem(atPath: "\(parent)/r")[.size] as? Int == 2 * 7 * 4)
      expectMessage(
        "\(parent)/r: cannot read the file: it has 56 bytes, but had 84 at the last checkpoint."
      ) { _ = try open(3) }
    }
  }
}
