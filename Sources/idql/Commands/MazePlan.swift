import IDQLEnvs
import IDQLEvaluation

/// - Throws: `Failure` unless the environment is a maze.
func mazePlan(
  of environment: any Environment, for option: String, episodes: [Episode] = []
) throws -> MazePlan {
  guard let maze = environment as? any MazeEnvironment else {
    throw Failure(.usage, "\(option) draws mazes; \(environment.spec.id) is none.")
  }
  return MazePlan(maze, episodes: episodes)
}
