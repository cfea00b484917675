/// The recorded transitions that an id names: `hopper-medium-v2` is dataset `medium` of task
/// `hopper` in version 2.
public struct PublishedDataset: Hashable, Sendable {
  /// Robot and task: `hopper`, `antmaze`, `maze2d`.
  public var task: String
  /// Which data set of the task: `medium-expert`, `umaze-diverse`, `large-navigate`.
  public var name: String
  /// Version of the file; the rules of the environment may have another one.
  public var version: Int
  /// Starts and goals of the episodes, if a script recorded them along waypoints as D4RL's antmaze.
  package var waypoints: WaypointRecipe?

  /// - Parameters: as the properties.
  public init(task: String, name: String, version: Int) {
    self.task = task
    self.name = name
    self.version = version
  }
}

/// Starts and goals in the script that recorded D4RL's antmaze (Fu et al. 2020, §5;
/// `generate_ant_maze_datasets.py` of D4RL).
package struct WaypointRecipe: Hashable, Sendable {
  /// Whether episodes start at any cell that is not a wall, or else where the task starts.
  package var startsAnywhere: Bool
  /// Whether the goal is any such cell, or else that of the task.
  package var leadsAnywhere: Bool

  /// From the maze's start to its goal.
  static let fixed = WaypointRecipe(startsAnywhere: false, leadsAnywhere: false)
  static let play = WaypointRecipe(startsAnywhere: true, leadsAnywhere: false)
  static let diverse = WaypointRecipe(startsAnywhere: true, leadsAnywhere: true)
}
