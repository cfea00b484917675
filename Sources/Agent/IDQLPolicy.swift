import IDQLRandom
import IDQLTensors

/// A trained IDQL agent: draws N candidate actions from the diffusion policy and picks one by its Q
/// (`IDQL.swift` reads as the paper does).
///
/// Networks used: the target (averaged) score network, the target critic, the online value network.
package struct IDQLPolicy: DecidingPolicy {
  /// Its networks, and the settings of its checkpoint.
  package let description: PolicyDescription
  /// How it acts; `with(_:)` changes it.
  package private(set) var options: IDQLOptions

  /// In the precision of the options.
  private(set) var network: ScoreNetwork
  private let exactNetwork: ScoreNetwork
  let critic: Critic
  let value: ValueNetwork
  let diffusion: any ReverseDiffusion
  /// What all networks see in place of the observation, if the agent learnt from that.
  let normalization: ObservationNormalization?
  /// All weights under the names of their file, to be written again.
  let parameters: [(name: String, values: TensorView)]

  init(
    description: PolicyDescription, options: IDQLOptions, network: ScoreNetwork, critic: Critic,
    value: ValueNetwork, diffusion: any ReverseDiffusion,
    normalization: ObservationNormalization? = nil,
    parameters: [(name: String, values: TensorView)] = []
  ) {
    self.description = description
    self.options = options
    self.network = network
    exactNetwork = network
    self.critic = critic
    self.value = value
    self.diffusion = diffusion
    self.normalization = normalization
    self.parameters = parameters
  }

  /// o.
  package var observationCount: Int { network.observationCount }
  /// a.
  package var actionCount: Int { network.actionCount }
  /// T.
  package var diffusionStepCount: Int { diffusion.steps }

  /// The same agent acting by other options, which share its weights.
  ///
  /// - Throws: `IDQLOptionsError` for the first value out of range.
  package func with(_ options: IDQLOptions) throws(IDQLOptionsError) -> IDQLPolicy {
    try options.validate()
    var copy = self
    copy.options = options
    if options.precision != self.options.precision {
      copy.network = exactNetwork.rounded(to: options.precision)
    }
    return copy
  }

  /// Draws N candidates for each observation, evaluates them, and chooses one; arguments as
  /// `DecidingPolicy` describes them.
  package func decide(
    observations: [Float], initialNoise: [Float], stepNoise: [Float], selectionDraws: [Double]
  ) -> Decision {
    let (rows, perRow, a) = (selectionDraws.count, options.candidateCount, actionCount)
    precondition(observations.count == rows * observationCount, "observations: (rows, o)")
    precondition(initialNoise.count == rows * perRow * a, "initialNoise: (rows, N, a)")
    precondition(
      stepNoise.count == rows * diffusion.steps * perRow * a, "stepNoise: (rows, T, N, a)")
    let observations = normalization?.rows(observations) ?? observations

    let candidates = sampler.sample(
      observations: observations, rows: rows, perRow: perRow, initialNoise: initialNoise,
      stepNoise: stepNoise)

    let heads = critic.heads.count
    var q = [Float](repeating: 0, count: rows * heads * perRow)
    critic.evaluate(
      observations: observations, actions: candidates, rows: rows, perRow: perRow, into: &q)
    var values = [Float](repeating: 0, count: rows)
    value.evaluate(observations, rows: rows, into: &values)

    return Decision(
      candidates: candidates, q: q, values: values, choosingBy: options, draws: selectionDraws)
  }

  private var sampler: DiffusionSampler {
    DiffusionSampler(
      network: network, diffusion: diffusion, temperature: options.temperature,
      clipsEveryStep: options.clipsEveryStep, extraFinalSteps: options.extraFinalSteps)
  }

  /// T + M + 1 stages: the initial noise, then what each diffusion step made of it.
  package func denoising(observation: [Float], noise: NumPyGenerator) -> [[Float]] {
    precondition(observation.count == observationCount, "observation: (o)")
    var streams = [noise]
    let drawn = draw(from: &streams)
    return sampler.stages(
      observation: normalization?.rows(observation) ?? observation,
      candidateCount: options.candidateCount,
      initialNoise: drawn.initial, stepNoise: drawn.steps)
  }
}
