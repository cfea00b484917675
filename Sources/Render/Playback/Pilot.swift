import IDQLAgent
import IDQLRandom

/// Who chooses the actions of an episode.
public enum Pilot: Sendable {
  /// Nobody: every action is zero.
  case none
  case policy(any Policy)

  /// The agent whose candidates, values and denoising can be looked at; nil for any other pilot.
  public var agent: (any DecidingPolicy)? {
    if case .policy(let policy) = self { policy.deciding } else { nil }
  }

  /// Acts as `evaluate` lets a policy act, to the bit.
  ///
  /// - Parameters:
  ///   - observation: what the policy sees, the goal after it where there is one.
  ///   - step: how many actions the episode has taken.
  ///   - noise: the episode's stream, advanced by what is drawn.
  func act(
    observation: [Double], step: Int, actionCount: Int, noise: inout NumPyGenerator
  ) -> (action: [Double], verdict: Verdict?) {
    var streams = [noise]
    defer { noise = streams[0] }
    switch self {
    case .none:
      return (Array(repeating: 0, count: actionCount), nil)
    case .policy(let policy):
      guard let agent = policy.deciding else {
        let action = policy.actions(observations: observation, steps: [step], noise: &streams)
        return (action.map(Double.init), nil)
      }
      let decision = agent.decide(observations: observation.map(Float.init), noise: &streams)
      return (decision.actions.map(Double.init), Verdict(decision, agent: agent))
    }
  }
}

/// What an agent thought of a state and of its candidates, in five numbers.
public struct Verdict: Equatable, Sendable {
  /// V of the observation.
  public var value: Float
  /// Of the candidates' Q, each the smaller of the critic's heads.
  public var smallestQ: Float
  public var largestQ: Float
  /// Q of the action that was taken.
  public var chosenQ: Float
  /// Which candidate was taken.
  public var index: Int

  /// Q of the action that was taken, less V.
  public var advantage: Float { chosenQ - value }

  init(_ decision: Decision, agent: any DecidingPolicy) {
    let q = decision.smallerQ(candidateCount: agent.options.candidateCount)
    value = decision.values[0]
    smallestQ = q.min() ?? .nan
    largestQ = q.max() ?? .nan
    index = decision.indices[0]
    chosenQ = q[index]
  }
}

extension Decision {
  /// Each candidate's Q, the smaller of the heads, of a decision about one observation.
  func smallerQ(candidateCount n: Int) -> [Float] {
    (0..<n).map { i in stride(from: i, to: q.count, by: n).reduce(.infinity) { min($0, q[$1]) } }
  }
}
