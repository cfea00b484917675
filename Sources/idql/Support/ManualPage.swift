import ArgumentParser
import Foundation
import IDQLEvaluation

/// The manual page of a program, all of its commands on one page, made from what they say of
/// themselves.
struct ManualPage {
  private let tool: Tool

  init(_ root: any ParsableCommand.Type) throws {
    tool = try JSONDecoder().decode(Tool.self, from: Data(root._dumpHelp().utf8))
  }

  /// In troff, with the macros man(7).
  var text: String {
    let root = tool.command
    let title = root.commandName.uppercased()
    var lines = [
      ".TH \(title) 1 \"\" \"\(root.commandName) \(packageVersion)\" \"User Commands\"",
      ".SH NAME", "\(root.commandName) \\- \(escaped(root.abstract ?? ""))",
      ".SH SYNOPSIS", ".B \(root.commandName)", ".I command", "[options]", ".SH DESCRIPTION",
    ]
    lines += paragraphs(root.discussion ?? "")
    lines += [".SH COMMANDS"]
    lines += (root.subcommands ?? []).flatMap { section($0, path: root.commandName) }
    return lines.joined(separator: "\n")
  }

  private func section(_ command: Command, path: String) -> [String] {
    guard command.commandName != "help" else { return [] }
    let path = "\(path) \(command.commandName)"
    var lines = [".SS \(escaped(path))", "\(escaped(command.abstract ?? ""))"]
    lines +=
      paragraphs(command.discussion ?? "").isEmpty
      ? [] : [".PP"] + paragraphs(command.discussion ?? "")
    for argument in command.arguments ?? [] where argument.shouldDisplay && !argument.isHelp {
      lines += [".TP", ".B \(escaped(argument.spelling))", escaped(argument.text)]
    }
    return lines + (command.subcommands ?? []).flatMap { section($0, path: path) }
  }

  private func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.isEmpty ? ".PP" : escaped(String($0))
    }
  }

  /// A backslash, hyphens, and a dot or an apostrophe at a line's beginning mean something else to troff, and
  /// it reads ASCII.
  private func escaped(_ text: String) -> String {
    let line = text.replacingOccurrences(of: "\n", with: " ")
      .replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
    let ascii = line.unicodeScalars.map { scalar in
      scalar.isASCII ? String(scalar) : String(format: "\\[u%04X]", scalar.value)
    }.joined()
    return ascii.hasPrefix(".") || ascii.hasPrefix("'") ? "\\&\(ascii)" : ascii
  }
}

/// What the argument parser says of a program.
private struct Tool: Decodable {
  var command: Command
}

private struct Command: Decodable {
  var commandName: String
  var abstract: String?
  var discussion: String?
  var subcommands: [Command]?
  var arguments: [Argument]?
}

private struct Argument: Decodable {
  struct Name: Decodable {
    var kind: String
    var name: String
  }

  var kind: String
  var shouldDisplay: Bool
  var isRepeating: Bool
  var names: [Name]?
  var valueName: String?
  var defaultValue: String?
  var allValues: [String]?
  var abstract: String?

  var isHelp: Bool { names?.contains { $0.name == "help" || $0.name == "version" } ?? false }

  /// As `-n, --episodes <episodes>`.
  var spelling: String {
    let value = "<\(valueName ?? "value")>" + (isRepeating ? " ..." : "")
    guard let names else { return value }
    let spelt = names.map { ($0.kind == "long" ? "--" : "-") + $0.name }.joined(separator: ", ")
    return kind == "flag" ? spelt : "\(spelt) \(value)"
  }

  var text: String {
    let values = allValues.map { " (values: \($0.joined(separator: ", ")))" } ?? ""
    let preset = defaultValue.map { " (default: \($0))" } ?? ""
    return (abstract ?? "") + values + preset
  }
}
