import IDQLEnvs
import IDQLPhysics
import IDQLRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The maze's ant on a plane without walls, following waypoints like those of
/// `WaypointEnvironment`: 4 m apart, straight ahead or after a quarter turn.
///
/// Not thread-safe: one thread at a time may use it.
final class OpenCourse: @unchecked Sendable {
  private let simulation: Simulation
  static let observationCount = HeadingFrame.observationCount
  static let actionCount = 8
  /// As in D4RL and OGBench.
  private static let substeps = 5

  init() throws {
    simulation = Simulation(
      model: try RobotModels.compile("ant_maze", profile: .mujoco2_1))
  }

  struct Outcome: Sendable {
    var trial = RandomSearch.Trial(
      moments: ObservationMoments(observationCount: OpenCourse.observationCount))
    /// Towards the waypoints, m.
    var distance = 0.0
  }

  /// One walk of `steps` actions.
  ///
  /// Score: metres gained towards the waypoint in each step, at most 0.12 because faster walks end
  /// in falls, less 0.1 (1 - cos θ) for a torso inclined by θ. A fall costs 5 and ends the walk.
  func walk(_ walker: LinearPolicy, turns: Bool, seed: UInt64, steps: Int) -> Outcome {
    var generator = NumPyGenerator(seed: seed)
    start(&generator)
    var course = 0.0
    var waypoint = MazePoint(4, 0)
    var outcome = Outcome()
    for _ in 0..<steps {
      let state = simulation.state
      let ant = MazePoint(state.position[0], state.position[1])
      if ant.distance(to: waypoint) < 1 {
        if turns { course += Self.turn(&generator) }
        let length = generator.random() < 0.2 ? 2.0 : 4
        waypoint = MazePoint(
          waypoint.x + length * cos(course), waypoint.y + length * sin(course))
      }
      let before = ant.distance(to: waypoint)
      let frame = HeadingFrame(
        heading: MazePoint(waypoint.x - ant.x, waypoint.y - ant.y),
        orientation: state.orientation)
      let observation = frame.observation(position: state.position, velocity: state.velocity)
      outcome.trial.moments.add(observation)
      simulation.control = frame.action(walker.action(observation))
      for _ in 0..<Self.substeps where simulation.isFinite { simulation.step() }

      // cosine of the torso's inclination
      let after = simulation.state
      let upright = after.orientation.rotate(Vector3(0, 0, 1)).z
      guard simulation.isFinite, upright >= 0.2 else {
        outcome.trial.score -= 5
        return outcome
      }
      let gain = before - MazePoint(after.position[0], after.position[1]).distance(to: waypoint)
      outcome.distance += gain
      outcome.trial.score += min(gain, 0.12) - 0.1 * (1 - upright)
    }
    return outcome
  }

  /// 0 with probability 0.3, a quarter turn to the left or to the right with 0.35 each.
  private static func turn(_ generator: inout NumPyGenerator) -> Double {
    let draw = generator.random()
    return draw < 0.35 ? .pi / 2 : draw < 0.7 ? -.pi / 2 : 0
  }

  /// The maze's start distribution, with a random multiple of a quarter turn as heading.
  private func start(_ generator: inout NumPyGenerator) {
    var position = simulation.model.initialPosition.map { $0 + generator.uniform(-0.1, 0.1) }
    let half = Double(generator.integer(below: 4)) * .pi / 4
    let orientation =
      Quaternion(cos(half), 0, 0, sin(half))
      * Quaternion(position[3], position[4], position[5], position[6]).normalized
    (position[3], position[4]) = (orientation.w, orientation.x)
    (position[5], position[6]) = (orientation.y, orientation.z)
    simulation.reset(
      position: position,
      velocity: (0..<simulation.model.velocityCount).map { _ in
        0.1 * generator.standardNormal()
      })
  }
}

extension State {
  fileprivate var orientation: Quaternion {
    Quaternion(position[3], position[4], position[5], position[6])
  }
}
