// What IDQL computes, in one place and in the order of the paper:
//
//   P. Hansen-Estruch, I. Kostrikov, M. Janner, J. G. Kuba, S. Levine. IDQL: Implicit Q-Learning as
//   an Actor-Critic Method with Diffusion Policies. 2023 (arXiv 2304.10573).
//
// Everything here acts on single numbers or on one state's candidates. Learner and policy call it;
// what their own files add is batches, memory, threads and gradients:
//
//   the critic (§4)          ValueLoss, criticTarget           CriticUpdate (IDQLTraining) the
//   implicit actor (§4)  ValueLoss.weights                 Decision extraction (§4.2)
//   SelectionRule, IDQLOptions.select Decision the diffusion (§5)       NoiseSchedule,
//   ActorObjective     ActorUpdate (IDQLTraining), DiffusionSampler one update               actor,
//   then V, then Q             Learner.update (IDQLTraining) one action               N candidates,
//   then one of them    IDQLPolicy.decide
//
// Equations are numbered where the numbers are those of IQL (I. Kostrikov, A. Nair, S. Levine.
// Offline Reinforcement Learning with Implicit Q-Learning. 2022) or of DDPM (J. Ho, A. Jain, P.
// Abbeel. Denoising Diffusion Probabilistic Models. 2020), on which the paper builds.
//
// Notation: s state, a action, u = Q(s, a) - V(s) its advantage, where Q is the smallest of the
// target critic's heads; t diffusion step, from 0; z normal noise; eps the score network.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// MARK: - The critic: IQL with any convex loss of the advantage (§4)

/// The loss f that the value network is trained with. It also determines the implied actor.
public enum CriticObjective: String, Codable, CaseIterable, Sendable {
  /// \|τ - 1(u < 0)\| u².
  case expectile
  /// \|τ - 1(u < 0)\| \|u\|.
  case quantile
  /// exp(αu) - αu.
  case exponential
}

/// A loss f(u) of the advantage, with its parameter; V(s) minimises its mean over the data's
/// actions.
package struct ValueLoss: Sendable {
  package var objective: CriticObjective
  /// τ of expectile and quantile, between 0 and 1; α of the exponential, above 0.
  package var parameter: Double

  package init(_ objective: CriticObjective, _ parameter: Double) {
    self.objective = objective
    self.parameter = parameter
  }

  /// f(u) and f′(u).
  ///
  /// | objective   | f(u)                                                   |
  /// |-------------|--------------------------------------------------------|
  /// | expectile   | \|τ - 1(u < 0)\| u² (IQL, eq. 5)                       |
  /// | quantile    | \|τ - 1(u < 0)\| \|u\|                                 |
  /// | exponential | exp(αu) - αu, times 1/α; the exponent is at most log 6 |
  ///
  /// What is returned as the loss of the exponential is f′(u) u: the public code takes the
  /// exponential for a constant, and its logs have that number. The slope is the same.
  package func callAsFunction(_ u: Float) -> (loss: Float, slope: Float) {
    let weight = Float(u < 0 ? 1 - parameter : parameter)
    switch objective {
    case .expectile:
      return (weight * u * u, 2 * weight * u)
    case .quantile:
      return (weight * abs(u), u == 0 ? 0 : weight * (u < 0 ? -1 : 1))
    case .exponential:
      let slope = expf(min(u * Float(parameter), logf(6))) - 1
      return (slope * u, slope)
    }
  }

  /// What the parameter must be, in words; nil if it is.
  package var expectedParameter: String? {
    switch objective {
    case .expectile, .quantile:
      parameter > 0 && parameter < 1
        ? nil : "a number between 0 and 1 for the objective \(objective.rawValue)"
    case .exponential:
      parameter > 0 && parameter.isFinite
        ? nil : "a number above 0 for the objective exponential"
    }
  }
}

/// y = r + γ m V(s′), what every head of Q learns by its squared error (IQL, eq. 6).
///
/// - Parameter mask: m, 0 if the episode terminated with the transition, else 1.
package func criticTarget(
  reward: Float, discount: Float, mask: Float, nextValue: Float
) -> Float {
  reward + discount * mask * nextValue
}

// MARK: - The actor that the critic implies (§4)

extension ValueLoss {
  /// V is optimal for f where the mean of f′(u) is zero, and so it is the mean of Q under the actor
  /// π(a|s) ∝ μ(a|s) w(s, a) with w = |f′(u)| / |u|, μ being the policy that the data is of.
  ///
  /// | objective   | w                              |
  /// |-------------|--------------------------------|
  /// | expectile   | \|τ - 1(u ≤ 0)\|, f′ times ½   |
  /// | quantile    | \|τ - 1(u ≤ 0)\| / \|u\|       |
  /// | exponential | α \|exp(αu) - 1\| / \|u\|      |
  ///
  /// Differs from the public code, which divides by the signed advantage for the quantile and so
  /// can arrive at negative probabilities.
  ///
  /// - Parameter advantages: u of each candidate.
  /// - Returns: w of each, up to a common factor.
  func weights(_ advantages: [Double]) -> [Double] {
    // an advantage of exactly zero would weigh infinitely much under the quantile rule
    let smallest = 1e-12
    switch objective {
    case .expectile:
      return advantages.map { $0 > 0 ? parameter : 1 - parameter }
    case .quantile:
      return advantages.map { ($0 > 0 ? parameter : 1 - parameter) / max(abs($0), smallest) }
    case .exponential:
      // w is α² at zero. A factor common to all weights keeps the exponentials finite and changes
      // nothing.
      let shift = max(0, (advantages.max() ?? 0) * parameter)
      return advantages.map { u in
        let x = parameter * u
        if abs(x) < smallest { return parameter * parameter * exp(-shift) }
        let slope = x < 30 ? abs(expm1(x)) * exp(-shift) : exp(x - shift)
        return parameter * slope / abs(u)
      }
    }
  }
}

// MARK: - Policy extraction: one of N candidates that diffusion draws from μ (§4.2)

/// How one of the candidate actions is chosen. All three are published under the name IDQL, so the
/// rule is part of every result.
public enum SelectionRule: String, Codable, CaseIterable, Sendable {
  /// The largest Q, the first of equals: all weight on one candidate (the paper's evaluation).
  case argmax
  /// A draw with the weights w that the critic's objective implies.
  case implicit
  /// A draw with weights exp(κ u); not of the paper (CleanDiffuser's pipeline).
  case softmax
}

extension IDQLOptions {
  /// The loss that the value network was trained with.
  var valueLoss: ValueLoss { ValueLoss(criticObjective, criticParameter) }

  /// Whether the rule consumes a draw.
  var selectionIsRandom: Bool { rule != .argmax }

  /// Chooses among candidate actions.
  ///
  /// - Parameters:
  ///   - q: each candidate's Q, the smallest of the heads.
  ///   - value: V of the state.
  ///   - draw: uniform in [0, 1); unused by `argmax`.
  func select(q: [Float], value: Float, draw: Double) -> Int {
    let weights =
      switch rule {
      case .argmax: [Double]()
      case .implicit: valueLoss.weights(q.map { Double($0) - Double(value) })
      case .softmax: softmaxWeights(q.map { Double($0) - Double(value) })
      }
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite else { return indexOfLargest(q) }

    var rest = draw * total
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return index }
    }
    // rounding used up the total: the last candidate that has any weight
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  /// exp(κ u), scaled so that the largest is 1.
  func softmaxWeights(_ advantages: [Double]) -> [Double] {
    let largest = advantages.max() ?? 0
    return advantages.map { exp(softmaxScale * ($0 - largest)) }
  }
}

/// The first of the largest; NaN never wins, and if all are NaN the answer is 0.
func indexOfLargest(_ values: [Float]) -> Int {
  var best: Int?
  for (index, value) in values.enumerated() where !value.isNaN {
    guard let current = best else {
      best = index
      continue
    }
    if value > values[current] { best = index }
  }
  return best ?? 0
}

/// The smaller of two heads' Q, NaN if either is.
package func smallerQ(_ a: Float, _ b: Float) -> Float {
  a.isNaN || a < b ? a : b
}

// MARK: - The diffusion policy: learning μ (§5; DDPM, alg. 1)

extension NoiseSchedule {
  /// a_t = signal a + spread z, the data's action with the noise of t steps (DDPM, eq. 4):
  /// √alpha_hat_t and √(1 - alpha_hat_t).
  package func forward(_ t: Int) -> (signal: Float, spread: Float) {
    (alphaHats[t].squareRoot(), (1 - alphaHats[t]).squareRoot())
  }
}

/// Error and squared error of one number: of the predicted noise, w ‖eps(s, a_t, t) - z‖² is the
/// actor's loss (DDPM, eq. 14, with the weight w of `ActorObjective`); of Q, see `criticTarget`.
package func squaredError(_ found: Float, _ expected: Float) -> (error: Float, square: Float) {
  let error = found - expected
  return (error, error * error)
}

/// The weight of each transition in the diffusion policy's loss, by its advantage u. All but the
/// first make the candidates themselves better than the data; the paper leaves that to extraction.
public enum ActorObjective: String, Codable, CaseIterable, Sendable {
  /// 1: cloning of the data's behaviour.
  case behaviourCloning = "bc"
  /// τ if u > 0, else 1 - τ, with the critic's parameter for τ.
  case softAdvantage = "soft_adv"
  /// 1 if u ≥ -0.01, else 0.
  case hardAdvantage = "hard_adv"
  /// exp(3 u), at most 100.
  case exponentialAdvantage = "exp_adv"

  /// - Parameter parameter: the value loss's.
  package func weight(advantage u: Float, parameter: Double) -> Float {
    switch self {
    case .behaviourCloning: 1
    case .softAdvantage: Float(u > 0 ? parameter : 1 - parameter)
    case .hardAdvantage: u >= -0.01 ? 1 : 0
    case .exponentialAdvantage: min(expf(3 * u), 100)
    }
  }
}

// MARK: - The diffusion policy: sampling from μ (DDPM, alg. 2)

/// One step of the diffusion backwards, from a_t to a_{t-1} (DDPM, eq. 11 and alg. 2).
struct ReverseStep {
  /// 1 / √alpha_t.
  var scale: Float
  /// (1 - alpha_t) / √(1 - alpha_hat_t).
  var share: Float
  /// √beta_t, times the temperature; nil at t = 0, which adds no noise.
  var spread: Float?
  /// How much of the predicted noise is added again; nil for none, as in the public code.
  var remainder: Float?
  /// √alpha_hat_t and √(1 - alpha_hat_t), if the predicted noise is bounded so that the action it
  /// implies lies in [-1, 1].
  var bound: Bound?

  struct Bound {
    var signal: Float
    var spread: Float

    func callAsFunction(_ eps: Float, at x: Float) -> Float {
      let (low, high) = ((x - signal) / spread, (x + signal) / spread)
      return eps < low ? low : eps > high ? high : eps
    }
  }

  /// The mean scale (x - share eps), what remains of eps, and the noise.
  func callAsFunction(_ x: Float, predicted eps: Float, noise z: Float) -> Float {
    let eps = bound?(eps, at: x) ?? eps
    var mean = scale * (x - share * eps)
    if let remainder { mean += remainder * eps }
    return if let spread { mean + spread * z } else { mean }
  }
}

/// How noise becomes an action: a number of steps backwards.
protocol ReverseDiffusion: Sendable {
  /// How many are taken (T).
  var steps: Int { get }
  /// The step of the training that the network is told at step t, from 0.
  func trainingStep(_ t: Int) -> Int
  /// - Parameter temperature: that of the options.
  func reverse(_ t: Int, temperature: Float) -> ReverseStep
  /// Factor of the noise that it begins with.
  func initialSpread(temperature: Float) -> Float
}

extension NoiseSchedule: ReverseDiffusion {
  func trainingStep(_ t: Int) -> Int { t }

  func initialSpread(temperature: Float) -> Float { 1 }

  func reverse(_ t: Int, temperature: Float) -> ReverseStep {
    ReverseStep(
      scale: 1 / alphas[t].squareRoot(),
      share: (1 - alphas[t]) / (1 - alphaHats[t]).squareRoot(),
      spread: t > 0 ? temperature * betas[t].squareRoot() : nil)
  }
}

/// To [-1, 1], where actions are: after every step if the policy was trained so, and at the end;
/// NaN stays NaN.
func clip(_ x: Float) -> Float {
  x < -1 ? -1 : x > 1 ? 1 : x
}
