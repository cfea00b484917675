import Foundation
import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLTensors

/// Makes data sets by the recipes of D4RL and OGBench for antmaze: a walker follows waypoints through the maze, with
/// normal noise on its actions.
///
/// The names of the sets tell starts and targets of episodes (`WaypointRecipe`). In D4RL's all steps are rewarded with
/// respect to one goal (Fu et al. 2020, §5); OGBench's have no rewards, which each of its tasks computes
/// (Park et al. 2025, §5).
public struct WaypointCollection: Sendable {
  package let environment: EnvironmentID
  package let rowCount: Int
  package let seed: UInt64
  package let path: String
  /// Acts on the observations of `WaypointEnvironment`.
  package let walker: any Policy

  private let recipe: WaypointRecipe

  /// Standard deviation of the noise on actions in both.
  package static let noiseDeviation = 0.2

  /// - Parameters:
  ///   - environment: one of D4RL's antmaze ids or of OGBench's antmaze-…-navigate, which decides starts and targets.
  ///   - walker: maps observations of `WaypointEnvironment` to its actions.
  ///   - rowCount: environment steps to record, 1 to 1e9.
  ///   - seed: of starts, targets, the goal and the noise.
  ///   - path: of the file, HDF5 in D4RL's layout or npz in OGBench's.
  /// - Throws: `CollectionError`, `EvaluationError.sizeMismatch`, `EnvironmentError`, or
  ///   `FileError` if the file could not be written.
  public init(
    environment: EnvironmentID, walker: any Policy, rowCount: Int, seed: UInt64, path: String
  ) throws {
    guard let recipe = environment.entry.dataset?.waypoints else {
      throw CollectionError.wrongRecipe(
        "waypoints", environment: environment.description,
        expected: "D4RL's antmaze ids and OGBench's antmaze-…-navigate")
    }
    if !(1...1_000_000_000).contains(rowCount) {
      throw CollectionError.setting("rows", found: "\(rowCount)", expected: "from 1 to 1000000000")
    }
    try requireFit(walker, WaypointEnvironment(makeEnvironment(environment)))
    self.environment = environment
    self.recipe = recipe
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
    let goal = recipe == .navigate ? nil : try goal()
    var collector = try RolloutCollector(
      count: RolloutCollector.rolloutCount(for: rowCount, stepLimit: MazeRollout.stepLimit),
      seed: seed,
      purpose: .waypoints
    ) { try MazeRollout(environment, recipe, goal: goal, seed: $0) }
    let policy = NoisyPolicy(base: walker, deviation: Self.noiseDeviation)
    guard let rows = try collector.collect(rowCount, policy, named: "waypoints", control) else {
      throw CollectionError.interrupted(
        "after \(collector.rowCount) of \(rowCount) steps; nothing was written")
    }
    var dataset = RecordedDataset(name: path, rows)
    guard let goal else {
      dataset.isFinalState = dataset.timeouts
      try dataset.writeOGBench(to: path)
      return dataset
    }
    try dataset.writeD4RL(
      to: path,
      attributes: provenance(of: environment, seed: seed) + [
        ("recipe", "walker by waypoints, action noise \(Self.noiseDeviation)"),
        ("goal", "\(goal.x) \(goal.y)"),
      ])
    return dataset
  }

  /// The goal of all rewards in a file of D4RL's layout, drawn as an evaluation of this seed draws it.
  func goal() throws -> MazePoint {
    let options = EnvironmentOptions(goalSeed: seed)
    guard let maze = try makeEnvironment(environment, options: options).maze
    else { preconditionFailure("an ant in a maze") }
    maze.reset(seed: seed)
    return maze.target
  }
}

/// An ant in a maze; episodes have 1001 rows and go on at the goal. As D4RL records it positions and velocities are
/// those after the action, one row ahead of the observations; as OGBench does those before, and the last row of an
/// episode is the state that it ended in, with an action that is not used.
final class MazeRollout: Rollout, @unchecked Sendable {
  private let maze: any Environment
  private let guided: WaypointEnvironment
  /// The goal of D4RL's rewards; nil for OGBench, where it is wherever the ant is led.
  private let goal: MazePoint?
  private let recipe: WaypointRecipe
  private var generator: NumPyGenerator
  private(set) var rows: Rows
  private(set) var stepCount = 0

  /// The time limit for collecting, which differs from that for evaluations. D4RL tests it before the count is raised,
  /// and OGBench takes 1001 steps, so that an episode has one row more in both.
  static let stepLimit = 1000

  init(_ environment: EnvironmentID, _ recipe: WaypointRecipe, goal: MazePoint?, seed: UInt64)
    throws
  {
    maze = try makeEnvironment(environment)
    guided = try WaypointEnvironment(maze)
    self.goal = goal
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
    let layout = guided.layout
    guided.start(
      from: recipe == .fixed ? nil : generator.place(in: layout.freeCells, of: layout),
      to: nextTarget())
  }

  private func nextTarget() -> MazePoint {
    if let goal, recipe != .diverse { return goal }
    let layout = guided.layout
    return generator.place(
      in: recipe == .navigate ? layout.cornersAndJunctions : layout.freeCells, of: layout)
  }

  func take(_ action: [Float]) throws {
    try requireNumbers(action)
    while true {
      let (observation, before) = (maze.observation, maze.simulation.state)
      let action = action.map(Double.init)
      let own = guided.innerAction(for: action)
      let target = guided.target
      if guided.step(action).isBroken {
        // a step with numbers that are not finite is no data: take it in a new episode instead
        rows.cutEpisode()
        reset()
        continue
      }
      let after = maze.simulation.state
      let ant = MazePoint(Double(Float(after.position[0])), Double(Float(after.position[1])))
      let isThere = ant.distance(to: goal ?? target) <= guided.successRadius
      let state = goal == nil ? before : after
      let isCut = stepCount >= Self.stepLimit
      stepCount += 1
      rows.append(
        Rows.Row(
          observation: observation.map(Float.init), action: own.map(Float.init),
          reward: isThere ? 1 : 0, isTerminal: isThere, isTimeout: isCut,
          position: state.position.map(Float.init), velocity: state.velocity.map(Float.init),
          goal: [Float(target.x), Float(target.y)]))
      if isCut {
        reset()
      } else if isThere, recipe == .navigate {
        guided.target = nextTarget()
      }
      return
    }
  }
}
