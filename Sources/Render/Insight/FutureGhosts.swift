import IDQLEnvs
import IDQLPhysics

/// Futures in the scene: the path of each as a line, and a ghost at its end, coloured by Q.
package final class FutureGhosts {
  /// The robot at the end of a future, and the path of its first body.
  private struct Ghost {
    var shapes: [Shape]
    var path: [Vector3]
  }

  private var made: (frame: Int, ghosts: [Ghost])?
  private var stage: Stage?

  package init() {}

  /// The answer is another one, even if it is of the same frame.
  func forget() { made = nil }

  /// In a maze, which is seen from a distance, ghosts would hide the lines: there all but the chosen future end in a
  /// sphere.
  ///
  /// - Parameters:
  ///   - environment: of the same kind as that of the futures.
  ///   - distance: of the camera from what it looks at, m, which scales the lines.
  package func shapes(
    of answer: Futures, in environment: any Environment, distance: Double
  ) -> [Shape] {
    let isMaze = environment.maze != nil
    let radius = (isMaze ? 0.0035 : 0.0025) * distance
    let ghosts = ghosts(of: answer, environment.simulation.model)
    return zip(answer.futures, ghosts).flatMap { future, ghost -> [Shape] in
      let color = QColor.color(answer.rank(of: future))
      let opacity: Float = future.isChosen ? 0.5 : 0.22
      let surface = Surface(color: SIMD4(color, 1), specular: 0, emission: 0.7)
      let path = zip(ghost.path, ghost.path.dropFirst()).map {
        Shape.segment(
          from: $0, to: $1, radius: future.isChosen ? 1.6 * radius : radius, surface: surface)
      }
      if isMaze, !future.isChosen, let end = ghost.path.last {
        return path + [Shape(.sphere, at: end, size: Vector3(2 * radius, 0, 0), surface: surface)]
      }
      return path
        + ghost.shapes.map { shape in
          var shape = shape
          shape.surface.color = SIMD4(color, opacity)
          return shape
        }
    }
  }

  /// Computed once per answer.
  private func ghosts(of answer: Futures, _ model: Model) -> [Ghost] {
    guard let body = model.bodies.firstIndex(where: { $0.weld != 0 }) else { return [] }
    if let made, made.frame == answer.frame { return made.ghosts }
    let stage = stage ?? Stage(model: model)
    self.stage = stage
    let ghosts = answer.futures.map { future in
      let path = future.states.map { state in
        stage.place(state)
        return stage.frame(ofBody: body).origin
      }
      return Ghost(shapes: stage.ghost(color: SIMD4(1, 1, 1, 1)), path: path)
    }
    made = (answer.frame, ghosts)
    return ghosts
  }
}
