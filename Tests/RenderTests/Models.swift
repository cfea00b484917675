import IDQLEnvs
import IDQLPhysics
import IDQLRender

/// One environment for each kind of document, robot alone and in mazes.
let everyKindOfModel = [
  "Hopper-v4", "Walker2d-v4", "Walker2d-v5", "HalfCheetah-v4", "Ant-v4", "antmaze-umaze-v2",
  "antmaze-large-play-v2", "maze2d-umaze-v1", "pointmaze-medium-navigate-v0",
  "humanoidmaze-medium-navigate-v0", "antsoccer-arena-navigate-v0", "Swimmer-v5", "Reacher-v5",
  "Pusher-v5",
  "InvertedPendulum-v5", "InvertedDoublePendulum-v5", "Humanoid-v5", "HumanoidStandup-v5",
]

/// After some actions that move every joint.
func movedEnvironment(_ id: String, steps: Int = 5) throws -> any Environment {
  let environment = try makeEnvironment(id: id)
  environment.reset(seed: 3)
  for step in 0..<steps {
    _ = environment.step(
      environment.spec.action.indices.map { ($0 + step).isMultiple(of: 2) ? 0.7 : -0.4 })
  }
  return environment
}

func stage(of environment: any Environment) -> Stage {
  let stage = Stage(of: environment)
  stage.place(environment.simulation.state, control: environment.simulation.control)
  return stage
}

extension Scene {
  func shapes(where isIncluded: (Shape.Source) -> Bool) -> [Shape] {
    shapes.filter { isIncluded($0.source) }
  }

  var geomIndices: [Int] {
    shapes.compactMap { if case .geom(let index) = $0.source { index } else { nil } }
  }
}

extension Vector3 {
  func distance(to other: Vector3) -> Double { (self - other).length }
}
