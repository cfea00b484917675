import ArgumentParser
import Envs
import Evaluation

extension SuccessTiming: ExpressibleByArgument {}

struct SuccessTimingOption: ParsableArguments {
  @Option(
    help: """
      OGBench's mazes: test for success before (pre) or after (post) the action has acted; as \
      OGBench 1.2 if left out. The numbers published with FQL are post.
      """)
  var successTiming: SuccessTiming?
}

/// - Throws: `Failure` unless the environment is a maze.
func mazePlan(
  of environment: any Environment, for option: String, episodes: [Episode] = []
) throws -> MazePlan {
  guard let maze = environment as? any MazeEnvironment else {
    throw Failure(.usage, "\(option) draws mazes; \(environment.spec.id) is none.")
  }
  return MazePlan(maze, episodes: episodes)
}
