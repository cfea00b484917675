import IDQLEnvs

/// Seeds, actions and bounds with which an environment is checked.
public struct CheckPlan: Sendable {
  /// Every check runs an episode of each; at least two, so that starts can be compared.
  public var seeds: [UInt64]
  /// Actions per episode. It may be below the time limit, which is tested with snapshots.
  public var steps: Int
  /// Actions are uniform in -reach ... reach.
  public var reach: Double
  /// Range of each number of the first observation, length `spec.observationCount`; nil for no
  /// bounds.
  public var startBounds: [ClosedRange<Double>]?

  /// - Parameters: as the properties.
  /// - Precondition: at least two seeds, all different, and one step.
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
/// It needs no test framework. With one, expect that nothing is found:
///
/// ```swift
/// @Test func pendulumKeepsTheRules() throws {
///   #expect(try checkEnvironment { try Pendulum() } == [])
/// }
/// ```
///
/// - Parameters:
///   - plan: seeds, actions and bounds.
///   - make: returns a new environment of the same kind at each of three calls.
/// - Returns: one finding per broken rule and way of breaking it, in the order of `Finding.Rule`;
///   empty if none is broken.
public func checkEnvironment(
  _ plan: CheckPlan = CheckPlan(), make: () throws -> any Environment
) rethrows -> [Finding] {
  let check = EnvironmentCheck(plan, try make(), try make(), try make())
  check.checkSpaces()
  // the other checks rely on these sizes
  guard check.findings.isEmpty else { return check.findings }
  check.checkStarts()
  check.checkDeterminism()
  check.checkRestoring()
  check.checkEndings()
  check.checkRewards()
  return check.findings
}
