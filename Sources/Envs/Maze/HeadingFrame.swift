import IDQLPhysics

/// A frame whose x axis is a heading, and the ant's observation and action in it: there a policy
/// that can only walk along +x walks along the heading.
///
/// The ant is invariant under quarter turns about its vertical axis, apart from the numbers of its
/// legs. Of the four numberings, the one is chosen in which the body's +x is within 45 degrees of
/// the heading, as it is when the policy walks along +x.
package struct HeadingFrame: Equatable, Sendable {
  /// The heading, a unit vector.
  private let direction: MazePoint
  /// By how many quarter turns the body is renumbered, 0 to 3.
  let quarterTurns: Int

  /// - Parameters:
  ///   - heading: any length; +x if it is zero.
  ///   - orientation: of the torso, in the world.
  package init(heading: MazePoint, orientation: Quaternion) {
    let length = heading.distance(to: MazePoint(0, 0))
    direction =
      length > 0 ? MazePoint(heading.x / length, heading.y / length) : MazePoint(1, 0)
    let axis = orientation.rotate(Vector3(1, 0, 0))
    let along = axis.x * direction.x + axis.y * direction.y
    let across = axis.y * direction.x - axis.x * direction.y
    // renumbering turns the body's x axis by as many quarter turns
    quarterTurns =
      if abs(across) <= abs(along) { along >= 0 ? 0 : 2 } else { across > 0 ? 3 : 1 }
  }

  /// What Gym's Ant would observe in this frame.
  ///
  /// - Parameters:
  ///   - position: (15) of the free torso and the 8 hinges (`qpos`).
  ///   - velocity: (14) likewise (`qvel`).
  /// - Returns: (27) `qpos[2:]`, `qvel`.
  package func observation(position: [Double], velocity: [Double]) -> [Double] {
    let orientation =
      Self.rotation(cosine: direction.x, sine: direction.y).conjugate
      * Quaternion(position[3], position[4], position[5], position[6])
      * Self.rotation(cosine: Self.cosines[quarterTurns], sine: Self.sines[quarterTurns])
    let linear = turned(velocity[0], velocity[1], byMinus: direction)
    let bodyTurn = MazePoint(Self.cosines[quarterTurns], Self.sines[quarterTurns])
    let angular = turned(velocity[3], velocity[4], byMinus: bodyTurn)
    return [position[2], orientation.w, orientation.x, orientation.y, orientation.z]
      + renumbered(Array(position[7..<15]))
      + [linear.x, linear.y, velocity[2], angular.x, angular.y, velocity[5]]
      + renumbered(Array(velocity[6..<14]))
  }

  /// The action (8) of the ant itself, from that of the ant in this frame.
  package func action(_ action: [Double]) -> [Double] {
    var result = action
    for leg in 0..<4 {
      // Gym's motors begin with the fourth leg, which shifts both sides of this by one
      let own = (leg + quarterTurns) % 4
      result[2 * own] = action[2 * leg]
      result[2 * own + 1] = ankleSign * action[2 * leg + 1]
    }
    return result
  }

  /// Hip and ankle of each leg, in the order of this frame.
  private func renumbered(_ hinges: [Double]) -> [Double] {
    (0..<4).flatMap { leg in
      let own = (leg + quarterTurns) % 4
      return [hinges[2 * own], ankleSign * hinges[2 * own + 1]]
    }
  }

  /// Ankles of neighbouring legs bend about opposite axes.
  private var ankleSign: Double { quarterTurns % 2 == 0 ? 1 : -1 }

  private static let cosines = [1.0, 0, -1, 0]
  private static let sines = [0.0, 1, 0, -1]

  /// About the vertical axis, by the angle of that cosine and sine.
  private static func rotation(cosine: Double, sine: Double) -> Quaternion {
    let half = (max(0, 1 - cosine) / 2).squareRoot()
    return Quaternion((max(0, 1 + cosine) / 2).squareRoot(), 0, 0, sine < 0 ? -half : half)
  }

  private func turned(_ x: Double, _ y: Double, byMinus turn: MazePoint) -> MazePoint {
    MazePoint(turn.x * x + turn.y * y, turn.x * y - turn.y * x)
  }
}
