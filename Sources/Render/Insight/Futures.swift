import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// Where the best candidates of a decision would lead: each is taken in an environment of its own,
/// after which the agent acts for some steps.
package struct Futures: Sendable {
  /// The episode that follows one candidate.
  package struct Future: Sendable {
    /// Index among the decision's candidates.
    package let candidate: Int
    package let q: Float
    package let isChosen: Bool
    /// From the frame itself to the last step: horizon + 1 states, fewer if the task ended.
    package fileprivate(set) var states: [State]
    /// Sum of the rewards.
    package fileprivate(set) var totalReward = 0.0
    /// Whether the task ended within the horizon: the robot fell or reached its goal.
    package fileprivate(set) var isTerminated = false
  }

  package let frame: Int
  /// In descending order of Q.
  package fileprivate(set) var futures: [Future]
}

/// How many candidates to follow, and for how many steps.
package struct FuturesQuestion: Equatable, Sendable {
  /// Candidates to follow (k): those of the largest Q, and the chosen one.
  package var count: Int
  /// Actions to take in each future (h).
  package var horizon: Int
  /// Largest number of candidates that the agent draws per step after the first, for speed.
  package var followingCandidates = 8

  package init(count: Int = 6, horizon: Int = 25) {
    self.count = count
    self.horizon = horizon
  }

  /// Far enough to reach the next corner.
  static let inMaze = FuturesQuestion(count: 12, horizon: 60)
}

/// Simulates the candidates of a decision in environments of its own.
package final class FuturesSimulator {
  private let makeEnvironment: @Sendable () throws -> any Environment
  private var environments: [any Environment] = []

  package init(makeEnvironment: @escaping @Sendable () throws -> any Environment) {
    self.makeEnvironment = makeEnvironment
  }

  /// The futures of the decision at a frame.
  ///
  /// The first step of each equals, to the bit, the step of the recording had it taken that
  /// candidate. Later steps draw noise from streams of their own, so the same question always has
  /// the same answer, and the stream of the episode is not advanced.
  ///
  /// - Throws: what making or restoring an environment throws.
  package func futures(
    of frame: EpisodeRecording.Frame, number: Int, agent: any DecidingPolicy,
    question: FuturesQuestion
  ) throws -> Futures {
    let decision = Deliberation(agent, at: frame, number: number)
    var following = agent.options
    following.candidateCount = min(following.candidateCount, question.followingCandidates)
    let follower = try agent.with(following)

    var asked = Array(decision.ranking.prefix(max(1, question.count)))
    if !asked.contains(decision.chosen) { asked.append(decision.chosen) }
    while environments.count < asked.count { environments.append(try makeEnvironment()) }
    for index in asked.indices { try environments[index].restore(frame.snapshot) }

    var futures = asked.map {
      Futures.Future(
        candidate: $0, q: decision.q[$0], isChosen: $0 == decision.chosen, states: [frame.state])
    }
    // the futures that have not ended, and the stream of each; row r of a batch is future active[r]
    var active = Array(asked.indices)
    var noise = asked.map {
      NumPyGenerator(
        seed: frame.tally.seed,
        spawnKey: [UInt32(frame.tally.index), UInt32(frame.tally.length), UInt32($0)])
    }
    for step in 0..<question.horizon where !active.isEmpty {
      let actions: [Float]
      if step == 0 {
        actions = asked.flatMap(decision.candidate)
      } else {
        actions = follower.actions(
          observations: active.flatMap {
            environments[$0].observation + (environments[$0].goal ?? [])
          },
          steps: active.map { environments[$0].stepCount }, noise: &noise)
      }
      let width = agent.actionCount
      for row in active.indices.reversed() {
        let index = active[row]
        let action = actions[row * width..<(row + 1) * width].map(Double.init)
        let transition = environments[index].step(action)
        futures[index].states.append(environments[index].simulation.state)
        futures[index].totalReward += transition.isBroken ? 0 : transition.reward
        if transition.terminated || transition.truncated {
          futures[index].isTerminated = transition.terminated
          active.remove(at: row)
          noise.remove(at: row)
        }
      }
    }
    return Futures(frame: number, futures: futures)
  }
}
