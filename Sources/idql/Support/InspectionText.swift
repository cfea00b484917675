import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLSpelling

extension LoadedPolicy {
  /// What the policy is, what of its file is used, and the environments whose sizes it fits, for a
  /// terminal.
  package func text() throws -> String {
    let about = description
    var lines = [
      source.name, "  \(about.format ?? about.kind.title), \(about.parameterCount) parameters",
      "  observations \(about.observationCount), actions \(about.actionCount)",
    ]
    if let environment = about.environment {
      lines.append("  trained on \(environment), as the file says")
    }
    let suites = try fittingEnvironments()
    lines.append(
      suites.isEmpty
        ? "  fits no environment of the catalog" : "  fits, by its sizes:")
    lines += aligned(suites.map { ($0.name, $0.ids.joined(separator: ", ")) }).map { "  \($0)" }
    lines += warnings.map { "  WARNING: \($0)" }

    lines.append("Networks")
    lines += aligned(
      about.networks.map { ($0.name, "\($0.layout), \($0.parameterCount) parameters") })
    if !about.settings.isEmpty {
      lines.append("Settings")
      lines += aligned(
        about.settings.map { setting in
          (setting.name, setting.value + (setting.origin.map { " (\($0.rawValue))" } ?? ""))
        })
    }
    if !about.unused.isEmpty {
      lines.append("Tensors that acting does not use")
      lines += aligned(
        about.unused.map { ($0.name, "\($0.tensorCount) tensors, \($0.parameterCount) parameters") }
      )
    }
    if !about.unknownSettings.isEmpty {
      lines.append("Settings that are not known here")
      lines += about.unknownSettings.map { "  \($0)" }
    }
    if !about.metadata.isEmpty {
      lines.append("Metadata")
      lines += aligned(about.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    // a name of the file is never a line of its own
    return lines.map(\.printable).joined(separator: "\n")
  }

  /// The ids that the policy can act in, by suite.
  func fittingEnvironments() throws -> [(name: String, ids: [String])] {
    // ids of equal rules have equal sizes, and one environment tells for all of them
    var known: [EnvironmentEquivalence: Bool] = [:]
    var suites: [(name: String, ids: [String])] = []
    for id in EnvironmentID.all {
      let entry = id.entry
      let fits =
        try known[entry.equivalence]
        ?? {
          let environment = try makeEnvironment(id)
          return (try? requireFit(policy, environment)) != nil
        }()
      known[entry.equivalence] = fits
      guard fits else { continue }
      let suite = entry.suite?.name ?? "of one's own"
      if let index = suites.firstIndex(where: { $0.name == suite }) {
        suites[index].ids.append(id.description)
      } else {
        suites.append((suite, [id.description]))
      }
    }
    return suites
  }

  /// What a look at one observation tells: numbers that are none.
  var warnings: [String] {
    var noise = [NumPyGenerator(seed: 0)]
    let observation = (0..<observationCount).map { _ in noise[0].standardNormal() }
    guard let agent = deciding else {
      let actions = policy.actions(observations: observation, steps: [0], noise: &noise)
      return actions.contains { !$0.isFinite } ? ["its actions are NaN."] : []
    }
    let decision = agent.decide(observations: observation.map(Float.init), noise: &noise)
    var warnings: [String] = []
    if decision.candidates.contains(where: { !$0.isFinite }) {
      warnings.append("its candidate actions are NaN.")
    }
    if !decision.q.contains(where: \.isFinite) {
      warnings.append(
        "every value of its critic is NaN or infinite: candidates are not told apart.")
    }
    if !decision.values.allSatisfy(\.isFinite) { warnings.append("its value network gives NaN.") }
    return warnings
  }
}

extension PolicyDescription {
  /// What to tell a user who scores the policy where its file does not say that it was trained; nil
  /// if there is nothing.
  package func mismatch(with id: EnvironmentID) -> String? {
    guard let environment else { return nil }
    if let trained = environments[environment] {
      let (a, b) = (trained.entry, id.entry)
      let isSame =
        a.equivalence.mechanics == b.equivalence.mechanics
        // a robot's versions share observations and actions, the suites' mazes do not
        && (a.equivalence.rules == b.equivalence.rules || ![a, b].contains { $0.isMaze })
      if isSame { return nil }
    } else {
      let (name, asked) = (environment.lowercased(), id.description.lowercased())
      if asked.hasPrefix(name) || name.hasPrefix(id.name.lowercased()) { return nil }
    }
    return "the policy's file says that it was trained on \(environment), not on \(id)."
  }
}

extension EnvironmentEntry {
  fileprivate var isMaze: Bool {
    suite == .gymnasiumRobotics || suite == .ogbench || name.contains("maze")
  }
}

private func aligned(_ rows: [(name: String, value: String)]) -> [String] {
  let width = rows.map(\.name.count).max() ?? 0
  return rows.map { name, value in
    "  \(name)\(String(repeating: " ", count: width - name.count))  \(value)"
  }
}
