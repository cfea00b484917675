/// Draws candidate actions by running the diffusion backwards: from x = noise, for t = T-1 … 0, one
/// `ReverseStep` with eps(s, x, t); then M times that of t = 0 again.
struct DiffusionSampler: Sendable {
  var network: ScoreNetwork
  var diffusion: any ReverseDiffusion
  var temperature: Float
  var clipsEveryStep: Bool
  /// How often the step t = 0 is run again.
  var extraFinalSteps: Int

  /// Candidates per run through the networks: their activations then fit in the second-level cache.
  private static let tileRows = 128

  /// - Parameters:
  ///   - observations: (rows, observationCount).
  ///   - initialNoise: (rows, perRow, a).
  ///   - stepNoise: (rows, steps, perRow, a); index k is used at t = T-1-k, the last (t = 0) never.
  /// - Returns: (rows, perRow, a), inside [-1, 1].
  func sample(
    observations: [Float], rows: Int, perRow: Int, initialNoise: [Float], stepNoise: [Float]
  ) -> [Float] {
    run(
      observations: observations, rows: rows, perRow: perRow, initialNoise: initialNoise,
      stepNoise: stepNoise, trace: nil)
  }

  /// The same for one observation, with everything on the way.
  ///
  /// - Returns: steps + extraFinalSteps + 1 arrays (candidateCount, a): the initial noise, then the
  ///   outcome of each step; the last is what `sample` returns.
  func stages(
    observation: [Float], candidateCount: Int, initialNoise: [Float], stepNoise: [Float]
  ) -> [[Float]] {
    let stepCount = diffusion.steps + extraFinalSteps
    let stageSize = candidateCount * network.actionCount
    var trace = [Float](repeating: 0, count: stepCount * stageSize)
    let result = trace.withUnsafeMutableBufferPointer {
      run(
        observations: observation, rows: 1, perRow: candidateCount, initialNoise: initialNoise,
        stepNoise: stepNoise, trace: $0.baseAddress)
    }
    // the last step's outcome is clipped once more before it is returned
    return [initialNoise]
      + (0..<stepCount - 1).map { Array(trace[$0 * stageSize..<($0 + 1) * stageSize]) } + [result]
  }

  /// - Parameter trace: (steps + extraFinalSteps, rows · perRow, a), out: what each step made.
  private func run(
    observations: [Float], rows: Int, perRow: Int, initialNoise: [Float], stepNoise: [Float],
    trace: UnsafeMutablePointer<Float>?
  ) -> [Float] {
    let actionCount = network.actionCount
    let total = rows * perRow
    let prepared = Buffer(rows * network.preparedCount)
    defer { withExtendedLifetime(prepared) {} }
    network.prepare(observations, rows: rows, into: prepared.pointer)

    let spread = diffusion.initialSpread(temperature: temperature)
    var x = spread == 1 ? initialNoise : initialNoise.map { spread * $0 }
    x.withUnsafeMutableBufferPointer { x in
      stepNoise.withUnsafeBufferPointer { stepNoise in
        guard let start = x.baseAddress, let noise = stepNoise.baseAddress else { return }
        let workspace = ScoreWorkspace(network, rows: min(Self.tileRows, total))
        for first in stride(from: 0, to: total, by: Self.tileRows) {
          let candidates = first..<min(first + Self.tileRows, total)
          denoise(
            start + first * actionCount, candidates, perRow: perRow, prepared: prepared.pointer,
            stepNoise: noise, workspace,
            trace: trace.map { Trace(start: $0 + first * actionCount, stride: x.count) })
        }
      }
    }
    return x
  }

  /// Where the outcomes of a tile go: each step's one stride after the one before.
  private struct Trace {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
  }

  /// Runs all steps for one tile of candidates, in place.
  private func denoise(
    _ x: UnsafeMutablePointer<Float>, _ candidates: Range<Int>, perRow: Int,
    prepared: UnsafePointer<Float>, stepNoise: UnsafePointer<Float>, _ workspace: ScoreWorkspace,
    trace: Trace?
  ) {
    let a = network.actionCount
    let observations = candidates.map { prepared + $0 / perRow * network.preparedCount }
    let predicted = Buffer(candidates.count * a)
    defer { withExtendedLifetime((predicted, workspace)) {} }
    let finalSteps = [Int](repeating: 0, count: extraFinalSteps)
    for (index, t) in ((0..<diffusion.steps).reversed() + finalSteps).enumerated() {
      network.predict(
        x, prepared: observations, step: diffusion.trainingStep(t), into: predicted.pointer,
        workspace: workspace)
      let reverse = diffusion.reverse(t, temperature: temperature)
      for (row, candidate) in candidates.enumerated() {
        let step = candidate / perRow * diffusion.steps + diffusion.steps - 1 - t
        let z = stepNoise + (step * perRow + candidate % perRow) * a
        for i in 0..<a {
          let value = reverse(
            x[row * a + i], predicted: predicted.pointer[row * a + i], noise: z[i])
          x[row * a + i] = clipsEveryStep ? clip(value) : value
        }
      }
      if let trace {
        (trace.start + index * trace.stride).update(from: x, count: candidates.count * a)
      }
    }
    for i in 0..<candidates.count * a { x[i] = clip(x[i]) }
  }
}
