import IDQLEnvs
import IDQLPhysics

/// A label with its position in the picture.
package struct PlacedLabel: Equatable, Sendable {
  package var text: String
  /// Position of its centre, pixels from the upper left corner.
  package var x: Double
  package var y: Double
}

extension ViewerState {
  /// The scene to draw now.
  package var scene: Scene {
    Scene(stage, camera: camera, options: options, decorations: decorations)
  }

  /// The scenes to draw now, side by side: by the same camera.
  package var scenes: [Scene] {
    guard let rival else { return [scene] }
    var options = options
    options.selectedBody = nil
    return [
      scene,
      Scene(
        rival.stage, camera: camera, options: options,
        decorations: Shape.marks(of: rival.recording.environment)),
    ]
  }

  /// What is written on each of them, and by how much their returns differ; nothing of one.
  package var captions: (lines: [[String]], difference: String)? {
    guard let rival else { return nil }
    let all = [(recording, session), (rival.recording, rival.session)]
    return (
      all.map { recording, session in
        recording.caption(ofFrame: min(player.frame, recording.lastFrame), in: session)
      },
      episodes.recordings.returnDifference(atFrame: player.frame) ?? ""
    )
  }

  private var decorations: [Shape] {
    Shape.marks(of: recording.environment) + perturbationMarks + whatIfGhost + (futureMarks ?? [])
      + trail
  }

  /// Longest trail, in segments: of a longer way every second, third … frame is drawn.
  private static let trailLength = 600

  /// From the first frame to the one shown, through the places of the robot.
  private var trail: [Shape] {
    guard hasTrail, shownFrame > recording.firstFrame else { return [] }
    let count = shownFrame - recording.firstFrame
    let step = (count + Self.trailLength - 1) / Self.trailLength
    // counted from frame 0, so that it does not crawl while it grows
    var numbers = (recording.firstFrame...shownFrame).filter { $0 % step == 0 }
    if numbers.last != shownFrame { numbers.append(shownFrame) }
    let surface = Surface(color: SIMD4(0.98, 0.62, 0.12, 1), specular: 0, emission: 0.7)
    let places = numbers.map { stage.place(ofRobotIn: recording.frame($0).state) }
    return zip(places, places.dropFirst()).compactMap { start, end in
      guard let start, let end, start != end else { return nil }
      return .segment(from: start, to: end, radius: 0.0022 * camera.distance, surface: surface)
    }
  }

  /// The labels to draw now.
  package var labels: [PlacedLabel] {
    let view = camera.viewpoint(on: stage)
    return stage.labels(options).compactMap { label in
      view.project(label.position, aspect: aspect).map {
        PlacedLabel(
          text: label.text, x: ($0.x + 1) / 2 * Double(width), y: (1 - $0.y) / 2 * Double(height))
      }
    }
  }

  private var perturbationMarks: [Shape] {
    guard let perturbation else { return [] }
    return (options[.perturbation] ? mark(of: perturbation) : [])
      + (options[.perturbationForce] ? stage.perturbationArrows(perturbation) : [])
  }

  /// A line from the grip to its target, or the axes of the target orientation.
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
    return stage.ghost(color: WhatIf.color)
  }

  // MARK: Futures

  /// Largest time between the frame shown and that of the futures drawn, s.
  private static let staleness = 0.3

  private var futureMarks: [Shape]? {
    guard panels.contains(.futures), let answer = insight.futures,
      abs(Double(shownFrame - answer.frame)) * recording.frameDuration <= Self.staleness
    else { return nil }
    return insight.futureGhosts.shapes(
      of: answer, in: recording.environment, distance: camera.distance)
  }
}

extension Futures {
  /// Whether the Q of all read alike in three digits: then what they differ by tells more.
  package var isAlike: Bool {
    guard let low = futures.map(\.q).min(), let high = futures.map(\.q).max() else { return false }
    return high - low < 0.01 * max(abs(low), abs(high))
  }

  /// Position of a future's Q between the smallest and the largest shown, 0…1.
  package func rank(of future: Future) -> Float {
    guard let low = futures.map(\.q).min(), let high = futures.map(\.q).max(), high > low else {
      return 0.5
    }
    return (future.q - low) / (high - low)
  }
}

/// A colour map from blue (small) over green to yellow (large): distinguishable with colour
/// blindness, and lighter with increasing Q (after matplotlib's viridis).
package enum QColor {
  /// From the smallest Q to the largest, equally spaced.
  static let stops: [SIMD3<Float>] = [
    SIMD3(0.27, 0.20, 0.55), SIMD3(0.21, 0.41, 0.60), SIMD3(0.13, 0.60, 0.55),
    SIMD3(0.42, 0.80, 0.35), SIMD3(0.99, 0.90, 0.14),
  ]

  /// - Parameter rank: 0…1.
  package static func color(_ rank: Float) -> SIMD3<Float> {
    let position = min(max(rank.isNaN ? 0 : rank, 0), 1) * Float(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    let share = position - Float(index)
    return (1 - share) * stops[index] + share * stops[index + 1]
  }
}
