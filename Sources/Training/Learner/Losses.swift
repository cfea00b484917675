import IDQLAgent

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension LearnerConfiguration {
  /// The value network's loss at u = Q - V, and its derivative with respect to u (IDQL, §4).
  func valueLoss(_ u: Float) -> (loss: Float, slope: Float) {
    let weight = Float(u < 0 ? 1 - criticParameter : criticParameter)
    switch criticObjective {
    case .expectile:
      return (weight * u * u, 2 * weight * u)
    case .quantile:
      return (weight * abs(u), u == 0 ? 0 : weight * (u < 0 ? -1 : 1))
    case .exponential:
      // the exponential is a constant to the gradient, as the reference has it
      let slope = expf(min(u * Float(criticParameter), logf(6))) - 1
      return (slope * u, slope)
    }
  }

  /// How much a transition of advantage A = min Q - V counts in the actor's loss.
  func actorWeight(advantage: Float) -> Float {
    switch actorObjective {
    case .behaviourCloning: 1
    case .softAdvantage: Float(advantage > 0 ? criticParameter : 1 - criticParameter)
    case .hardAdvantage: advantage >= -0.01 ? 1 : 0
    case .exponentialAdvantage: min(expf(3 * advantage), 100)
    }
  }

  /// The actor's rate at its step `count`, from 0: half a cosine from `actorRate` to 0 (Loshchilov
  /// and Hutter 2017, without restarts).
  func actorRate(step count: Int) -> Float {
    let progress = Float(min(count, actorDecaySteps)) / Float(actorDecaySteps)
    // Float.pi is rounded towards zero, π as the reference has it is not
    return Float(actorRate) * (0.5 * (1 + cosf(Float(Double.pi) * progress)))
  }
}
