import IDQLAgent
import IDQLRandom

/// What chooses the actions of an episode.
package enum Pilot: Sendable {
  /// No policy: every action is zero.
  case none
  case policy(any Policy)

  /// The agent whose candidates, values and denoising can be looked at; nil for any other pilot.
  package var agent: (any DecidingPolicy)? {
    if case .policy(let policy) = self { policy.deciding } else { nil }
  }

  /// The action that the policy takes in `evaluate`, to the bit.
  ///
  /// - Parameters:
  ///   - observation: of the environment, followed by the goal if there is one.
  ///   - step: number of actions taken in the episode.
  ///   - noise: the stream of the episode, advanced by what is drawn.
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

/// An agent's estimates for a state and its candidates.
package struct Verdict: Equatable, Sendable {
  /// V of the observation.
  package var value: Float
  /// Smallest and largest Q of the candidates; each Q is the minimum over the critic's heads.
  package var smallestQ: Float
  package var largestQ: Float
  /// Q of the action taken.
  package var chosenQ: Float
  /// Index of the candidate taken.
  package var index: Int

  /// Q of the action taken, minus V.
  package var advantage: Float { chosenQ - value }

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
  /// Q of each candidate, the minimum over the heads, for a decision about one observation.
  func smallerQ(candidateCount n: Int) -> [Float] {
    (0..<n).map { i in stride(from: i, to: q.count, by: n).reduce(.infinity) { min($0, q[$1]) } }
  }
}
