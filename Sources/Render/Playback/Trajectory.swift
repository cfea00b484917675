/// States that somebody recorded, to be shown as an episode.
package struct Trajectory: Sendable {
  /// Of the file, for captions.
  package let name: String
  /// Of the episode in its file.
  package let index: Int
  /// (T, nq).
  let positions: [[Double]]
  /// (T, nv).
  let velocities: [[Double]]
  /// Of the step from each state, T or T - 1; nil if they are not known.
  let rewards: [Double]?
  /// Time between two states, s; nil for a step of the environment.
  let interval: Double?

  /// - Precondition: there is at least one state, and as many velocities as positions.
  package init(
    name: String, index: Int, positions: [[Double]], velocities: [[Double]],
    rewards: [Double]? = nil, interval: Double? = nil
  ) {
    precondition(!positions.isEmpty && positions.count == velocities.count)
    (self.name, self.index, self.positions, self.velocities) = (name, index, positions, velocities)
    (self.rewards, self.interval) = (rewards, interval)
  }

  /// `episode 3 of hopper.hdf5: 1000 states, 8 s, return 3210.5`.
  package func text(duration: Double) -> String {
    "episode \(index) of \(name): \(positions.count) states, \(duration.text(digits: 6)) s"
      + (rewards.map { ", return \($0.reduce(0, +))" } ?? "")
  }
}
