import IDQLPhysics
import IDQLSpelling

/// Which rules of the physics moved a score: the way from one profile to another, one rule at a time, on the same
/// seeds.
///
/// Every rule that differs is switched twice: on the path, after all before it, where the changes add up to the
/// whole; and alone, at the beginning of the path. Where the two differ, rules act on each other.
package struct Explanation: Codable, Equatable, Sendable {
  /// Names of the profiles.
  package var from: String
  package var to: String
  /// Why an end of the way cannot be played; nil if it can. The path then begins or ends with the nearest
  /// profile that can.
  package var fromRefusal: String?
  package var toRefusal: String?
  package var quantity: Comparison.Quantity
  /// Means at the beginning and at the end of the path.
  package var first: Double
  package var last: Double
  /// Last minus first.
  package var total: PairedDifference
  /// In the order of the path.
  package var steps: [Step]

  enum CodingKeys: String, CodingKey {
    case from, to, quantity, first, last, total, steps
    case fromRefusal = "from_refusal"
    case toRefusal = "to_refusal"
  }

  /// One rule.
  package struct Step: Codable, Equatable, Sendable {
    /// `contact margins of 3.5.0`.
    package var rule: String
    /// What it changed.
    package var change: String
    package var role: Role
    /// What switching it did on the path; nil where it was not played.
    package var path: PairedDifference?
    /// With Holm's adjustment for all rules of the path.
    package var adjustedProbability: Double?
    /// What switching it alone does; nil where it was not played.
    package var alone: PairedDifference?
    /// Why the environment cannot be made before (`lifts`) or after (`refused`) it.
    package var refusal: String?

    enum CodingKeys: String, CodingKey {
      case rule, change, role, path, alone, refusal
      case adjustedProbability = "p_holm"
    }

    /// What the rule does to the environment and the score.
    package enum Role: String, Codable, Sendable {
      /// Without it the environment cannot be made.
      case lifts
      /// With it the environment cannot be made, so that the path leaves it out.
      case refused
      /// The mean changed, p < 0.05 with Holm's adjustment.
      case moves
      /// Trajectories changed, but no change of the mean is shown.
      case touches
      /// Every trajectory is the same, to the bit, on the path and alone.
      case unused
    }
  }

  /// - Parameters:
  ///   - seed: of the evaluation.
  ///   - refusal: why the environment cannot be made under a profile; nil if it can.
  ///   - play: the episodes under a profile, always of the same indices.
  /// - Throws: `ExplanationError`; what `play` throws.
  package init(
    from: PhysicsProfile, to: PhysicsProfile, seed: UInt64,
    refusal: (PhysicsProfile) throws -> String?, play: (PhysicsProfile) throws -> [Episode]
  ) throws {
    let all = PhysicsRule.all.filter { $0.isNew(in: from) != $0.isNew(in: to) }
    guard !all.isEmpty else { throw ExplanationError.sameRules(from.name, to.name) }
    // back in time, the newest rule is undone first
    let rules = all[0].isNew(in: to) ? all : all.reversed()
    func switching(_ rules: [PhysicsRule], in profile: PhysicsProfile = from) -> PhysicsProfile {
      rules.reduce(profile) { changed, rule in
        rule.taken(from: to, into: changed, named: "a profile between \(from.name) and \(to.name)")
      }
    }
    (self.from, self.to) = (from.name, to.name)
    let lifted = try refusal(from)
    (fromRefusal, toRefusal) = (lifted, try refusal(to))
    let lifting =
      try lifted.map { reason in
        try Self.fewest(of: rules) { try refusal(switching($0)) == nil }
          ?? { throw ExplanationError.alwaysRefused(from.name, to.name, reason: reason) }()
      } ?? []

    // profiles with the same rules are played once
    var played: [[Bool]: [Episode]] = [:]
    func episodes(_ profile: PhysicsProfile) throws -> [Episode] {
      let key = PhysicsRule.all.map { $0.isNew(in: profile) }
      if let known = played[key] { return known }
      let new = try play(profile)
      played[key] = new
      return new
    }

    let start = switching(lifting)
    let before = try episodes(start)
    let measure = Comparison.Quantity(before)
    func difference(_ after: [Episode], _ before: [Episode]) -> PairedDifference {
      let values = measure.values(after + before)
      let differences = after.indices.map { values[$0] - values[after.count + $0] }
      return PairedDifference(
        differences, of: measure,
        identical: zip(after, before).count { $0.hash != nil && $0.hash == $1.hash }, seed: seed)
    }

    var profile = start
    var latest = before
    let taken = try rules.map { rule in
      var step = Step(rule: rule.title, change: rule.change, role: .unused)
      if lifting.contains(where: { $0.name == rule.name }) {
        (step.role, step.refusal) = (.lifts, lifted)
        return step
      }
      let next = switching([rule], in: profile)
      if let reason = try refusal(next) {
        (step.role, step.refusal) = (.refused, reason)
        return step
      }
      let after = try episodes(next)
      step.path = difference(after, latest)
      (profile, latest) = (next, after)
      let alone = switching([rule], in: start)
      if try refusal(alone) == nil { step.alone = difference(try episodes(alone), before) }
      return step
    }
    // what lifts a refusal comes first on the path
    steps = taken.filter { $0.role == .lifts } + taken.filter { $0.role != .lifts }
    quantity = measure
    func mean(_ episodes: [Episode]) -> Double {
      measure.values(episodes).reduce(0, +) / Double(episodes.count)
    }
    (first, last) = (mean(before), mean(latest))
    total = difference(latest, before)
    judge()
  }

  /// The rules without which the condition does not hold, of the first ones with which it does; nil if it does not
  /// hold with all of them.
  private static func fewest(
    of rules: [PhysicsRule], _ holds: ([PhysicsRule]) throws -> Bool
  ) throws -> [PhysicsRule]? {
    guard let count = try (1...rules.count).first(where: { try holds(Array(rules.prefix($0))) })
    else { return nil }
    var kept = Array(rules.prefix(count))
    for rule in kept {
      let without = kept.filter { $0.name != rule.name }
      if try holds(without) { kept = without }
    }
    return kept
  }

  private mutating func judge() {
    let tested = steps.indices.filter { steps[$0].path != nil }
    let adjusted = holmAdjusted(tested.map { steps[$0].path?.probability ?? 1 })
    for (index, probability) in zip(tested, adjusted) {
      steps[index].adjustedProbability = probability
      let all = [steps[index].path, steps[index].alone].compactMap(\.self)
      steps[index].role =
        probability < 0.05
        ? .moves : all.allSatisfy { $0.identicalCount == $0.count } ? .unused : .touches
    }
  }

  /// Of all rules alone; nil unless every rule of the path was.
  private var sumOfAlone: Double? {
    let path = steps.filter { $0.path != nil }
    let alone = path.compactMap(\.alone)
    return alone.count == path.count ? alone.reduce(0) { $0 + $1.mean } : nil
  }

  /// For a terminal.
  package var table: String {
    let unit = quantity.unit
    func side(_ mean: Double, _ refusal: String?, _ nearest: String) -> String {
      "\(quantity.rawValue) \(mean.text(decimals: 2))\(unit)"
        + (refusal.map { ", of \(nearest) that can be made: \($0)" } ?? "")
    }
    func text(_ difference: PairedDifference?, _ refusal: String?) -> String {
      guard let difference else { return refusal == nil ? "-" : "refused" }
      return difference.identicalCount == difference.count
        ? "none, equal to the bit"
        : difference.text
          + (difference.identicalCount > 0
            ? ", \(difference.identicalCount) of \(difference.count) equal" : "")
    }
    var rows = [["rule", "on the path", "alone"]]
    rows += steps.map { step in
      step.role == .lifts
        ? [step.rule, "refused before", "-"]
        : [step.rule, text(step.path, step.refusal), text(step.alone, step.refusal)]
    }
    rows.append(["together", text(total, nil), sumOfAlone.map { $0.text(decimals: 2) } ?? "-"])
    let names = alignedColumns(rows)
    return
      ([
        tableRow("from", "\(from): " + side(first, fromRefusal, "the first profile")),
        tableRow("to", "\(to): " + side(last, toRefusal, "the last profile")),
        tableRow("", "95 % \(total.method) intervals of differences on equal seeds"), "",
      ] + names + [""] + findings).joined(separator: "\n")
  }

  /// What a reader wants to know, one line for each kind of rule.
  package var findings: [String] {
    func rules(_ role: Step.Role) -> [Step] { steps.filter { $0.role == role } }
    var lines: [String] = []
    for step in rules(.lifts) {
      lines.append(
        tableRow("decides", "\(step.rule): without it, \(step.refusal ?? "the model is refused")"))
    }
    for step in rules(.refused) {
      lines.append(
        tableRow("decides", "\(step.rule): after it, \(step.refusal ?? "the model is refused")"))
    }
    for step in rules(.moves) {
      lines.append(
        tableRow(
          "moves",
          "\(step.rule): \(step.path?.text ?? ""), p \((step.adjustedProbability ?? 1).text(digits: 3)) by Holm; "
            + step.change))
    }
    if rules(.moves).isEmpty { lines.append(tableRow("moves", "no rule, as far as is shown")) }
    for (role, name) in [(Step.Role.touches, "touches"), (.unused, "unused")] {
      let found = rules(role)
      if !found.isEmpty {
        lines.append(tableRow(name, found.map(\.rule).joined(separator: ", ")))
      }
    }
    if let alone = sumOfAlone, rules(.moves).count + rules(.touches).count > 1 {
      lines.append(
        tableRow(
          "interaction", "\((total.mean - alone).text(decimals: 2)), together less each alone"))
    }
    return lines
  }
}

/// Why there is nothing to explain.
package enum ExplanationError: Error, Equatable, CustomStringConvertible {
  /// The profiles differ in no rule.
  case sameRules(String, String)
  /// The environment can be made under no profile of the way.
  case alwaysRefused(String, String, reason: String)

  package var description: String {
    switch self {
    case .sameRules(let from, let to): "\(from) and \(to) have the same rules: nothing can differ."
    case .alwaysRefused(let from, let to, let reason):
      "from \(from) to \(to) no profile can make the environment: \(reason)"
    }
  }
}
