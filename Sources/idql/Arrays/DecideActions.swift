import IDQLAgent
import IDQLEvaluation
import IDQLRandom
import IDQLTensors

/// The noise of every diffusion step, recorded for an exact replay.
package struct RecordedNoise: Sendable {
  /// N.
  package let candidateCount: Int
  /// (B, N, a).
  let initial: [Float]
  /// (B, T, N, a); `[:, k]` belongs to the k-th sampling step, diffusion time T-1-k.
  let steps: [Float]

  /// Reads `noise_init` (B, N, a) and `noise_z` (B, T, N, a).
  ///
  /// - Throws: `TensorFileError` for a missing array, `ArrayError` for one of another shape.
  package init(_ file: TensorFile, rows: Int, agent: any DecidingPolicy) throws {
    let a = agent.actionCount
    let found = try file.shape("noise_init")
    guard found.count == 3, found[0] == rows, found[1] > 0, found[2] == a else {
      throw ArrayError.shape(
        file: file.name, tensor: "noise_init", found: found,
        expected: "[\(rows), candidates, \(a)]")
    }
    candidateCount = found[1]
    let expected = [rows, agent.diffusionStepCount, candidateCount, a]
    let stepsFound = try file.shape("noise_z")
    guard stepsFound == expected else {
      throw ArrayError.shape(
        file: file.name, tensor: "noise_z", found: stepsFound, expected: "\(expected)")
    }
    initial = try file.floats("noise_init").values
    steps = try file.floats("noise_z").values
  }
}

/// Reads `observations` (B, o).
///
/// - Throws: `TensorFileError` if it is missing, `ArrayError` if the policy takes another length.
package func readObservations(_ file: TensorFile, for policy: any Policy) throws -> Tensor<Double> {
  let shape = try file.shape("observations")
  guard shape.count == 2, policy.accepts(observationCount: shape[1]) else {
    throw ArrayError.shape(
      file: file.name, tensor: "observations", found: shape,
      expected: "[rows, \(policy.observationCount)]")
  }
  return try file.doubles("observations")
}

/// A policy's action for each observation, as at the start of an episode, with its candidates.
///
/// Row b draws its noise from (seed, b), as the first step of episode b of an evaluation does.
///
/// - Returns: `actions` (B, a); of a policy that chooses also `candidates` (B, N, a), `q`
///   (B, heads, N), `v` (B) and `index` (B).
/// - Throws: `ArrayError.tooManyValues`.
package func decideActions(
  _ policy: any Policy, observations: Tensor<Double>, seed: UInt64
) throws -> [NamedTensor] {
  if let agent = policy.deciding {
    return try decideActions(agent, observations: observations, seed: seed, noise: nil)
  }
  let rows = observations.shape[0]
  var streams = (0..<rows).map { NumPyGenerator(seed: seed, spawnKey: [UInt32($0)]) }
  let actions = policy.actions(
    observations: observations.values, steps: Array(repeating: 0, count: rows), noise: &streams)
  return [NamedTensor("actions", shape: [rows, policy.actionCount], .floats(actions))]
}

/// The same of a policy that chooses; with recorded noise, only a random selection rule still draws
/// from (seed, b).
package func decideActions(
  _ agent: any DecidingPolicy, observations: Tensor<Double>, seed: UInt64, noise: RecordedNoise?
) throws -> [NamedTensor] {
  let rows = observations.shape[0]
  let perRow = agent.options.candidateCount * agent.actionCount
  try ArrayError.checkSize(rows, perRow, 2)
  var parts: [Decision] = []

  // in blocks, because the noise of all rows at once could fill the memory
  let blockRows = 64
  for first in stride(from: 0, to: rows, by: blockRows) {
    let block = first..<min(rows, first + blockRows)
    let o = observations.shape[1]
    let inputs = observations.values[block.lowerBound * o..<block.upperBound * o].map(Float.init)
    var streams = block.map { NumPyGenerator(seed: seed, spawnKey: [UInt32($0)]) }
    if let noise {
      let allSteps = perRow * agent.diffusionStepCount
      parts.append(
        agent.decide(
          observations: inputs,
          initialNoise: Array(
            noise.initial[block.lowerBound * perRow..<block.upperBound * perRow]),
          stepNoise: Array(noise.steps[block.lowerBound * allSteps..<block.upperBound * allSteps]),
          selectionDraws: streams.indices.map { streams[$0].random() }))
    } else {
      parts.append(agent.decide(observations: inputs, noise: &streams))
    }
  }

  let (n, a) = (agent.options.candidateCount, agent.actionCount)
  let q = parts.flatMap(\.q)
  let heads = rows == 0 ? 0 : q.count / (rows * n)
  return [
    NamedTensor("candidates", shape: [rows, n, a], .floats(parts.flatMap(\.candidates))),
    NamedTensor("q", shape: [rows, heads, n], .floats(q)),
    NamedTensor("v", shape: [rows], .floats(parts.flatMap(\.values))),
    NamedTensor("index", shape: [rows], .integers(parts.flatMap(\.indices).map(Int64.init))),
    NamedTensor("actions", shape: [rows, a], .floats(parts.flatMap(\.actions))),
  ]
}
