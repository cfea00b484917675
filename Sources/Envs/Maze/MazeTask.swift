import IDQLPhysics

/// The definition of one maze id: `MazeRunner` runs it and generates its rules text from it.
struct MazeTask: Hashable, Sendable {
  /// From one cell to another.
  struct Route: Hashable, Sendable {
    var start: MazeLayout.Cell
    /// Where the ball starts, if there is one; then the ball has to reach the goal.
    var ball: MazeLayout.Cell?
    var goal: MazeLayout.Cell
  }

  /// The suite's rules of start, goal, reward and end.
  enum Rules: Hashable, Sendable {
    /// - Parameter drawsGoalAtReset: if false, the goal is drawn once for each environment object.
    case d4rlAnt(drawsGoalAtReset: Bool)
    case maze2d(isDense: Bool)
    /// - Parameters:
    ///   - routes: one a task.
    ///   - task: 1 or more for singletask ids; nil for goal-conditioned ids.
    case ogbench(routes: [Route], task: Int?)
    case robotics(isDense: Bool)
  }

  /// Cells that teleport the robot to one of several others.
  struct Teleport: Hashable, Sendable {
    var inbound: [MazeLayout.Cell]
    var outbound: [MazeLayout.Cell]
    /// Greatest distance from the centre of an inbound cell, m.
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

  /// Greatest distance to the goal that counts as success, m.
  var successRadius: Double {
    switch rules {
    case .d4rlAnt, .maze2d: 0.5
    case .ogbench: body == .shiftedPoint ? 1 : 0.5
    case .robotics: 0.45
    }
  }

  /// The default success timing; nil where there is no choice.
  var successTiming: SuccessTiming? {
    if case .ogbench(_, let task) = rules { task == nil ? .post : .pre } else { nil }
  }

  /// How many numbered tasks there are; 0 for none.
  var taskCount: Int {
    if case .ogbench(let routes, nil) = rules { routes.count } else { 0 }
  }
}

/// Whether OGBench tests for success before an action or after it.
public enum SuccessTiming: String, CaseIterable, Hashable, Sendable {
  /// Before the action: single-task ids since OGBench 1.2.0.
  case pre
  /// After it: goal-conditioned ids, and single-task ids before 1.2.0 (the scores of the FQL
  /// paper).
  case post
}
