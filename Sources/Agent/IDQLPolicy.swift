import IDQLRandom
import IDQLTensors

/// A trained IDQL agent: draws N candidate actions from the diffusion policy and picks one by its Q
/// (Hansen-Estruch et al. 2023, alg. 2).
///
/// Networks used: the target (averaged) score network, the target critic, the online value network.
public struct IDQLPolicy: Policy {
  public let description: PolicyDescription
  public private(set) var options: IDQLOptions

  /// In the precision of the options.
  private(set) var network: ScoreNetwork
  private let exactNetwork: ScoreNetwork
  let critic: Critic
  let value: ValueNetwork
  let schedule: NoiseSchedule

  init(
    description: PolicyDescription, options: IDQLOptions, network: ScoreNetwork, critic: Critic,
    value: ValueNetwork, schedule: NoiseSchedule
  ) {
    self.description = description
    self.options = options
    self.network = network
    exactNetwork = network
    self.critic = critic
    self.value = value
    self.schedule = schedule
  }

  public var observationCount: Int { network.observationCount }
  public var actionCount: Int { network.actionCount }
  /// Diffusion steps (T).
  public var diffusionStepCount: Int { schedule.steps }

  /// The same agent acting by other options.
  public func with(_ options: IDQLOptions) throws(IDQLOptionsError) -> IDQLPolicy {
    try options.validate()
    var copy = self
    copy.options = options
    if options.precision != self.options.precision {
      copy.network = options.precision == .bfloat16 ? exactNetwork.rounded() : exactNetwork
    }
    return copy
  }

  /// Each row draws from its own stream, in this order: the initial noise (N, a); for each
  /// diffusion step but the last, T-1 … 1, noise (N, a); and, unless the rule is `argmax`, one
  /// uniform number.
  public func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    decide(observations: observations.map(Float.init), noise: &noise).actions
  }

  /// Acts, and tells how it came to its actions; draws as `actions` does.
  public func decide(observations: [Float], noise: inout [NumPyGenerator]) -> Decision {
    let drawn = draw(from: &noise)
    return decide(
      observations: observations, initialNoise: drawn.initial, stepNoise: drawn.steps,
      selectionDraws: drawn.selection)
  }

  /// The noise of one decision a row: initial (rows, N, a), steps (rows, T, N, a), selection (rows).
  private func draw(
    from noise: inout [NumPyGenerator]
  ) -> (initial: [Float], steps: [Float], selection: [Double]) {
    let perRow = options.candidateCount * actionCount
    let rows = noise.count
    var initialNoise: [Float] = []
    var stepNoise: [Float] = []
    var draws: [Double] = []
    initialNoise.reserveCapacity(rows * perRow)
    stepNoise.reserveCapacity(rows * perRow * schedule.steps)
    for row in 0..<rows {
      for _ in 0..<perRow { initialNoise.append(noise[row].standardNormalFloat()) }
      for _ in 0..<perRow * (schedule.steps - 1) {
        stepNoise.append(noise[row].standardNormalFloat())
      }
      stepNoise.append(contentsOf: repeatElement(0, count: perRow))
      draws.append(options.selectionIsRandom ? noise[row].random() : 0)
    }
    return (initialNoise, stepNoise, draws)
  }

  /// Acts with given noise, and tells how it came to its actions.
  ///
  /// - Parameters:
  ///   - observations: (rows, observationCount).
  ///   - initialNoise: (rows, N, a), standard normal.
  ///   - stepNoise: (rows, T, N, a), standard normal; index k is used at diffusion step T-1-k, and
  ///     the last, of step 0, not at all.
  ///   - selectionDraws: length rows, uniform in [0, 1); without effect on `argmax`.
  public func decide(
    observations: [Float], initialNoise: [Float], stepNoise: [Float], selectionDraws: [Double]
  ) -> Decision {
    let (rows, perRow, a) = (selectionDraws.count, options.candidateCount, actionCount)
    precondition(observations.count == rows * observationCount, "observations: (rows, o)")
    precondition(initialNoise.count == rows * perRow * a, "initialNoise: (rows, N, a)")
    precondition(
      stepNoise.count == rows * schedule.steps * perRow * a, "stepNoise: (rows, T, N, a)")

    let candidates = sampler.sample(
      observations: observations, rows: rows, perRow: perRow, initialNoise: initialNoise,
      stepNoise: stepNoise)

    let heads = critic.heads.count
    var q = [Float](repeating: 0, count: rows * heads * perRow)
    critic.evaluate(
      observations: observations, actions: candidates, rows: rows, perRow: perRow, into: &q)
    var values = [Float](repeating: 0, count: rows)
    value.evaluate(observations, rows: rows, into: &values)

    var decision = Decision(candidates: candidates, q: q, values: values)
    for row in 0..<rows {
      let smallest = (0..<perRow).map { i in
        (0..<heads).map { q[(row * heads + $0) * perRow + i] }.reduce(.infinity, Self.smaller)
      }
      let index = options.select(q: smallest, value: values[row], draw: selectionDraws[row])
      let start = (row * perRow + index) * a
      decision.indices.append(index)
      decision.actions.append(contentsOf: candidates[start..<start + a])
    }
    return decision
  }

  private var sampler: DiffusionSampler {
    DiffusionSampler(
      network: network, schedule: schedule, temperature: options.temperature,
      clipsEveryStep: options.clipsEveryStep, extraFinalSteps: options.extraFinalSteps)
  }

  /// How the candidates of a decision came about, from the noise it was made with.
  ///
  /// - Parameters:
  ///   - observation: (observationCount).
  ///   - noise: the stream as it was before the decision.
  /// - Returns: T + M + 1 stages of (N, a) each: the initial noise, then what each diffusion step made
  ///   of it. The last is, to the bit, the decision's candidates.
  public func denoising(observation: [Float], noise: NumPyGenerator) -> [[Float]] {
    precondition(observation.count == observationCount, "observation: (o)")
    var streams = [noise]
    let drawn = draw(from: &streams)
    return sampler.stages(
      observation: observation, candidateCount: options.candidateCount,
      initialNoise: drawn.initial, stepNoise: drawn.steps)
  }

  /// The minimum, NaN if either is.
  private static func smaller(_ a: Float, _ b: Float) -> Float {
    a.isNaN || a < b ? a : b
  }
}

/// What an IDQL agent considered and chose, for each row of a batch.
public struct Decision: Equatable, Sendable {
  /// (rows, N, a): the candidate actions.
  public var candidates: [Float]
  /// (rows, heads, N): each candidate's Q by each head of the target critic.
  public var q: [Float]
  /// Length rows: V of the observation.
  public var values: [Float]
  /// Length rows: which candidate was chosen.
  public var indices: [Int] = []
  /// (rows, a): the chosen actions.
  public var actions: [Float] = []
}
