import IDQLPhysics

/// All that makes one maze id: `MazeRunner` runs on it and its rules are printed from it.
struct MazeTask: Hashable, Sendable {
  /// From one cell to another.
  struct Route: Hashable, Sendable {
    var start: MazeLayout.Cell
    /// Where the ball starts, if there is one; then it is the ball that has to reach the goal.
    var ball: MazeLayout.Cell?
    var goal: MazeLayout.Cell
  }

  /// Whose rules of start, goal, reward and end.
  enum Rules: Hashable, Sendable {
    /// - Parameter drawsGoalAtReset: else one goal serves an environment object for ever.
    case d4rlAnt(drawsGoalAtReset: Bool)
    case maze2d(isDense: Bool)
    /// - Parameters:
    ///   - routes: one a task.
    ///   - task: 1 or more for singletask ids; nil for goal-conditioned ids.
    case ogbench(routes: [Route], task: Int?)
    case robotics(isDense: Bool)
  }

  /// Cells that move whoever comes near to one of others.
  struct Teleport: Hashable, Sendable {
    var inbound: [MazeLayout.Cell]
    var outbound: [MazeLayout.Cell]
    /// From the centre of an inbound cell, m.
    var reach: Double
  }

  let name: String
  let body: Body
  let layout: MazeLayout
  let rules: Rules
  let stepLimit: Int
  var teleport: Teleport?
  var referenceScore: ReferenceScore?
  var dataset: PublishedDataset?

  /// The robot and its ball between the walls, as MJCF.
  var document: String { layout.addingWalls(to: body.document) }

  /// How near to the goal counts as there, m.
  var successRadius: Double {
    switch rules {
    case .d4rlAnt, .maze2d: 0.5
    case .ogbench: body == .shiftedPoint ? 1 : 0.5
    case .robotics: 0.45
    }
  }

  /// When success is tested unless another timing is asked for; nil where there is no choice.
  var successTiming: SuccessTiming? {
    if case .ogbench(_, let task) = rules { task == nil ? .post : .pre } else { nil }
  }

  /// How many tasks an episode can be asked for by number; 0 for none.
  var taskCount: Int {
    if case .ogbench(let routes, nil) = rules { routes.count } else { 0 }
  }
}

/// Whether OGBench tests for success on the state that an action is taken in or on the one it leads
/// to.
public enum SuccessTiming: String, CaseIterable, Hashable, Sendable {
  /// Single-task ids since OGBench 1.2.0.
  case pre
  /// Goal-conditioned ids, and single-task ids before 1.2.0: the numbers of the FQL paper.
  case post
}
