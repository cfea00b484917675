import IDQLAgent
import IDQLEnvs
import IDQLEvaluation

extension PolicyDescription {
  /// What the policy is, and the environments whose sizes it fits, for a terminal.
  package func text() throws -> String {
    var lines = [
      source?.name ?? "a policy in memory",
      "  \(format ?? kind.title), \(parameterCount) parameters",
    ]
    lines.append("  observations \(observationCount), actions \(actionCount)")
    if let environment { lines.append("  trained on \(environment), as the file says") }
    let robots = try Self.robots(observationCount: observationCount, actionCount: actionCount)
    lines.append(
      robots.isEmpty
        ? "  fits no environment of the catalog"
        : "  fits \(robots.joined(separator: ", ")), by its sizes")

    lines.append("Networks")
    lines += aligned(networks.map { ($0.name, "\($0.layout), \($0.parameterCount) parameters") })
    if !settings.isEmpty {
      lines.append("Settings")
      lines += aligned(settings.map { ($0.name, $0.value) })
    }
    if !metadata.isEmpty {
      lines.append("Metadata")
      lines += aligned(metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    // a file could hold anything, so nothing but printable text leaves here
    return lines.map { String($0.unicodeScalars.map { Self.printable($0) }) }
      .joined(separator: "\n")
  }

  /// Of Gym's robots and of what the program added, each in its newest version.
  private static func robots(observationCount: Int, actionCount: Int) throws -> [String] {
    let known = EnvironmentID.all.filter { [nil, .gym].contains($0.entry.suite) }
    let newest = known.filter { id in
      !known.contains { $0.name == id.name && ($0.version ?? 0) > (id.version ?? 0) }
    }
    return try newest.filter { id in
      let spec = try makeEnvironment(id).spec
      return spec.observationCount == observationCount && spec.actionCount == actionCount
    }.map(\.name)
  }

  private static func printable(_ scalar: Unicode.Scalar) -> Character {
    scalar.properties.generalCategory == .control ? " " : Character(scalar)
  }
}

private func aligned(_ rows: [(name: String, value: String)]) -> [String] {
  let width = rows.map(\.name.count).max() ?? 0
  return rows.map { name, value in
    "  \(name)\(String(repeating: " ", count: width - name.count))  \(value)"
  }
}
