import IDQLPhysics
import Testing

@testable import IDQLEnvs

func makeMaze(
  _ id: String, _ options: EnvironmentOptions = EnvironmentOptions(),
  physics: PhysicsProfile? = nil
) throws -> MazeRunner {
  try #require(try makeEnvironment(id: id, physics: physics, options: options) as? MazeRunner)
}

/// At rest in the initial pose.
func put(_ maze: MazeRunner, at place: MazePoint) throws {
  let model = maze.simulation.model
  maze.simulation.reset(
    position: [place.x, place.y] + model.initialPosition.dropFirst(2),
    velocity: Array(repeating: 0, count: model.velocityCount))
}

/// Kolmogorov and Smirnov's test at the level 1e-4, n about 1,000: a fixed seed passes or fails
/// for good.
func expectDistribution(
  _ values: [Double], sourceLocation: SourceLocation = #_sourceLocation,
  _ cumulative: (Double) -> Double
) {
  let sorted = values.sorted()
  let n = Double(sorted.count)
  var gap = 0.0
  for (index, value) in sorted.enumerated() {
    let expected = cumulative(value)
    #expect(expected >= -1e-9 && expected <= 1 + 1e-9, sourceLocation: sourceLocation)
    gap = max(gap, abs(expected - Double(index) / n), abs(expected - Double(index + 1) / n))
  }
  #expect(gap < 2.2 / n.squareRoot(), sourceLocation: sourceLocation)
}

/// Chi squared within four deviations of its mean.
func expectUniform(
  _ counts: [Int], sourceLocation: SourceLocation = #_sourceLocation
) {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  let sum = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  let freedom = Double(counts.count - 1)
  #expect(
    abs(sum - freedom) < 4 * (2 * freedom).squareRoot() + 1, "\(counts)",
    sourceLocation: sourceLocation)
}

func correlation(_ a: [Double], _ b: [Double]) -> Double {
  let n = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  func sum(_ f: (Double, Double) -> Double) -> Double {
    zip(a, b).reduce(0) { $0 + f($1.0 - meanA, $1.1 - meanB) }
  }
  return sum { $0 * $1 } / (sum { x, _ in x * x } * sum { _, y in y * y }).squareRoot()
}
