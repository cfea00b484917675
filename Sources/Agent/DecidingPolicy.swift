import IDQLRandom

/// A policy that draws candidate actions by diffusion, evaluates each by a critic, and chooses one.
///
/// Evaluations need only `actions`. Reports also state how it chooses, commands change that, `idql
/// act` writes the candidates, and the viewer shows them.
public protocol DecidingPolicy: Policy {
  /// How it acts.
  var options: IDQLOptions { get }

  /// The same policy with other options.
  ///
  /// - Throws: `IDQLOptionsError` for the first value out of range.
  func with(_ options: IDQLOptions) throws(IDQLOptionsError) -> Self

  /// Diffusion steps (T).
  var diffusionStepCount: Int { get }

  /// Acts with given noise, and returns candidates and values beside the actions.
  ///
  /// - Parameters:
  ///   - observations: (rows, observationCount).
  ///   - initialNoise: (rows, N, a), standard normal.
  ///   - stepNoise: (rows, T, N, a), standard normal; index k is used at diffusion step T-1-k, and
  ///     the last, of step 0, is not used.
  ///   - selectionDraws: length rows, uniform in [0, 1); not used by `argmax`.
  func decide(
    observations: [Float], initialNoise: [Float], stepNoise: [Float], selectionDraws: [Double]
  ) -> Decision

  /// The stages from which the candidates of a decision emerged: the initial noise, then the result
  /// of each diffusion step. By default the candidates alone.
  ///
  /// - Parameters:
  ///   - observation: (observationCount).
  ///   - noise: the generator's state before the decision.
  /// - Returns: stages of (N, a) each. The last is, to the bit, the decision's candidates.
  func denoising(observation: [Float], noise: NumPyGenerator) -> [[Float]]

  /// Multiplications and additions for one action; 0 unless the policy counts them.
  var operationsPerAction: Int { get }
}

extension DecidingPolicy {
  /// Itself.
  public var deciding: (any DecidingPolicy)? { self }

  /// The candidates alone.
  public func denoising(observation: [Float], noise: NumPyGenerator) -> [[Float]] {
    var streams = [noise]
    return [decide(observations: observation, noise: &streams).candidates]
  }

  /// 0: not counted.
  public var operationsPerAction: Int { 0 }

  /// Each row draws from its own stream, in this order: the initial noise (N, a); for each
  /// diffusion step but the last, T-1 … 1, noise (N, a); and, unless the rule is `argmax`, one
  /// uniform number.
  public func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    decide(observations: observations.map(Float.init), noise: &noise).actions
  }

  /// Acts, and returns candidates and values beside the actions; draws as `actions` does.
  public func decide(observations: [Float], noise: inout [NumPyGenerator]) -> Decision {
    let drawn = draw(from: &noise)
    return decide(
      observations: observations, initialNoise: drawn.initial, stepNoise: drawn.steps,
      selectionDraws: drawn.selection)
  }

  /// The noise of one decision a row: initial (rows, N, a), steps (rows, T, N, a), selection
  /// (rows).
  func draw(
    from noise: inout [NumPyGenerator]
  ) -> (initial: [Float], steps: [Float], selection: [Double]) {
    let perRow = options.candidateCount * actionCount
    let rows = noise.count
    var initialNoise: [Float] = []
    var stepNoise: [Float] = []
    var draws: [Double] = []
    initialNoise.reserveCapacity(rows * perRow)
    stepNoise.reserveCapacity(rows * perRow * diffusionStepCount)
    for row in 0..<rows {
      for _ in 0..<perRow { initialNoise.append(noise[row].standardNormalFloat()) }
      for _ in 0..<perRow * (diffusionStepCount - 1) {
        stepNoise.append(noise[row].standardNormalFloat())
      }
      stepNoise.append(contentsOf: repeatElement(0, count: perRow))
      draws.append(options.selectionIsRandom ? noise[row].random() : 0)
    }
    return (initialNoise, stepNoise, draws)
  }
}

/// What a policy considered and chose, for each row of a batch.
public struct Decision: Equatable, Sendable {
  /// (rows, N, a): the candidate actions.
  public var candidates: [Float]
  /// (rows, heads, N): each candidate's Q by each head of the critic.
  public var q: [Float]
  /// Length rows: V of the observation.
  public var values: [Float]
  /// Length rows: which candidate was chosen.
  public var indices: [Int] = []
  /// (rows, a): the chosen actions.
  public var actions: [Float] = []

  /// Chooses one candidate for each row by the options' rule.
  ///
  /// - Parameters:
  ///   - candidates: (rows, N, a), N as in the options.
  ///   - q: (rows, heads, N); the smallest of the heads is used.
  ///   - values: length rows.
  ///   - options: with the rule and its parameters.
  ///   - draws: length rows, uniform in [0, 1); not used by `argmax`.
  public init(
    candidates: [Float], q: [Float], values: [Float], choosingBy options: IDQLOptions,
    draws: [Double]
  ) {
    self.candidates = candidates
    self.q = q
    self.values = values
    let (rows, count) = (draws.count, options.candidateCount)
    guard rows > 0 else { return }
    let (heads, a) = (q.count / (rows * count), candidates.count / (rows * count))
    precondition(candidates.count == rows * count * a, "candidates: (rows, N, a)")
    precondition(q.count == rows * heads * count && heads > 0, "q: (rows, heads, N)")
    precondition(values.count == rows, "values: (rows)")
    for row in 0..<rows {
      let smallest = (0..<count).map { i in
        (0..<heads).map { q[(row * heads + $0) * count + i] }.reduce(.infinity, smallerQ)
      }
      let index = options.select(q: smallest, value: values[row], draw: draws[row])
      let start = (row * count + index) * a
      indices.append(index)
      actions.append(contentsOf: candidates[start..<start + a])
    }
  }
}
