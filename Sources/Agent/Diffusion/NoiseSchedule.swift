#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The noise of each diffusion step: beta_t, alpha_t = 1 - beta_t, and the running product
/// alpha_hat_t of the alphas (Ho, Jain, Abbeel 2020, §2).
public struct NoiseSchedule: Equatable, Sendable {
  /// The published schedules.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Discretised variance-preserving process, b_min 0.1, b_max 10 (Xiao, Kreis, Vahdat 2022).
    case vp
    /// Nichol and Dhariwal 2021, §3.2, with s = 0.008.
    case cosine
    /// 1e-4 to 2e-2 in equal steps.
    case linear
  }

  /// Length steps, as the others: variance of the noise that a step adds.
  package let betas: [Float]
  /// 1 - beta_t.
  package let alphas: [Float]
  /// Products of alpha_0 … alpha_t.
  package let alphaHats: [Float]

  /// A schedule of so many steps (T), at least 1.
  package init(_ kind: Kind, steps: Int) {
    // rounded where the networks' training rounded: beta to 32 bits first, everything else from it
    let betas: [Float] =
      switch kind {
      case .vp: (0..<steps).map { Float(Self.vp($0, steps)) }
      case .cosine: (0..<steps).map { Float(Self.cosine($0, steps)) }
      case .linear: (0..<steps).map { Float(Self.linear($0, steps)) }
      }
    self.init(betas: betas)
  }

  /// The schedule of these betas, each between 0 and 1.
  init(betas: [Float]) {
    let alphas = betas.map { 1 - $0 }
    var product: Float = 1
    self.betas = betas
    self.alphas = alphas
    alphaHats = alphas.map { alpha in
      product *= alpha
      return product
    }
  }

  /// T.
  package var steps: Int { betas.count }

  private static func vp(_ index: Int, _ steps: Int) -> Double {
    let (low, high) = (0.1, 10.0)
    let (i, count) = (Double(index + 1), Double(steps))
    return 1 - exp(-low / count - 0.5 * (high - low) * (2 * i - 1) / (count * count))
  }

  private static func cosine(_ index: Int, _ steps: Int) -> Double {
    let s = 0.008
    func level(_ i: Int) -> Double {
      let t = Double(i) / Double(steps)
      let c = cos((t + s) / (1 + s) * .pi / 2)
      return c * c
    }
    return min(max(1 - level(index + 1) / level(index), 0), 0.999)
  }

  private static func linear(_ index: Int, _ steps: Int) -> Double {
    let (low, high) = (1e-4, 2e-2)
    return steps == 1 ? low : low + (high - low) * Double(index) / Double(steps - 1)
  }
}
