import IDQLPhysics
import IDQLSpelling

/// Pieces of the texts that explain an environment.
enum RulesText {
  /// Numbered rows of name and unit.
  static func table(_ quantities: [EnvironmentSpec.Quantity]) -> [String] {
    table(quantities.enumerated().map { (index: $0, quantity: $1) })
  }

  /// Rows of number, name and unit.
  static func table(_ rows: [(index: Int, quantity: EnvironmentSpec.Quantity)]) -> [String] {
    let width = rows.map(\.quantity.name.count).max() ?? 0
    let digits = max(2, "\(rows.last?.index ?? 0)".count)
    return rows.map { index, quantity in
      let number = String(repeating: " ", count: digits - "\(index)".count) + "\(index)"
      let padding = String(repeating: " ", count: width - quantity.name.count)
      return "  \(number)  \(quantity.name)\(padding)  \(quantity.unit)"
    }
  }

  /// What ends every episode.
  static let broken = [
    "  broken, and terminated, when a number of the state or the action is not finite (Gymnasium",
    "  goes on after an infinite action, with a reward of minus infinity)",
  ]

  /// Which physics it is, and with which others the model can be simulated.
  static func physics(
    _ spec: EnvironmentSpec, standard: PhysicsProfile,
    where isPossible: (PhysicsProfile) -> Bool = { _ in true }
  ) -> [String] {
    let others = PhysicsProfile.all.filter { $0 != spec.physics && isPossible($0) }.map(\.name)
    return [
      "Physics",
      "  \(spec.physics.name)"
        + (spec.physics == standard ? " (default of this id)" : " (not the default of this id)")
        + (others.isEmpty ? "; no other" : "; also \(others.joined(separator: ", "))"),
    ]
  }

  /// The normalized score.
  static func score(_ score: ReferenceScore?) -> [String] {
    guard let score else { return ["Normalized score", "  none"] }
    return [
      "Normalized score",
      "  linear in the return: 0 at \(score.minimum.shortText), 100 at \(score.maximum.shortText)",
      "  Source: \(score.source).",
    ]
  }
}
