import ArgumentParser
import Foundation

@testable import IDQLCommandLine

/// What the program says of its commands, for tests that go over all of them.
enum EveryCommand {
  /// A command that runs: its words after `idql`, and its type.
  struct Leaf: CustomStringConvertible, Sendable {
    var path: [String]
    var type: any ParsableCommand.Type
    var description: String { path.joined(separator: " ") }
  }

  static let leaves = leaves(of: RootCommand.self, path: [])

  private static func leaves(
    of command: any ParsableCommand.Type, path: [String]
  ) -> [Leaf] {
    let below = command.configuration.subcommands
    if below.isEmpty { return [Leaf(path: path, type: command)] }
    return below.flatMap { leaves(of: $0, path: path + [CommandArguments.name(of: $0)]) }
  }

  /// An option, an argument or a flag, as the argument parser describes it.
  struct Argument: Decodable, CustomStringConvertible {
    struct Name: Decodable {
      var kind, name: String
    }
    struct Completion: Decodable {}

    var kind: String
    var shouldDisplay: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?
    var isOptional: Bool
    var sectionTitle: String?
    var completionKind: Completion?

    var description: String {
      names?.first { $0.kind == "long" }.map { "--\($0.name)" } ?? "<\(valueName ?? "")>"
    }
    var isOwn: Bool { shouldDisplay && !["--help", "--version"].contains(description) }
  }

  /// Of a command, from the parser's own description.
  struct Description: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [Description]?
    var arguments: [Argument]?

    func command(_ path: ArraySlice<String>) -> Description? {
      guard let first = path.first else { return self }
      return subcommands?.first { $0.commandName == first }?.command(path.dropFirst())
    }
  }

  static func description(of leaf: Leaf) throws -> Description {
    let root = try root.get()
    return root.command(leaf.path[...]) ?? root
  }

  /// Made once, for it takes the parser a second.
  private static let root = Result {
    struct Tool: Decodable { var command: Description }
    return try JSONDecoder().decode(Tool.self, from: Data(RootCommand._dumpHelp().utf8)).command
  }

  /// The options with numbers that a command declares, with those of its groups.
  static func numbers(of arguments: Any) -> [(name: String, isWhole: Bool)] {
    Mirror(reflecting: arguments).children.flatMap { child -> [(String, Bool)] in
      let name = "--" + kebab(child.label.map { String($0.drop { $0 == "_" }) } ?? "")
      return switch child.value {
      case let group as any OptionGroupContents: numbers(of: group.contents)
      case is Option<Int>, is Option<Int?>, is Option<UInt64>, is Option<UInt64?>,
        is Option<[UInt64]>, is Option<[Int]>:
        [(name, true)]
      case is Option<Double>, is Option<Double?>, is Option<Float>, is Option<Float?>:
        [(name, false)]
      default: []
      }
    }
  }

  private static func kebab(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
  }
}

protocol OptionGroupContents {
  var contents: Any { get }
}

extension OptionGroup: OptionGroupContents {
  var contents: Any { Value() }
}
