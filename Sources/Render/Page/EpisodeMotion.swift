import Foundation
import IDQLPhysics
import IDQLSpelling

/// The motion of an episode in whole numbers, from which every pose is found again to a fraction of a pixel.
///
/// A track is the pose of a body that moves, relative to the next such body towards the root: of a hinge only the angle
/// changes, so that most channels are constant and take no space. Cameras of the model are tracks as well.
struct EpisodeMotion {
  struct Track: Equatable {
    /// Index of the track that it is relative to; nil for the world.
    var parent: Int?
    var poses: [Pose] = []
  }

  struct Pose: Equatable {
    var position: Vector3
    var orientation: Quaternion

    /// A pose in this one's frame, in the frame that this one is in.
    static func * (a: Pose, b: Pose) -> Pose {
      Pose(
        position: a.position + a.orientation.rotate(b.position),
        orientation: a.orientation * b.orientation)
    }

    /// This pose in the frame of another.
    func relative(to other: Pose) -> Pose {
      let inverse = other.orientation.conjugate
      return Pose(
        position: inverse.rotate(position - other.position), orientation: inverse * orientation)
    }
  }

  let tracks: [Track]
  /// Units of positions, m, and of the components of quaternions.
  private(set) var positionUnit: Double
  private(set) var orientationUnit: Double
  /// Largest distance, m, at which a corner of a shape is from where it was, over all frames.
  private(set) var error = 0.0

  /// - Parameters:
  ///   - tracks: parents before children, with a pose for every frame.
  ///   - reach: of each track, the corners of what is fixed to it, m, in its frame.
  ///   - tolerance: of `error`, m.
  init(_ tracks: [Track], reach: [[Vector3]], tolerance: Double) {
    self.tracks = tracks
    let size = reach.joined().map(\.length).max() ?? 1
    // powers of two, so that the page reckons with the same numbers
    positionUnit = exp2(log2(tolerance).rounded(.down))
    orientationUnit = exp2(log2(tolerance / max(size, 1e-6)).rounded(.down))
    // the errors of a chain of bodies add up: halve until they fit, which 16 always do unless the motion
    // is beyond all measure
    for _ in 0..<16 {
      error = largestError(reach)
      if error <= tolerance { break }
      positionUnit /= 2
      orientationUnit /= 2
    }
  }

  /// Seven channels for each track: the position's x, y, z, the quaternion's x, y, z, and by how much its w, which is
  /// never negative, differs from what these leave of a unit quaternion: mostly by nothing.
  var channels: [[Int]] {
    tracks.flatMap { track in
      let numbers = track.poses.map(whole)
      return (0..<7).map { component in numbers.map { $0[component] } }
    }
  }

  /// What a reader finds in the channels.
  func decoded(_ pose: Pose) -> Pose {
    let numbers = whole(pose)
    let (p, q) = (
      numbers[0..<3].map { Double($0) * positionUnit },
      numbers[3..<6].map { Double($0) * orientationUnit }
    )
    let w = Double(numbers[6] + rest(numbers[3..<6])) * orientationUnit
    return Pose(
      position: Vector3(p[0], p[1], p[2]), orientation: Quaternion(w, q[0], q[1], q[2]).normalized)
  }

  private func whole(_ pose: Pose) -> [Int] {
    func whole(_ value: Double) -> Int {
      value.rounded().wholeNumber(in: -PackedData.limit...PackedData.limit)
    }
    let q = pose.orientation
    let sign = q.w < 0 ? -1.0 : 1
    let vector = [q.x, q.y, q.z].map { whole(sign * $0 / orientationUnit) }
    return pose.position.components.map { whole($0 / positionUnit) } + vector
      + [whole(sign * q.w / orientationUnit) - rest(vector[...])]
  }

  /// The fourth component of a unit quaternion with these three, in whole numbers.
  private func rest(_ vector: ArraySlice<Int>) -> Int {
    let square = vector.reduce(0.0) {
      $0 + (Double($1) * orientationUnit) * (Double($1) * orientationUnit)
    }
    return (max(0, 1 - square).squareRoot() / orientationUnit).rounded()
      .wholeNumber(in: 0...PackedData.limit)
  }

  private func largestError(_ reach: [[Vector3]]) -> Double {
    var largest = 0.0
    for frame in 0..<(tracks.first?.poses.count ?? 0) {
      var (exact, found): ([Pose], [Pose]) = ([], [])
      for (track, corners) in zip(tracks, reach) {
        let pose = track.poses[frame]
        exact.append(track.parent.map { exact[$0] * pose } ?? pose)
        found.append(track.parent.map { found[$0] * decoded(pose) } ?? decoded(pose))
        let (a, b) = (exact[exact.count - 1], found[found.count - 1])
        for corner in corners {
          let distance =
            (a.position + a.orientation.rotate(corner) - b.position - b.orientation.rotate(corner))
            .length
          // a broken state is nowhere
          if distance.isFinite { largest = max(largest, distance) }
        }
      }
    }
    return largest
  }
}
