import IDQLEnvs
import IDQLRandom

/// Collects violations of the rules by three environments that should be equal.
///
/// The first runs all episodes; the second runs as few as possible, for comparison; the third is
/// stepped in between to show state that environments share.
final class EnvironmentCheck {
  let plan: CheckPlan
  let first: any Environment
  let second: any Environment
  let third: any Environment
  private(set) var findings: [Finding] = []
  /// Lines of this module whose expectation has failed.
  private var failed: Set<String> = []

  init(
    _ plan: CheckPlan, _ first: any Environment, _ second: any Environment,
    _ third: any Environment
  ) {
    self.plan = plan
    self.first = first
    self.second = second
    self.third = third
  }

  /// Each expectation gives at most one finding, that of its first failure.
  func expect(
    _ rule: Finding.Rule, _ holds: Bool, _ problem: @autoclosure () -> String,
    file: String = #fileID, line: Int = #line
  ) {
    if holds { return }
    if failed.insert("\(file):\(line)").inserted { findings.append(Finding(rule, problem())) }
  }

  /// All that can be seen of one moment, comparable to the bit: NaN equals NaN, 0 is not -0.
  struct Moment: Equatable {
    let text: String

    init(_ environment: any Environment, _ transition: Transition? = nil) {
      text =
        "\(transition.map { "\($0)" } ?? "start") step \(environment.stepCount)"
        + " \(environment.observation) \(environment.goal ?? [])"
    }
  }

  /// The actions of an episode follow from its seed.
  func actions(seed: UInt64) -> [[Double]] {
    var generator = NumPyGenerator(seed: seed)
    return (0..<plan.steps).map { _ in
      (0..<first.spec.actionCount).map { _ in generator.uniform(-plan.reach, plan.reach) }
    }
  }

  /// Resets with `seed` and takes all its actions, calling `meanwhile` after each.
  func episode(
    of environment: any Environment, seed: UInt64, meanwhile: () -> Void = {}
  ) -> [Moment] {
    environment.reset(seed: seed)
    return [Moment(environment)]
      + actions(seed: seed).map { action in
        let moment = Moment(environment, environment.step(action))
        meanwhile()
        return moment
      }
  }

  /// What the running episode gives from here on.
  func continuation(of environment: any Environment, _ actions: [[Double]]) -> [Moment] {
    [Moment(environment)] + actions.map { Moment(environment, environment.step($0)) }
  }

  /// `after 3 steps` of the first moment that differs; nil if none does.
  func difference(_ a: [Moment], _ b: [Moment]) -> String? {
    zip(a, b).enumerated().first { $1.0 != $1.1 }.map { "after \($0.offset) steps" }
  }
}
