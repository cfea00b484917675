import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors
import IDQLTraining

/// Trains a walker for mazes by augmented random search.
///
/// The bundled `ant-walker` is the result of 100 iterations with seed 0. The seed determines a
/// search to the bit; the number of threads changes only the time.
package final class WalkerSearch {
  /// A part of the training, with its own step sizes and waypoints.
  package struct Stage: Equatable, Sendable {
    package var iterations: Int
    /// α of the paper.
    package var stepSize: Double
    /// ν of the paper.
    package var noise: Double
    /// Whether waypoints lie around corners, or all straight ahead.
    package var turns: Bool

    /// Walking straight ahead, then with turns, then with turns and smaller steps.
    package static func standard(iterations: Int) -> [Stage] {
      let walking = iterations / 10 * 6 + iterations % 10 * 6 / 10
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
  private var search: RandomSearch
  /// One for each direction, so that each can have its thread.
  private let courses: [OpenCourse]

  /// - Parameter path: of the policy's file, which is written whenever a better walker was found.
  /// - Throws: `CollectionError`, or `FileError` if the file could not be written.
  package init(stages: [Stage], seed: UInt64, path: String) throws {
    let iterations = stages.reduce(0) { $0 + $1.iterations }
    if !(1...1_000_000).contains(iterations) {
      throw CollectionError.setting(
        "iterations", found: "\(iterations)", expected: "from 1 to 1000000")
    }
    self.stages = stages
    self.seed = seed
    self.path = path
    search = RandomSearch(
      observationCount: OpenCourse.observationCount, actionCount: OpenCourse.actionCount,
      directionCount: Self.directionCount, keptCount: Self.keptCount,
      generator: NumPyGenerator(seed: seed, spawnKey: [0, 1]))
    courses = try (0..<Self.directionCount).map { _ in try OpenCourse() }
    try requireWritable(path)
  }

  /// Means over a fixed set of walks with turns.
  package struct Result: Equatable, Sendable {
    package var iteration: Int
    package var score: Double
    /// Towards the waypoints, m/s.
    package var speed: Double
  }

  /// - Parameter onEvaluation: called with every evaluation.
  /// - Throws: `CollectionError.interrupted`, `FileError`.
  package func run(_ control: CollectionControl, onEvaluation: (Result) -> Void = { _ in }) throws {
    let total = stages.reduce(0) { $0 + $1.iterations }
    var iteration = 0
    var best = -Double.infinity
    for stage in stages {
      for _ in 0..<stage.iterations {
        if control.cancellation.isCancelled {
          throw CollectionError.interrupted(
            "after \(iteration) of \(total) iterations; \(path) holds the best walker so far")
        }
        let courses = courses
        search.improve(
          .init(stepSize: stage.stepSize, noise: stage.noise), threads: control.threads
        ) { index, walker, seed in
          courses[index].walk(walker, turns: stage.turns, seed: seed, steps: Self.walkSteps).trial
        }
        iteration += 1
        control.onProgress(.searching(iteration: iteration, iterationCount: total))
        guard iteration % Self.evaluateEvery == 0 || iteration == total else { continue }
        let result = evaluate(iteration: iteration, threads: control.threads)
        onEvaluation(result)
        if result.score > best {
          best = result.score
          try search.policy.write(
            to: path, environment: "ant",
            algorithm: "augmented random search, linear, on waypoints in the open")
        }
      }
    }
  }

  private func evaluate(iteration: Int, threads: Int) -> Result {
    let outcomes = Locked(
      [OpenCourse.Outcome](repeating: .init(), count: Self.evaluationWalks))
    let (walker, courses, seed) = (search.policy, courses, seed)
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
      iteration: iteration, score: found.reduce(0) { $0 + $1.trial.score } / count,
      // 0.1 s a step
      speed: found.reduce(0) { $0 + $1.distance } / count / Double(Self.evaluationSteps) / 0.1)
  }
}
