import Envs
import Evaluation
import Foundation
import Random
import Tensors
import Training

/// Looks for a walker for mazes by augmented random search (Mania, Guy and Recht 2018, algorithm 2,
/// version V2-t): random directions in the space of a linear policy's weights are tried on both sides,
/// and the weights move along the best of them.
///
/// The bundled `ant-walker` is what 100 iterations of seed 0 find. A search follows from its seed, to
/// the bit; the number of threads changes nothing but the time.
public final class WalkerSearch {
  /// What is asked of the walker for a time.
  public struct Stage: Equatable, Sendable {
    public var iterations: Int
    /// α of the paper.
    public var stepSize: Double
    /// ν of the paper.
    public var noise: Double
    /// Whether waypoints lie around corners, or all straight ahead.
    public var turns: Bool

    /// First to walk, then to turn, then to do both well.
    public static func standard(iterations: Int) -> [Stage] {
      let walking = iterations * 6 / 10
      let turning = iterations / 10
      return [
        Stage(iterations: walking, stepSize: 0.02, noise: 0.03, turns: false),
        Stage(iterations: turning, stepSize: 0.02, noise: 0.03, turns: true),
        Stage(
          iterations: iterations - walking - turning, stepSize: 0.01, noise: 0.02, turns: true),
      ]
    }
  }

  /// N and b of the paper.
  private static let (directionCount, keptCount) = (28, 14)
  private static let walkSteps = 250
  private static let (evaluationWalks, evaluationSteps) = (48, 300)
  private static let evaluateEvery = 20

  private let stages: [Stage]
  private let seed: UInt64
  private let path: String
  private var generator: NumPyGenerator
  private var moments = ObservationMoments()
  private var walker = LinearWalker()
  /// One for each direction, so that each can have its thread.
  private let courses: [OpenCourse]

  /// - Parameter path: of the policy's file, which is written whenever a better walker was found.
  /// - Throws: `CollectionError`, or `FileError` if the file could not be written.
  public init(stages: [Stage], seed: UInt64, path: String) throws {
    for stage in stages where !(0...1_000_000).contains(stage.iterations) {
      throw CollectionError.setting(
        "steps", found: "\(stage.iterations)", expected: "from 1 to 1000000 iterations")
    }
    self.stages = stages
    self.seed = seed
    self.path = path
    generator = NumPyGenerator(seed: seed, spawnKey: [0, 1])
    courses = try (0..<Self.directionCount).map { _ in try OpenCourse() }
    try requireWritable(path)
  }

  /// Mean over many walks that turn, always the same.
  public struct Result: Equatable, Sendable {
    public var iteration: Int
    public var score: Double
    /// Towards the waypoints, m/s.
    public var speed: Double
  }

  /// - Parameter onEvaluation: called with every evaluation.
  /// - Throws: `CollectionError.interrupted`, `FileError`.
  public func run(_ control: CollectionControl, onEvaluation: (Result) -> Void = { _ in }) throws {
    let total = stages.reduce(0) { $0 + $1.iterations }
    var iteration = 0
    var best = -Double.infinity
    for stage in stages {
      for _ in 0..<stage.iterations {
        if control.cancellation.isCancelled {
          throw CollectionError.interrupted(
            "after \(iteration) of \(total) iterations; \(path) holds the best walker so far")
        }
        improve(stage, iteration: iteration, threads: control.threads)
        iteration += 1
        control.onProgress(.recording(name: "search", row: iteration, rowCount: total))
        guard iteration % Self.evaluateEvery == 0 || iteration == total else { continue }
        let result = evaluate(iteration: iteration, threads: control.threads)
        onEvaluation(result)
        if result.score > best {
          best = result.score
          try walker.write(to: path)
        }
      }
    }
  }

  private func improve(_ stage: Stage, iteration: Int, threads: Int) {
    moments.normalize(&walker)
    let count = walker.weights.count
    let directions = courses.map { _ in (0..<count).map { _ in generator.standardNormal() } }
    // both sides of a direction meet the same chance
    let seeds = courses.map { _ in generator.nextUInt64() }
    let outcomes = Locked([[OpenCourse.Outcome]](repeating: [], count: courses.count))
    let (walker, courses) = (walker, courses)
    runTasks(courses.count, threads: threads) { index in
      let both = [stage.noise, -stage.noise].map { noise in
        var moved = walker
        for i in 0..<count { moved.weights[i] += noise * directions[index][i] }
        return courses[index].walk(
          moved, turns: stage.turns, seed: seeds[index], steps: Self.walkSteps)
      }
      outcomes.withLock { $0[index] = both }
    }

    let found = outcomes.withLock(\.self)
    for outcome in found.joined() { moments.add(outcome.moments) }
    func better(_ index: Int) -> Double { max(found[index][0].score, found[index][1].score) }
    let order = found.indices.sorted { (better($1), $0) < (better($0), $1) }
    let kept = order.prefix(Self.keptCount)
    let scores = kept.flatMap { found[$0].map(\.score) }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let spread =
      (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)).squareRoot()
    let factor = stage.stepSize / (Double(Self.keptCount) * max(spread, 1e-3))
    for index in kept {
      let difference = found[index][0].score - found[index][1].score
      for i in 0..<count {
        self.walker.weights[i] += factor * difference * directions[index][i]
      }
    }
  }

  private func evaluate(iteration: Int, threads: Int) -> Result {
    let outcomes = Locked(
      [OpenCourse.Outcome](repeating: .init(), count: Self.evaluationWalks))
    let (walker, courses, seed) = (walker, courses, seed)
    runTasks(courses.count, threads: threads) { index in
      for walk in stride(from: index, to: Self.evaluationWalks, by: courses.count) {
        var start = NumPyGenerator(seed: seed, spawnKey: [1, 1, UInt32(walk)])
        let outcome = courses[index].walk(
          walker, turns: true, seed: start.nextUInt64(), steps: Self.evaluationSteps)
        outcomes.withLock { $0[walk] = outcome }
      }
    }
    let found = outcomes.withLock(\.self)
    let count = Double(found.count)
    return Result(
      iteration: iteration, score: found.reduce(0) { $0 + $1.score } / count,
      // 0.1 s a step
      speed: found.reduce(0) { $0 + $1.distance } / count / Double(Self.evaluationSteps) / 0.1)
  }
}

extension LinearWalker {
  /// Writes a plain actor that `loadPolicy` reads.
  func write(to path: String) throws {
    let settings = Settings(
      obs_normalization: .init(mean: mean, var: deviation.map { $0 * $0 }, clip: Self.bound))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(settings), as: UTF8.self)
    let tensor = NamedTensor(
      "net.0.weight", shape: [Self.actionCount, Self.observationCount],
      .floats(weights.map(Float.init)))
    try writeTensorFile([tensor], metadata: ["policy": text], to: path)
  }

  /// The metadata `policy` of a plain actor.
  private struct Settings: Encodable {
    struct Normalization: Encodable {
      var mean: [Double]
      var `var`: [Double]
      var clip: Double
      var epsilon = 0.0
    }

    var env = "ant"
    var algorithm = "augmented random search, linear, on waypoints in the open"
    var activation = "none"
    var squash = false
    var obs_dim = LinearWalker.observationCount
    var act_dim = LinearWalker.actionCount
    var obs_normalization: Normalization
  }
}
