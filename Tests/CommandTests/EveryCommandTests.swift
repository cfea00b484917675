import ArgumentParser
import Foundation
import IDQLEnvs
import IDQLRuns
import TestSupport
import Testing

@testable import IDQLCommandLine

/// What holds for every command, every option and every argument.
@Suite struct EveryCommandTests {
  private func message(_ leaf: EveryCommand.Leaf, _ arguments: [String]) -> String {
    do {
      _ = try leaf.type.parse(CommandArguments.joiningNegativeNumbers(arguments))
      return ""
    } catch {
      return leaf.type.message(for: error)
    }
  }

  @Test func numbersMayBeNegativeAndWrittenInPowersOfTen() {
    var counts = (whole: 0, real: 0)
    for leaf in EveryCommand.leaves {
      for (name, isWhole) in EveryCommand.numbers(of: leaf.type.init()) {
        let place = "\(leaf) \(name)"
        let negative = message(leaf, [name, "-30"])
        #expect(!negative.contains("Missing value"), "\(place): \(negative)")
        #expect(!negative.contains("Unknown option"), "\(place): \(negative)")
        let none = message(leaf, [name, "nan"])
        #expect(none.contains("is invalid for '\(name)"), "\(place): \(none)")
        #expect(none.contains("it must be"), "\(place): \(none)")
        let one = message(leaf, [name, "1e0"])
        #expect(!one.contains("is invalid"), "\(place): \(one)")
        if isWhole { counts.whole += 1 } else { counts.real += 1 }
      }
    }
    #expect(counts.whole > 60 && counts.real > 20)
  }

  @Test func eachHasAnExampleAndOptionsSayWhatTheyAre() throws {
    for leaf in EveryCommand.leaves {
      let command = try EveryCommand.description(of: leaf)
      #expect(command.commandName == leaf.path.last)
      #expect(command.abstract?.isEmpty == false, "\(leaf)")
      #expect(
        command.discussion?.contains("Example: idql \(leaf)") == true, "\(leaf) has no example")
      for argument in command.arguments ?? [] where argument.isOwn {
        #expect(argument.abstract?.isEmpty == false, "\(leaf) \(argument) has no help")
      }
      for (name, _) in EveryCommand.numbers(of: leaf.type.init()) {
        let found = command.arguments?.first { $0.description == name }
        let argument = try #require(found, "\(leaf) \(name)")
        guard argument.isOptional, let text = argument.abstract else { continue }
        // an option that may be left out says what happens then, if it has no default
        let says =
          text.contains("(default: ")
          || [
            "if ", "else", "instead", "--set", "With ", "degrees", "[m]", "most", "required",
            "without",
          ]
          .contains(where: text.contains)
        #expect(says, "\(leaf) \(name) does not say what holds without it: \(text)")
      }
    }
  }

  /// What a shell cannot complete.
  private let free: Set = [
    "--method", "--address", "--sbatch", "--save-levels", "--camera", "--size", "--bounds",
    "--shard", "--set", "--episodes", "--image", "--claim", "--folder", "--program", "--memory",
    "--physics", "--from", "--to", "--title", "--look-at", "--position", "--branch-action",
  ]

  @Test func idsAndFilesAreCompleted() throws {
    for leaf in EveryCommand.leaves {
      let numbers = Set(EveryCommand.numbers(of: leaf.type.init()).map(\.name))
      for argument in try EveryCommand.description(of: leaf).arguments ?? []
      where argument.isOwn && argument.kind != "flag" && argument.allValues == nil {
        let name = argument.description
        if numbers.contains(name) || free.contains(name) { continue }
        #expect(argument.completionKind != nil, "\(leaf) \(name) completes nothing")
      }
    }
  }

  @Test func theManualPageHasEveryCommandAndOption() throws {
    let page = try Command.run("help", "man")
    #expect(page.status == 0 && page.output.hasPrefix(".TH IDQL 1"))
    let text = page.output.replacingOccurrences(of: "\\-", with: "-")
    for leaf in EveryCommand.leaves {
      #expect(text.contains("\n.SS idql \(leaf)\n"), "\(leaf)")
      for argument in try EveryCommand.description(of: leaf).arguments ?? [] where argument.isOwn {
        #expect(text.contains(argument.description), "\(leaf) \(argument)")
      }
    }
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("'") })
  }

  @Test func everySettingIsExplained() throws {
    let lines = try Command.run("help", "settings").output.split(separator: "\n")
    #expect(RunConfiguration.settings.count > 20)
    for setting in RunConfiguration.settings {
      let line = lines.first { $0.hasPrefix("\(setting.name) ") }
      #expect(line?.contains(setting.summary) == true)
      #expect(line?.contains("(default: ") == true)
    }
  }

  @Test(arguments: [
    (["evla"], "'idql evla' is no command; did you mean 'eval'?"),
    (["help", "evla"], "'idql evla' is no command; did you mean 'eval'?"),
    (["collect", "asr"], "'idql collect asr' is no command; did you mean 'ars'?"),
    (["bench", "phisics", "m.xml"], "'idql bench phisics' is no command; did you mean 'physics'?"),
    (
      ["launch", "condor"],
      "'idql launch condor' is no command; there are local, slurm, ray, kubernetes."
    ),
  ])
  func aMistypedCommandIsToldTheNearest(_ arguments: [String], _ line: String) throws {
    try expectRefusal(64, line, arguments)
  }
}

/// The completion scripts, in the shells that are there.
@Suite struct CompletionTests {
  /// - Returns: what bash offers after these words, the last of them unfinished.
  private func completions(of words: String, in folder: String) throws -> [String] {
    let script = """
      cd "$1" && source ./idql.bash
      COMP_WORDS=(\(words)); COMP_LINE="\(words)"; COMP_POINT=${#COMP_LINE}
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_TYPE=9
      _idql idql "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try Command.start(
      ["-c", script, "bash", folder], program: URL(filePath: "/bin/bash")
    ).finish()
    return result.output.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  @Test func bashOffersCommandsIdsFilesAndSettings() throws {
    try withTemporaryFolder { folder in
      let script = try Command.run("--generate-completion-script", "bash")
      try Fixture.write(script.output, to: "\(folder)/idql.bash")
      try Fixture.write("", to: "\(folder)/policy.safetensors")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/runs", withIntermediateDirectories: false)
      let after = { try completions(of: $0, in: folder) }
      #expect(try after("idql ev").contains("eval"))
      #expect(try after("idql eval --env hopper-medium-e").contains("hopper-medium-expert-v2"))
      #expect(try after("idql eval --policy pol") == ["policy.safetensors"])
      #expect(try after("idql inspect pol") == ["policy.safetensors"])
      #expect(try after("idql plot ru") == ["runs"])
      #expect(try after("idql envs antmaze-l").contains("antmaze-large-play-v2"))
      #expect(try after("idql train --set critic.ta").contains("critic.tau="))
      #expect(try after("idql eval --rule arg") == ["argmax"])
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func everyShellHasAScript(_ shell: String) throws {
    let script = try Command.run("--generate-completion-script", shell)
    #expect(script.status == 0)
    #expect(script.output.contains("antmaze-large-play-v2"))
    let program = "/usr/bin/\(shell)"
    guard FileManager.default.isExecutableFile(atPath: program) else { return }
    try withTemporaryFolder { folder in
      let path = "\(folder)/script"
      try Fixture.write(script.output, to: path)
      // reads it without running it
      let result = try Command.start(["-n", path], program: URL(filePath: program)).finish()
      #expect(result.status == 0 && result.error == "")
    }
  }
}
