import IDQLEnvs

/// How thoroughly an environment is checked, and with what.
public struct CheckPlan: Sendable {
  /// Every check starts its episodes from these, so two are the least that can be compared.
  public var seeds: [UInt64]
  /// Actions per episode; the time limit is reached by a snapshot, not by waiting for it.
  public var steps: Int
  /// Actions are uniform in -reach ... reach.
  public var reach: Double
  /// Where each number of the first observation must lie, `spec.observationCount` of them; nil if
  /// nothing is known of that.
  public var startBounds: [ClosedRange<Double>]?

  /// - Precondition: at least two different seeds, and one step.
  public init(
    seeds: [UInt64] = [0, 1, 2], steps: Int = 20, reach: Double = 1,
    startBounds: [ClosedRange<Double>]? = nil
  ) {
    precondition(Set(seeds).count >= 2 && Set(seeds).count == seeds.count, "two seeds at least")
    precondition(steps >= 1, "one step at least")
    self.seeds = seeds
    self.steps = steps
    self.reach = reach
    self.startBounds = startBounds
  }
}

/// Looks for violations of the rules that every `Environment` has to keep.
///
/// It needs no test framework. In one, expect that nothing is found:
///
/// ```swift
/// @Test func pendulumKeepsTheRules() throws {
///   #expect(try checkEnvironment { try Pendulum() } == [])
/// }
/// ```
///
/// - Parameter make: a new environment of the same kind at each call; it is called three times.
/// - Returns: one finding per broken rule and way of breaking it, in the order of `Finding.Rule`;
///   empty if all is well.
public func checkEnvironment(
  _ plan: CheckPlan = CheckPlan(), make: () throws -> any Environment
) rethrows -> [Finding] {
  let check = EnvironmentCheck(plan, try make(), try make(), try make())
  check.checkSpaces()
  // what follows hands out observations and actions by these sizes
  guard check.findings.isEmpty else { return check.findings }
  check.checkStarts()
  check.checkDeterminism()
  check.checkRestoring()
  check.checkEndings()
  check.checkRewards()
  return check.findings
}
