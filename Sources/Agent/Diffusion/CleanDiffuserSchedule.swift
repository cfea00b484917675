#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The diffusion of CleanDiffuser's IDQL (`DiscreteDiffusionSDE`, solver `ddpm`): a_t = α_t a + σ_t z at
/// T times in (0, 1] under the cosine schedule of Nichol and Dhariwal 2021, of which the sampler visits
/// S + 1, the first and the last among them.
///
/// All of it in 32 bits and in the library's order: α is 0.008 at the last time, the difference of
/// numbers near 1, and rounding otherwise would show in the third digit of an action.
struct CleanDiffuserSchedule: ReverseDiffusion, Equatable {
  /// T, of the training.
  let trainingSteps: Int
  /// Length S + 1, as the others: which of the T times.
  private let visits: [Int]
  private let alphas: [Float]
  private let sigmas: [Float]
  /// Deviation of the noise that the step from each time to the one before adds.
  private let deviations: [Float]

  /// Both at least 1.
  init(trainingSteps: Int, samplingSteps: Int) {
    self.trainingSteps = trainingSteps
    visits = (0...samplingSteps).map { i in
      // PyTorch's linspace counts from the nearer end
      let step = Double(trainingSteps - 1) / Double(samplingSteps)
      return Int(
        i < (samplingSteps + 1) / 2
          ? step * Double(i) : Double(trainingSteps - 1) - step * Double(samplingSteps - i))
    }
    let levels = (0..<trainingSteps).map { Self.level($0, of: trainingSteps) }
    alphas = visits.map { levels[$0] }
    sigmas = alphas.map { (1 - $0 * $0).squareRoot() }
    deviations = visits.indices.map { [alphas, sigmas] i in
      if i == 0 { return 0 }
      let ratio = alphas[i] / alphas[i - 1]
      return sigmas[i - 1] / sigmas[i] * (1 - ratio * ratio).squareRoot()
    }
  }

  private static func level(_ index: Int, of count: Int) -> Float {
    let (first, s): (Float, Double) = (1e-3, 0.008)
    let step = (1 - first) / Float(max(count - 1, 1))
    let time =
      index < count / 2 || count == 1
      ? first + step * Float(index) : 1 - step * Float(count - 1 - index)
    let angle = Float(Double.pi / 2) * (min(time, 0.9946) + Float(s)) / Float(1 + s)
    return cosf(angle) / Float(cos(Double.pi / 2 * s / (1 + s)))
  }

  var steps: Int { visits.count - 1 }

  func trainingStep(_ t: Int) -> Int { visits[t + 1] }

  /// The temperature scales the noise that sampling begins with, and not that of the steps.
  func initialSpread(temperature: Float) -> Float { temperature }

  func reverse(_ t: Int, temperature: Float) -> ReverseStep {
    let i = t + 1
    let rest = sigmas[i - 1] * sigmas[i - 1] - deviations[i] * deviations[i] + 1e-8
    return ReverseStep(
      scale: alphas[i - 1] / alphas[i], share: sigmas[i], spread: t > 0 ? deviations[i] : nil,
      remainder: rest.squareRoot(),
      bound: ReverseStep.Bound(signal: alphas[i], spread: sigmas[i]))
  }
}
