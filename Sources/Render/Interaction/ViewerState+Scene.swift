import IDQLEnvs
import IDQLPhysics

/// A name that is written over the scene.
public struct PlacedLabel: Equatable, Sendable {
  public var text: String
  /// Of its middle, pixels from the upper left corner.
  public var x: Double
  public var y: Double
}

extension ViewerState {
  /// What the window shows now.
  public var scene: Scene {
    Scene(stage, camera: camera, options: options, decorations: decorations)
  }

  private var decorations: [Shape] {
    Shape.marks(of: recording.environment) + handMarks + whatIfGhost + (futureMarks ?? [])
  }

  /// What has its name written beside it, and where.
  public var labels: [PlacedLabel] {
    let view = camera.viewpoint(on: stage)
    return stage.labels(options).compactMap { label in
      view.project(label.position, aspect: aspect).map {
        PlacedLabel(
          text: label.text, x: ($0.x + 1) / 2 * Double(width), y: (1 - $0.y) / 2 * Double(height))
      }
    }
  }

  private var handMarks: [Shape] {
    guard let perturbation else { return [] }
    return (options[.hand] ? mark(of: perturbation) : [])
      + (options[.handForce] ? stage.handArrows(perturbation) : [])
  }

  /// From the grip to where it is pulled, or the axes to which it is turned.
  private func mark(of perturbation: Perturbation) -> [Shape] {
    let frame = stage.frame(ofBody: perturbation.body)
    let point = frame.origin + frame.rotation * perturbation.grip
    let size = 0.004 * camera.distance
    let surface = Surface(color: SIMD4(1, 0.55, 0.1, 1), emission: 0.5)
    if let target = perturbation.target {
      return [
        .segment(from: point, to: target, radius: size, surface: surface),
        Shape(.sphere, at: target, size: Vector3(3 * size, 0, 0), surface: surface),
      ]
    }
    guard let orientation = perturbation.orientation else { return [] }
    let colors: [SIMD4<Float>] = [
      SIMD4(0.9, 0.2, 0.2, 1), SIMD4(0.2, 0.8, 0.2, 1), SIMD4(0.25, 0.4, 1, 1),
    ]
    let axes = orientation.matrix
    return zip([axes.xAxis, axes.yAxis, axes.zAxis], colors).map { axis, color in
      .arrow(
        from: frame.centerOfMass, to: frame.centerOfMass + (60 * size) * axis, radius: size,
        surface: Surface(color: color, emission: 0.5))
    }
  }

  private var whatIfGhost: [Shape] {
    guard let stage = insight.whatIfStage, !insight.isBranchAhead(of: self) else { return [] }
    return stage.ghost(color: SIMD4(0.2, 0.75, 0.95, 0.45))
  }

  // MARK: Futures

  /// Seconds that a futures' answer may be behind the seen frame and still be drawn.
  private static let staleness = 0.3

  /// The way of each future as a line, and a ghost where it ends, coloured by Q. In a maze, seen from
  /// afar, ghosts would hide the lines: there the others end in a ball.
  private var futureMarks: [Shape]? {
    guard panels.contains(.futures), let answer = insight.futures,
      abs(Double(player.frame - answer.frame)) * recording.frameDuration <= Self.staleness
    else { return nil }
    let isMaze = recording.environment.maze != nil
    let radius = (isMaze ? 0.0035 : 0.0025) * camera.distance
    let ghosts = insight.futureGhosts(stage.model)
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
}

extension Futures {
  /// Where a future's Q lies between the smallest and the largest shown, 0…1.
  public func rank(of future: Future) -> Float {
    guard let low = futures.map(\.q).min(), let high = futures.map(\.q).max(), high > low else {
      return 0.5
    }
    return (future.q - low) / (high - low)
  }
}

/// From blue (small) over green to yellow (large): as far apart for a colour-blind eye as for any
/// other, and lighter as Q grows (after matplotlib's viridis).
public enum QColor {
  private static let stops: [SIMD3<Float>] = [
    SIMD3(0.27, 0.20, 0.55), SIMD3(0.21, 0.41, 0.60), SIMD3(0.13, 0.60, 0.55),
    SIMD3(0.42, 0.80, 0.35), SIMD3(0.99, 0.90, 0.14),
  ]

  /// - Parameter rank: 0…1.
  public static func color(_ rank: Float) -> SIMD3<Float> {
    let place = min(max(rank.isNaN ? 0 : rank, 0), 1) * Float(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let share = place - Float(index)
    return (1 - share) * stops[index] + share * stops[index + 1]
  }
}
