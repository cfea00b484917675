import Foundation
import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors

/// Makes data sets by D4RL's recipe for antmaze: a walker follows waypoints through the maze, with
/// normal noise on its actions, and all steps are rewarded with respect to one goal (Fu et al.
/// 2020, §5; `generate_ant_maze_datasets.py` of D4RL).
///
/// The names of D4RL's sets tell starts and targets of episodes: `umaze` goes from the maze's start
/// to its goal, `play` from random points to its goal, `diverse` from random points to random
/// points.
public struct WaypointCollection: Sendable {
  package let environment: EnvironmentID
  package let rowCount: Int
  package let seed: UInt64
  package let path: String
  /// Acts on the observations of `WaypointEnvironment`.
  package let walker: any Policy

  /// Standard deviation of the noise on actions in D4RL's sets.
  package static let noiseDeviation = 0.2

  /// - Parameters:
  ///   - environment: one of D4RL's antmaze ids, which decides starts and targets.
  ///   - walker: maps observations of `WaypointEnvironment` to its actions.
  ///   - rowCount: environment steps to record, 1 to 1e9.
  ///   - seed: of starts, targets, the goal and the noise.
  ///   - path: of the HDF5 file.
  /// - Throws: `CollectionError`, `EvaluationError.sizeMismatch`, `EnvironmentError`, or
  ///   `FileError` if the file could not be written.
  public init(
    environment: EnvironmentID, walker: any Policy, rowCount: Int, seed: UInt64, path: String
  ) throws {
    guard environment.entry.dataset?.waypoints != nil else {
      throw CollectionError.wrongRecipe(
        "waypoints", environment: environment.description, expected: "D4RL's antmaze ids")
    }
    if !(1...1_000_000_000).contains(rowCount) {
      throw CollectionError.setting("rows", found: "\(rowCount)", expected: "from 1 to 1000000000")
    }
    try requireFit(walker, WaypointEnvironment(makeEnvironment(environment)))
    self.environment = environment
    self.walker = walker
    self.rowCount = rowCount
    self.seed = seed
    self.path = path
    try requireWritable(path)
  }

  /// Records the rows and writes the file.
  ///
  /// - Returns: what was written.
  /// - Throws: `CollectionError.interrupted`, `FileError`.
  public func run(_ control: CollectionControl) throws -> RecordedDataset {
    let goal = try goal()
    var collector = try RolloutCollector(
      count: RolloutCollector.rolloutCount(for: rowCount, stepLimit: MazeRollout.stepLimit),
      seed: seed,
      purpose: .waypoints
    ) { try MazeRollout(environment, goal: goal, seed: $0) }
    let policy = NoisyPolicy(base: walker, deviation: Self.noiseDeviation)
    guard let rows = try collector.collect(rowCount, policy, named: "waypoints", control) else {
      throw CollectionError.interrupted(
        "after \(collector.rowCount) of \(rowCount) steps; nothing was written")
    }
    let dataset = RecordedDataset(name: path, rows)
    try dataset.writeD4RL(
      to: path,
      attributes: provenance(of: environment, seed: seed) + [
        ("recipe", "walker by waypoints, action noise \(Self.noiseDeviation)"),
        ("goal", "\(goal.x) \(goal.y)"),
      ])
    return dataset
  }

  /// The goal of all rewards in the file, drawn as an evaluation of this seed draws it.
  func goal() throws -> MazePoint {
    let options = EnvironmentOptions(goalSeed: seed)
    guard let maze = try makeEnvironment(environment, options: options).maze
    else { preconditionFailure("an ant in a maze") }
    maze.reset(seed: seed)
    return maze.target
  }
}

/// An ant in a maze, recorded as D4RL records it: positions and velocities are those after the
/// action, one row ahead of the observations; episodes have 1001 rows and go on at the goal.
final class MazeRollout: Rollout, @unchecked Sendable {
  private let maze: any Environment
  private let guided: WaypointEnvironment
  /// The goal of the rewards.
  private let goal: MazePoint
  private let recipe: WaypointRecipe
  private var generator: NumPyGenerator
  private(set) var rows: Rows
  private(set) var stepCount = 0

  /// D4RL's time limit for collecting, which differs from that for evaluations. The limit is tested
  /// before the count is raised, so an episode has one row more.
  static let stepLimit = 1000

  init(_ environment: EnvironmentID, goal: MazePoint, seed: UInt64) throws {
    maze = try makeEnvironment(environment)
    guided = try WaypointEnvironment(maze)
    self.goal = goal
    guard let recipe = environment.entry.dataset?.waypoints
    else { preconditionFailure("\(environment) was recorded in another way") }
    self.recipe = recipe
    generator = NumPyGenerator(seed: seed, spawnKey: [0])
    rows = Rows(
      observationCount: maze.spec.observationCount, actionCount: maze.spec.actionCount,
      continuesAfterTerminals: true)
    guided.reset(seed: seed)
    chooseRoute()
  }

  var observation: [Double] { guided.observation }

  private func reset() {
    guided.reset()
    chooseRoute()
    stepCount = 0
  }

  private func chooseRoute() {
    func randomPoint() -> MazePoint {
      let cells = guided.layout.cells(.free, .start, .goal, .both)
      let center = guided.layout.center(of: cells[generator.integer(below: cells.count)])
      return MazePoint(
        center.x + generator.uniform(-1, 1), center.y + generator.uniform(-1, 1))
    }
    guided.start(
      from: recipe.startsAnywhere ? randomPoint() : nil,
      to: recipe.leadsAnywhere ? randomPoint() : goal)
  }

  func take(_ action: [Float]) throws {
    try requireNumbers(action)
    while true {
      let observation = maze.observation
      let action = action.map(Double.init)
      let own = guided.innerAction(for: action)
      let target = guided.target
      if guided.step(action).isBroken {
        // a step with numbers that are not finite is no data: take it in a new episode instead
        rows.cutEpisode()
        reset()
        continue
      }
      let state = maze.simulation.state
      let position = state.position.map(Float.init)
      let ant = MazePoint(Double(position[0]), Double(position[1]))
      let isThere = ant.distance(to: goal) <= guided.successRadius
      let isCut = stepCount >= Self.stepLimit
      stepCount += 1
      rows.append(
        Rows.Row(
          observation: observation.map(Float.init), action: own.map(Float.init),
          reward: isThere ? 1 : 0, isTerminal: isThere, isTimeout: isCut,
          position: position, velocity: state.velocity.map(Float.init),
          goal: [Float(target.x), Float(target.y)]))
      if isCut { reset() }
      return
    }
  }
}
