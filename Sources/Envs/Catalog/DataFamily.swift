/// How the recorded transitions of an id are treated by those who publish results on it.
package enum DataFamily: Hashable, Sendable {
  /// Gym's robots.
  case locomotion
  /// D4RL's ant in a maze.
  case antmaze
  /// D4RL's point in a maze.
  case maze2d
  /// `isSingleTask`: rewards are those of one task; the files hold none.
  case ogbench(isSingleTask: Bool)
  case robotics
}

extension EnvironmentID {
  package var dataFamily: DataFamily {
    switch kind {
    case .locomotion: .locomotion
    case .maze(let task):
      switch task.rules {
      case .d4rlAnt: .antmaze
      case .maze2d: .maze2d
      case .ogbench(_, let task): .ogbench(isSingleTask: task != nil)
      case .robotics: .robotics
      }
    }
  }
}
