/// A task in which a robot has to reach a target in a maze, or to bring a ball there.
public protocol MazeEnvironment: Environment {
  /// Its cells.
  var layout: MazeLayout { get }
  /// Position of the robot.
  var place: MazePoint { get }
  /// Position of the ball that has to reach the target instead of the robot; nil without a ball.
  var ball: MazePoint? { get }
  /// The target of this episode, which the policy need not observe (see `goal`). Setting it changes
  /// the rest of the episode, but not a `goal` that is an observation of a state there.
  var target: MazePoint { get set }
  /// Greatest distance to `target` that counts as success, m.
  var successRadius: Double { get }

  /// Where starts and goals are drawn, for each task of this id.
  var courses: [MazeCourse] { get }
}

extension MazeEnvironment {
  /// The environment itself.
  public var maze: (any MazeEnvironment)? { self }

  /// What has to reach the target: position of the ball if there is one, else of the robot.
  package var mover: MazePoint { ball ?? place }
}

/// Options of an environment besides its physics.
public struct EnvironmentOptions: Equatable, Sendable {
  /// When OGBench's mazes test for success; nil for the timing of the id in OGBench 1.2.0.
  public var successTiming: SuccessTiming?
  /// Seed of the goal of D4RL's antmaze v0 and v1, which they draw when the environment is made and
  /// keep for all episodes; nothing else depends on it. D4RL's scripts make one environment for
  /// each seed, with that seed here.
  public var goalSeed: UInt64

  /// - Parameters: as the properties.
  public init(successTiming: SuccessTiming? = nil, goalSeed: UInt64 = 0) {
    self.successTiming = successTiming
    self.goalSeed = goalSeed
  }
}
