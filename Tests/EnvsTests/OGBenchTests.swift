import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLEnvs

/// OGBench's antsoccer and humanoidmaze against OGBench itself under MuJoCo 4.0.0, with its solver
/// run to convergence.
@Suite struct OGBenchTests {
  /// Written by Scripts/record_ogbench.py.
  struct Recording: Decodable {
    struct Environment: Decodable, CustomTestStringConvertible {
      var id: String
      /// Arrays of `mjModel`, of geoms without the floor; empty where another id has the same
      /// model.
      var model: [String: [Double]]
      var starts: [Start]
      var cases: [Case]
      var episodes: [Episode]

      var testDescription: String { id }
    }

    struct Start: Decodable {
      var seed: UInt64
      var position, velocity, observation: [Double]
    }

    struct Case: Decodable {
      struct Next: Decodable { var position, velocity: [Double] }

      var position, velocity, action: [Double]
      /// Numbers of contacts and of constraint rows.
      var contacts: [Int]
      var next: Next
    }

    struct Episode: Decodable {
      struct Step: Decodable {
        var action, observation: [Double]
        var reward: Double
        var terminated, isSuccess: Bool
      }

      var goal, position, velocity: [Double]
      var steps: [Step]
    }

    var environments: [Environment]
  }

  static let environments = goldenJSON("ogbench.json", as: Recording.self).environments

  @Test(arguments: environments)
  func compilesToOGBenchsModel(_ golden: Recording.Environment) throws {
    let model = try maze(golden.id).simulation.model
    #expect(model.geoms.names[0] == "floor")
    let arrays = mujocoArrays(of: model).map { name, values in
      let isOfGeoms = name.hasPrefix("geom_")
      return (name, isOfGeoms ? Array(values.dropFirst(values.count / model.geoms.count)) : values)
    }
    try expectArrays(Dictionary(uniqueKeysWithValues: arrays), golden.model)
  }

  /// The initial pose of a seed is OGBench's; its x and y are not, since it draws them from NumPy's
  /// global state.
  @Test(arguments: environments)
  func startsMatchOGBench(_ golden: Recording.Environment) throws {
    let maze = try maze(golden.id)
    for start in golden.starts {
      maze.reset(seed: start.seed)
      let label = "seed \(start.seed)"
      let state = maze.simulation.state
      let places = [0, 1] + (maze.mazeTask.body.ballPosition.map { [$0, $0 + 1] } ?? [])
      for index in state.position.indices where !places.contains(index) {
        expectClose([state.position[index]], [start.position[index]], within: 1e-15, label)
      }
      #expect(state.velocity == start.velocity, "\(label)")
      // the observation, with the body at the recorded x and y
      maze.simulation.reset(position: start.position, velocity: start.velocity)
      // lengths of some metres, summed in another order
      expectClose(maze.observation, start.observation, within: 1e-10, label)
    }
  }

  @Test(arguments: environments)
  func stepsMatchMuJoCo(_ golden: Recording.Environment) throws {
    let simulation = try maze(golden.id).simulation
    for (index, one) in golden.cases.enumerated() {
      simulation.reset(position: one.position, velocity: one.velocity)
      simulation.control = one.action
      simulation.refresh()
      let label = "case \(index)"
      #expect([simulation.contactCount, simulation.constraints.count] == one.contacts, "\(label)")
      simulation.step()
      expectClose(simulation.state.position, one.next.position, within: 1e-12, label)
      expectClose(simulation.state.velocity, one.next.velocity, within: 1e-10, label)
    }
  }

  @Test(arguments: environments)
  func episodesMatchOGBench(_ golden: Recording.Environment) throws {
    let maze = try maze(golden.id)
    for episode in golden.episodes {
      maze.target = MazePoint(episode.goal[0], episode.goal[1])
      maze.simulation.reset(position: episode.position, velocity: episode.velocity)
      for (index, step) in episode.steps.enumerated() {
        let transition = maze.step(step.action)
        let label = "step \(index)"
        // MuJoCo's own humanoid, moved by 1e-15 at its start, is 1e-10 away after 50 steps
        expectClose(maze.observation, step.observation, within: 1e-9, label)
        #expect(transition.reward == step.reward, "\(label)")
        #expect(transition.terminated == step.terminated, "\(label)")
        #expect(transition.isSuccess == step.isSuccess, "\(label)")
      }
    }
  }

  private func maze(_ id: String) throws -> MazeRunner {
    try #require(try makeEnvironment(id: id, physics: .mujoco4) as? MazeRunner)
  }
}
