import IDQLEvaluation
import IDQLRandom
import IDQLSpelling
import IDQLTraining

/// Augmented random search (Mania, Guy and Recht 2018, algorithm 2, version V2-t): random
/// directions in the space of a linear policy's weights are tried with both signs, and the weights
/// move along the best of them.
///
/// A copy is a snapshot, from which the search continues to the same bits. Seed and scores
/// determine it; the number of threads changes only the time.
struct RandomSearch: Codable, Sendable {
  /// N of the paper.
  let directionCount: Int
  /// b of the paper.
  let keptCount: Int
  private(set) var policy: LinearPolicy
  private var moments: ObservationMoments
  private var generator: NumPyGenerator

  init(
    observationCount: Int, actionCount: Int, directionCount: Int, keptCount: Int,
    generator: NumPyGenerator
  ) {
    self.directionCount = directionCount
    self.keptCount = keptCount
    policy = LinearPolicy(observationCount: observationCount, actionCount: actionCount)
    moments = ObservationMoments(observationCount: observationCount)
    self.generator = generator
  }

  /// Step sizes of an iteration.
  struct Stride: Equatable, Sendable {
    /// α of the paper.
    var stepSize: Double
    /// ν of the paper.
    var noise: Double
  }

  /// Result of trying a policy.
  struct Trial: Sendable {
    var score = 0.0
    var moments: ObservationMoments
  }

  /// Observations so far, of which there is one for each step of a trial.
  var stepCount: Int { Int(moments.count) }

  /// Whether another one is a search for policies of the same sizes, by the same number of
  /// directions, with numbers that a search has.
  func isLike(_ other: RandomSearch) -> Bool {
    let (own, its) = (policy, other.policy)
    return other.directionCount == directionCount && other.keptCount == keptCount
      && its.observationCount == own.observationCount && its.actionCount == own.actionCount
      && its.weights.count == own.weights.count && its.mean.count == own.mean.count
      && its.deviation.count == own.deviation.count
      && other.moments.sum.count == moments.sum.count
      && other.moments.sumOfSquares.count == moments.sumOfSquares.count
      && Bounds(0, 0x1p53).contains(other.moments.count)
      && (its.weights + its.mean + other.moments.sum).allSatisfy(Bounds(-1e100, 1e100).contains)
      && (its.deviation + other.moments.sumOfSquares).allSatisfy(Bounds(0, 1e100).contains)
  }

  /// A perturbation of the weights, and the seed of the trials of both of its signs.
  struct Direction: Sendable {
    var weights: [Double]
    var seed: UInt64
  }

  /// Begins an iteration: the policies to try are those of both signs of these directions.
  mutating func drawDirections() -> [Direction] {
    moments.normalize(&policy)
    let count = policy.weights.count
    var directions = (0..<directionCount).map { _ in
      Direction(weights: (0..<count).map { _ in generator.standardNormal() }, seed: 0)
    }
    for index in directions.indices { directions[index].seed = generator.nextUInt64() }
    return directions
  }

  /// The policies of both signs of a direction.
  func sides(of direction: Direction, noise: Double) -> [LinearPolicy] {
    [noise, -noise].map { noise in
      var moved = policy
      for i in moved.weights.indices { moved.weights[i] += noise * direction.weights[i] }
      return moved
    }
  }

  /// One iteration.
  ///
  /// - Parameter attempt: tries a policy with a seed; the first argument is the direction's index,
  ///   below `directionCount`, and no two trials of one index run at a time.
  mutating func improve(
    _ stride: Stride, threads: Int,
    attempt: @Sendable (Int, LinearPolicy, UInt64) -> Trial
  ) {
    let directions = drawDirections()
    let outcomes = Locked([[Trial]](repeating: [], count: directions.count))
    let search = self
    runTasks(directions.count, threads: threads) { index in
      let direction = directions[index]
      let both = search.sides(of: direction, noise: stride.noise).map {
        attempt(index, $0, direction.seed)
      }
      outcomes.withLock { $0[index] = both }
    }

    let found = outcomes.withLock(\.self)
    for trial in found.joined() { moments.add(trial.moments) }
    func better(_ index: Int) -> Double { max(found[index][0].score, found[index][1].score) }
    let order = found.indices.sorted { (better($1), $0) < (better($0), $1) }
    let kept = order.prefix(keptCount)
    let scores = kept.flatMap { found[$0].map(\.score) }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let spread =
      (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)).squareRoot()
    let factor = stride.stepSize / (Double(keptCount) * max(spread, 1e-3))
    for index in kept {
      let difference = found[index][0].score - found[index][1].score
      for i in policy.weights.indices {
        policy.weights[i] += factor * difference * directions[index].weights[i]
      }
    }
  }
}
