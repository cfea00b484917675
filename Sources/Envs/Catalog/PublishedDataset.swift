/// The recorded transitions that an id names: `hopper-medium-v2` is dataset `medium` of task
/// `hopper` in version 2.
public struct PublishedDataset: Hashable, Sendable {
  /// What moves, and what for: `hopper`, `antmaze`, `maze2d`.
  public var task: String
  /// `medium-expert`, `umaze-diverse`, `large-navigate`.
  public var name: String
  /// Of the file; the rules of the environment need not be of that version.
  public var version: Int
  /// Where episodes begin and lead to, if they were led along waypoints as D4RL's of antmaze.
  package var waypoints: WaypointRecipe?

  /// - Parameters: as the properties.
  public init(task: String, name: String, version: Int) {
    self.task = task
    self.name = name
    self.version = version
  }
}

/// Where the script that recorded D4RL's antmaze began its episodes and led them to (Fu et al.
/// 2020, §5; `generate_ant_maze_datasets.py` of D4RL).
package struct WaypointRecipe: Hashable, Sendable {
  /// At any cell that is not a wall; else where the task starts.
  package var startsAnywhere: Bool
  /// To any such cell; else to the goal of the task.
  package var leadsAnywhere: Bool

  /// From the maze's start to its goal.
  static let fixed = WaypointRecipe(startsAnywhere: false, leadsAnywhere: false)
  static let play = WaypointRecipe(startsAnywhere: true, leadsAnywhere: false)
  static let diverse = WaypointRecipe(startsAnywhere: true, leadsAnywhere: true)
}
