import IDQLAgent
import IDQLPhysics

/// What two results must have in common besides their seeds, so that a difference is one of the policies.
package struct ComparisonTerms: Equatable, Sendable {
  package var physics: String
  package var successTiming: String?
  /// Apart from bfloat16, which is a choice that may be compared.
  package var arithmetic: String?
  package var version: String

  /// Of a report.
  package init(_ provenance: Provenance) {
    physics = provenance.physics
    successTiming = provenance.successTiming
    arithmetic = provenance.arithmetic.map { Arithmetic(rawValue: $0).rounding }
    version = provenance.version
  }

  /// Of what this program would play.
  package init(_ environment: EnvironmentRecord) {
    physics = environment.physics
    successTiming = environment.successTiming
    arithmetic = Arithmetic.current(for: nil).rounding
    version = packageVersion
  }

  /// - Throws: `ComparisonError.notComparable`, naming the first thing that differs.
  package func requireComparable(to other: ComparisonTerms, environment: String) throws {
    for (what, mine, theirs) in [
      // releases may have the same rules under different names
      ("physics", physics, Self.hasEqualRules(physics, other.physics) ? physics : other.physics),
      ("success timing", successTiming ?? "none", other.successTiming ?? "none"),
      ("arithmetic", arithmetic ?? "unknown", other.arithmetic ?? "unknown"),
      ("version", version, other.version),
    ] where mine != theirs {
      throw ComparisonError.notComparable(
        environment: environment, what, first: mine, second: theirs)
    }
  }

  private static func hasEqualRules(_ first: String, _ second: String) -> Bool {
    guard let first = PhysicsProfile(named: first), let second = PhysicsProfile(named: second)
    else { return false }
    return first.hasRules(of: second)
  }
}

extension [Report] {
  /// The episodes with which an evaluation of one environment and seed is compared.
  ///
  /// - Parameters:
  ///   - name: of the result, for messages.
  ///   - count: how many episodes the evaluation may have.
  /// - Throws: `ComparisonError`.
  package func partners(
    of environment: EnvironmentRecord, seed: UInt64, count: Int, named name: String
  ) throws -> [Episode] {
    let here = filter { $0.provenance.environment == environment.id }
    guard !here.isEmpty else {
      throw ComparisonError.nothingInCommon(
        first: [environment.id], second: map(\.provenance.environment))
    }
    let found = here.filter { $0.provenance.seed == seed }
    guard let report = found.first else {
      throw ComparisonError.noPair(environment: environment.id)
    }
    if found.count > 1 {
      throw ComparisonError.severalPolicies(result: name, environment: environment.id)
    }
    if report.summary.isPartial {
      throw ComparisonError.partial(result: name, environment: environment.id)
    }
    try ComparisonTerms(environment).requireComparable(
      to: ComparisonTerms(report.provenance), environment: environment.id)
    guard report.episodes.count >= count else {
      throw ComparisonError.tooFew(
        result: name, environment: environment.id, found: report.episodes.count, asked: count)
    }
    return report.episodes
  }
}
