import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLTensors

/// Recorded actions, to be applied to fresh episodes.
package struct ActionSequences: Sendable {
  /// One per episode.
  let episodes: Int
  let steps: Int
  let width: Int
  /// Row-major (episodes, steps, width).
  let values: [Double]
  /// Whether the file had an axis for episodes.
  let hasEpisodeAxis: Bool

  /// Reads `actions` (T, a), or (E, T, a) for E episodes.
  ///
  /// - Throws: `TensorFileError` if it is missing, `ArrayError` if it has another shape.
  package init(_ file: TensorFile, spec: EnvironmentSpec) throws {
    let shape = try file.shape("actions")
    guard (2...3).contains(shape.count), shape.last == spec.actionCount else {
      let a = spec.actionCount
      throw ArrayError.shape(
        file: file.name, tensor: "actions", found: shape,
        expected: "[steps, \(a)] or [episodes, steps, \(a)] for \(spec.id)")
    }
    hasEpisodeAxis = shape.count == 3
    episodes = hasEpisodeAxis ? shape[0] : 1
    steps = shape[shape.count - 2]
    width = spec.actionCount
    values = try file.doubles("actions").values
  }

  func action(_ episode: Int, _ step: Int) -> [Double] {
    let row = episode * steps + step
    return Array(values[row * width..<(row + 1) * width])
  }
}

/// Resets the environment with `seed`, `seed` + 1, … and applies one sequence of actions to each.
///
/// - Returns: `observations` (E, T+1, o), `qpos` (E, T+1, nq), `qvel` (E, T+1, nv), which begin with the
///   state after the reset; `rewards`, `terminated` and `truncated` (E, T); `length` (E), the steps that
///   were taken. Without an episode axis in the actions there is none here, and `length` has one
///   element. An episode stops when it ends: from there on, numbers are NaN and flags zero.
/// - Throws: `ArrayError.tooManyValues`, `EvaluationError.seedOutOfRange`.
package func replay(
  _ actions: ActionSequences, in environment: any Environment, seed: UInt64
) throws -> [NamedTensor] {
  let model = environment.simulation.model
  let widths = [
    environment.spec.observationCount, model.positionCount, model.velocityCount,
  ]
  let (episodes, steps) = (actions.episodes, actions.steps)
  try requireSeeds(from: seed, episodes: episodes)
  try ArrayError.checkSize(max(1, episodes), steps)
  try ArrayError.checkSize(episodes, steps + 1, widths.reduce(3, +))

  var observations: [Double] = []
  var positions: [Double] = []
  var velocities: [Double] = []
  var rewards: [Double] = []
  var terminated: [UInt8] = []
  var truncated: [UInt8] = []
  var lengths: [Int64] = []

  func appendState() {
    let state = environment.simulation.state
    observations += environment.observation
    positions += state.position
    velocities += state.velocity
  }
  for episode in 0..<episodes {
    environment.reset(seed: seed + UInt64(episode))
    appendState()
    var length = 0
    var hasEnded = false
    while length < steps, !hasEnded {
      let transition = environment.step(actions.action(episode, length))
      appendState()
      rewards.append(transition.reward)
      terminated.append(transition.terminated ? 1 : 0)
      truncated.append(transition.truncated ? 1 : 0)
      hasEnded = transition.terminated || transition.truncated
      length += 1
    }
    lengths.append(Int64(length))
    let rest = steps - length
    observations += Array(repeating: .nan, count: rest * widths[0])
    positions += Array(repeating: .nan, count: rest * widths[1])
    velocities += Array(repeating: .nan, count: rest * widths[2])
    rewards += Array(repeating: .nan, count: rest)
    terminated += Array(repeating: 0, count: rest)
    truncated += Array(repeating: 0, count: rest)
  }

  let rows = actions.hasEpisodeAxis ? [episodes] : []
  return [
    NamedTensor("observations", shape: rows + [steps + 1, widths[0]], .doubles(observations)),
    NamedTensor("qpos", shape: rows + [steps + 1, widths[1]], .doubles(positions)),
    NamedTensor("qvel", shape: rows + [steps + 1, widths[2]], .doubles(velocities)),
    NamedTensor("rewards", shape: rows + [steps], .doubles(rewards)),
    NamedTensor("terminated", shape: rows + [steps], .bytes(terminated)),
    NamedTensor("truncated", shape: rows + [steps], .bytes(truncated)),
    NamedTensor("length", shape: [episodes], .integers(lengths)),
  ]
}
