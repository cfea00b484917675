import IDQLEnvs
import IDQLPhysics

extension Shape {
  /// What a task adds to the scene: a flat disc from where one counts as being at a maze's goal. It floats
  /// above the floor, lest its mirror image touch the floor from below and shine through in part.
  package static func marks(of environment: any Environment) -> [Shape] {
    guard let maze = environment.maze else { return [] }
    let model = environment.simulation.model
    let floor = model.geoms.first { $0.shape == .plane && $0.body == 0 }?.position.z ?? 0
    return [
      Shape(
        .cylinder, at: Vector3(maze.target.x, maze.target.y, floor + 0.02),
        size: Vector3(maze.successRadius, 0.01, 0),
        surface: Surface(color: SIMD4(0.16, 0.62, 0.38, 0.8), specular: 0, emission: 0.6),
        castsShadow: false)
    ]
  }
}
