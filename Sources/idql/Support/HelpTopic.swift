import ArgumentParser
import IDQLEnvs
import IDQLRuns
import IDQLSpelling

/// What `idql help` tells that is no command's help.
enum HelpTopic: String, CaseIterable {
  /// Every setting of a training run.
  case settings
  /// The manual page of all commands, as troff.
  case man

  /// - Parameter arguments: of the process.
  init?(_ arguments: [String]) {
    guard arguments.count == 2, arguments[0] == "help" else { return nil }
    self.init(rawValue: arguments[1])
  }

  func text(_ root: any ParsableCommand.Type) throws -> String {
    switch self {
    case .settings: try Self.settingsText
    case .man: try ManualPage(root).text
    }
  }

  private static var settingsText: String {
    get throws {
      let defaults = RunConfiguration(environment: try EnvironmentID("hopper-medium-v2"))
      let rows = RunConfiguration.settings.map { setting in
        (
          name: setting.name,
          text: "\(setting.summary); \(setting.kind.text) "
            + "(default: \(setting.value(in: defaults)))"
        )
      }
      let width = rows.map(\.name.count).max() ?? 0
      return """
        Settings of a training run, for 'idql train --set NAME=VALUE' and, in sections, for the TOML file of
        --config. A run's folder has all of its own in config.toml. The defaults are those for Gym's and
        D4RL's robots; critic.tau is 0.9 in the mazes of D4RL's ant and of OGBench.


        """
          + rows.map { name, text in
            "\(name)\(String(repeating: " ", count: width - name.count))  \(text)"
          }.joined(separator: "\n")
    }
  }
}

extension SettingKind {
  /// What may be given.
  fileprivate var text: String {
    switch self {
    case .flag: "true or false"
    case .count(let bounds): "\(bounds)"
    case .number(let bounds): "a number \(bounds)"
    case .word(let words): words.joined(separator: ", ")
    case .counts(let bounds, let length):
      "\(length.lower) to \(length.upper) whole numbers, each \(bounds)"
    }
  }
}
