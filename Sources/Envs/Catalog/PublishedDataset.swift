/// The recorded transitions that an id names: `hopper-medium-v2` is dataset `medium` of task
/// `hopper` in version 2.
public struct PublishedDataset: Hashable, Sendable {
  /// Robot and task: `hopper`, `antmaze`, `maze2d`.
  public var task: String
  /// Which data set of the task: `medium-expert`, `umaze-diverse`, `large-navigate`.
  public var name: String
  /// Version of the file; the rules of the environment may have another one.
  public var version: Int
  /// Starts and goals of the episodes, if a script led an ant along waypoints.
  package var waypoints: WaypointRecipe?

  /// - Parameters: as the properties.
  public init(task: String, name: String, version: Int) {
    self.task = task
    self.name = name
    self.version = version
  }
}

/// Starts and goals in the scripts that led ants along waypoints.
package enum WaypointRecipe: Hashable, Sendable {
  /// D4RL's `umaze` (Fu et al. 2020, §5; `generate_ant_maze_datasets.py`): from the maze's start to its goal.
  case fixed
  /// D4RL's `play`: from any cell that is not a wall to the maze's goal.
  case play
  /// D4RL's `diverse`: from any such cell to any other.
  case diverse
  /// OGBench's `navigate` (Park et al. 2025, §5; `generate_locomaze.py`): from any such cell to any that is not the
  /// inside of a straight corridor, and from there to the next.
  case navigate
}
