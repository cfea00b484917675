/// A task whose robot has to reach a place in a maze, or to bring a ball there.
public protocol MazeEnvironment: Environment {
  var layout: MazeLayout { get }
  /// Where the robot is now.
  var place: MazePoint { get }
  /// Where the ball is that has to get there in the robot's stead; nil where there is none.
  var ball: MazePoint? { get }
  /// Where it has to go in this episode; a policy need not be told (see `goal`). Setting it leads
  /// the rest of the episode there; an observation at the goal that was drawn before stays as it
  /// is.
  var target: MazePoint { get set }
  /// How near to `target` counts as there, m.
  var successRadius: Double { get }

  /// Where episodes may begin and have to go: one for each task that this id has.
  var courses: [MazeCourse] { get }
}

extension MazeEnvironment {
  public var maze: (any MazeEnvironment)? { self }

  /// Where that is which has to reach the target: the ball if there is one, else the robot.
  public var mover: MazePoint { ball ?? place }
}

/// What can be chosen about an environment besides its physics.
public struct EnvironmentOptions: Equatable, Sendable {
  /// Nil for the timing of the id in OGBench 1.2.0.
  public var successTiming: SuccessTiming?
  /// D4RL's antmaze v0 and v1 draw one goal when the environment is made, from this, and keep it
  /// for all episodes; nothing else depends on it. An evaluation with one environment a seed, and
  /// that seed here, is an evaluation as D4RL's scripts made it.
  public var goalSeed: UInt64

  public init(successTiming: SuccessTiming? = nil, goalSeed: UInt64 = 0) {
    self.successTiming = successTiming
    self.goalSeed = goalSeed
  }
}
