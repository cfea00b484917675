import IDQLEnvs
import IDQLRandom

/// Accumulates the quantities of an unfinished episode, up to the `Episode` that it becomes. A
/// value: a copy continues independently.
package struct EpisodeTally: Sendable {
  package let index: Int
  /// Of the evaluation; the episode's own is `seed + index`.
  package let seed: UInt64
  /// In a maze, where the robot or ball that has to reach the goal began.
  private let start: MazePoint?
  package private(set) var length = 0
  package private(set) var totalReward = 0.0
  /// Nil for a task without a goal.
  package private(set) var isSuccess: Bool?
  package private(set) var hash = TrajectoryHash()

  /// Resets the environment to the beginning of episode `index` of the evaluation of that seed.
  ///
  /// Where the environment has n numbered tasks, episode i is one of task i mod n + 1.
  ///
  /// - Throws: `EvaluationError.seedOutOfRange`.
  package init(beginning index: Int, seed: UInt64, in environment: any Environment) throws {
    try requireSeeds(from: seed, episodes: index + 1)
    self.index = index
    self.seed = seed
    let episodeSeed = seed + UInt64(index)
    if environment.taskCount > 0 {
      try environment.reset(seed: episodeSeed, task: 1 + index % environment.taskCount)
    } else {
      environment.reset(seed: episodeSeed)
    }
    start = environment.maze?.mover
    hash.absorb(environment.observation)
  }

  /// Of what somebody else recorded, of which no more is known.
  package init(recorded index: Int, length: Int, totalReward: Double) {
    (self.index, self.length, self.totalReward) = (index, length, totalReward)
    (seed, start) = (0, nil)
  }

  /// The episode's own generator of policy noise, in its initial state.
  package var noise: NumPyGenerator {
    NumPyGenerator(seed: seed, spawnKey: [UInt32(index)])
  }

  /// Takes one action.
  ///
  /// - Returns: the transition, and the episode if this step was its last.
  package mutating func step(
    _ action: [Double], in environment: any Environment
  ) -> (transition: Transition, episode: Episode?) {
    let transition = environment.step(action)
    length += 1
    totalReward += transition.reward
    isSuccess = transition.isSuccess.map { $0 || isSuccess == true }
    hash.absorb(action)
    hash.absorb(environment.observation)
    hash.absorb(transition.reward)

    let isBroken = transition.isBroken || !totalReward.isFinite
    guard transition.terminated || transition.truncated || isBroken else {
      return (transition, nil)
    }
    let finalReward = isBroken ? nil : totalReward
    let episode = Episode(
      index: index, seed: seed + UInt64(index), totalReward: finalReward, length: length,
      isTerminated: transition.terminated || isBroken, isTruncated: transition.truncated,
      isBroken: isBroken, unconvergedSolves: environment.simulation.unconvergedSolveCount,
      score: finalReward.flatMap { environment.spec.referenceScore?.normalized($0) },
      isSuccess: isSuccess, journey: journey(in: environment), hash: hash.text)
    return (transition, episode)
  }

  private func journey(in environment: any Environment) -> Episode.Journey? {
    guard let start, let maze = environment.maze else { return nil }
    return Episode.Journey(task: maze.task, start: start, end: maze.mover, goal: maze.target)
  }
}
