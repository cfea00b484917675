import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// Where the best candidates of a decision would lead: each taken in a world of its own, after which
/// the agent goes on for some steps.
public struct Futures: Sendable {
  public struct Future: Sendable {
    /// Index among the decision's candidates.
    public let candidate: Int
    public let q: Float
    public let isChosen: Bool
    /// From the frame itself to the last step, horizon + 1 of them, fewer if the task ended.
    public fileprivate(set) var states: [State]
    /// Sum of the rewards.
    public fileprivate(set) var totalReward = 0.0
    /// Whether the task ended on the way: the robot fell, or reached its goal.
    public fileprivate(set) var isTerminated = false
  }

  public let frame: Int
  /// The largest Q first.
  public fileprivate(set) var futures: [Future]
}

/// How far to look, and how widely.
public struct FuturesQuestion: Equatable, Sendable {
  /// Candidates to follow (k): those of largest Q, and the chosen one.
  public var count: Int
  /// Actions to take in each (h).
  public var horizon: Int
  /// Candidates that the agent draws per step while it goes on: fewer than it would, for speed.
  public var followingCandidates = 8

  public init(count: Int = 6, horizon: Int = 25) {
    self.count = count
    self.horizon = horizon
  }
}

/// Answers what would become of a decision's candidates, in environments of its own.
public final class FutureTeller {
  private let makeEnvironment: @Sendable () throws -> any Environment
  private var environments: [any Environment] = []

  public init(makeEnvironment: @escaping @Sendable () throws -> any Environment) {
    self.makeEnvironment = makeEnvironment
  }

  /// The futures of the decision at a frame.
  ///
  /// The first step of each is, to the bit, what the recording would have gone through had it taken
  /// that candidate. What follows draws its noise from streams of its own, so the same question
  /// always has the same answer, and the episode's stream stays as it is.
  ///
  /// - Throws: what making or restoring an environment throws.
  public func futures(
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
    // those that go on, and the stream of each; row r of a batch is future going[r]
    var going = Array(asked.indices)
    var noise = asked.map {
      NumPyGenerator(
        seed: frame.tally.seed,
        spawnKey: [UInt32(frame.tally.index), UInt32(frame.tally.length), UInt32($0)])
    }
    for step in 0..<question.horizon where !going.isEmpty {
      let actions: [Float]
      if step == 0 {
        actions = asked.flatMap(decision.candidate)
      } else {
        actions = follower.actions(
          observations: going.flatMap {
            environments[$0].observation + (environments[$0].goal ?? [])
          },
          steps: going.map { environments[$0].stepCount }, noise: &noise)
      }
      let width = agent.actionCount
      for row in going.indices.reversed() {
        let index = going[row]
        let action = actions[row * width..<(row + 1) * width].map(Double.init)
        let transition = environments[index].step(action)
        futures[index].states.append(environments[index].simulation.state)
        futures[index].totalReward += transition.isBroken ? 0 : transition.reward
        if transition.terminated || transition.truncated {
          futures[index].isTerminated = transition.terminated
          going.remove(at: row)
          noise.remove(at: row)
        }
      }
    }
    return Futures(frame: number, futures: futures)
  }
}
