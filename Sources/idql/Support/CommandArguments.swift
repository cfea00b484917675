import ArgumentParser
import IDQLSpelling

/// The arguments of a process on their way to the parser.
package enum CommandArguments {
  /// Joins negative numbers to their options: the parser takes `-30` of `--elevation -30` for an
  /// option.
  package static func joiningNegativeNumbers(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return joined + arguments[index...] }
      if isNegativeNumber(argument), let option = joined.last, option.hasPrefix("-"),
        !option.contains("="), !isNegativeNumber(option)
      {
        joined[joined.count - 1] += "=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// As -30, -.5, -1e6, -inf, or with more behind, as -20..120.
  private static func isNegativeNumber(_ text: String) -> Bool {
    guard text.hasPrefix("-") else { return false }
    let rest = text.dropFirst()
    let digits = rest.drop { $0 == "." }
    return digits.first?.isASCII == true && digits.first?.isNumber == true
      || ["inf", "infinity", "nan"].contains(rest.lowercased())
  }

  /// - Throws: `Failure` for a word in a command's place that is none, with the nearest command.
  package static func requireCommands(
    _ arguments: [String], of root: any ParsableCommand.Type
  ) throws {
    var command = root
    var path = name(of: root)
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    for word in words {
      let known = command.commands
      if known.isEmpty || word.hasPrefix("-") { return }
      guard let next = known.first(where: { name(of: $0) == word }) else {
        // of a group that also runs by itself, it may be an argument
        let names = known.map(name(of:)) + (command == root ? ["help"] : [])
        let advice =
          closestName(to: word, in: names).map { "did you mean '\($0)'?" }
          ?? "there are \(names.joined(separator: ", "))."
        throw Failure(.usage, "'\(path) \(word)' is no command; \(advice)")
      }
      command = next
      path += " \(word)"
    }
  }

  static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }
}

extension ParsableCommand {
  /// Those below this one, grouped or not.
  package static var commands: [any ParsableCommand.Type] {
    configuration.subcommands
  }
}
