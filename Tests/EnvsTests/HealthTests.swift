import Testing

@testable import IDQLEnvs

/// The bounds of a healthy state are open, and the velocity limit applies to the observation only.
@Suite struct HealthTests {
  @Test(arguments: [
    ("Hopper-v5", 1, 0.7, false), ("Hopper-v5", 1, 0.7.nextUp, true), ("Hopper-v5", 1, 50, true),
    ("Hopper-v5", 2, 0.2, false), ("Hopper-v5", 2, 0.2.nextDown, true),
    ("Hopper-v5", 2, -0.2, false), ("Hopper-v5", 3, 100, false), ("Hopper-v5", 0, 1e5, true),
    ("Walker2d-v5", 1, 0.8, false), ("Walker2d-v5", 1, 0.8.nextUp, true),
    ("Walker2d-v5", 1, 2, false), ("Walker2d-v5", 2, 1, false), ("Walker2d-v5", 2, -1, false),
    ("Walker2d-v5", 2, -0.99, true), ("Walker2d-v5", 3, 1e5, true),
    ("HalfCheetah-v5", 1, -3, true), ("HalfCheetah-v5", 2, 30, true),
  ])
  func boundsAreOpen(_ id: String, _ index: Int, _ value: Double, _ isHealthy: Bool) throws {
    let runner = try #require(try makeEnvironment(id: id) as? RobotEnvironment)
    var position = runner.simulation.model.initialPosition
    position[index] = value
    runner.simulation.reset(
      position: position, velocity: Array(repeating: 0, count: position.count))
    #expect(runner.isHealthy == isHealthy)
  }

  @Test func aFastJointIsUnhealthyInHopperOnly() throws {
    for (id, isHealthy) in [("Hopper-v4", false), ("Walker2d-v4", true)] {
      let runner = try #require(try makeEnvironment(id: id) as? RobotEnvironment)
      let position = runner.simulation.model.initialPosition
      var velocity = Array(repeating: 0.0, count: position.count)
      velocity[4] = 100
      runner.simulation.reset(position: position, velocity: velocity)
      #expect(runner.isHealthy == isHealthy)
      #expect(runner.observation[position.count - 1 + 4] == 10)
      #expect(runner.simulation.velocity(4) == 100)
    }
  }

  @Test func theCheetahsSpeedIsNotClamped() throws {
    let runner = try #require(try makeEnvironment(id: "HalfCheetah-v4") as? RobotEnvironment)
    let position = runner.simulation.model.initialPosition
    runner.simulation.reset(
      position: position, velocity: Array(repeating: -12.5, count: position.count))
    #expect(runner.observation.suffix(9).allSatisfy { $0 == -12.5 })
  }

  /// Both ends are healthy.
  @Test(arguments: [
    (0.2, true), (0.2.nextDown, false), (1, true), (1.0.nextUp, false), (0.5, true),
  ])
  func theAntsBoundsAreClosed(_ height: Double, _ isHealthy: Bool) throws {
    let runner = try #require(try makeEnvironment(id: "Ant-v5") as? RobotEnvironment)
    var position = runner.simulation.model.initialPosition
    position[2] = height
    runner.simulation.reset(position: position, velocity: Array(repeating: 0, count: 14))
    #expect(runner.isHealthy == isHealthy)
  }
}
