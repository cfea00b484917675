import CIDQLKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019), and the rate
/// of the moving average that follows each step.
package struct Optimizer {
  var rate: Float
  var weightDecay: Float
  var averageRate: Double
  /// The step to be taken, from 1.
  var step: Int

  private static let (firstDecay, secondDecay, epsilon) = (0.9, 0.999, 1e-8)

  package init(rate: Float, weightDecay: Float, averageRate: Double, step: Int) {
    self.rate = rate
    self.weightDecay = weightDecay
    self.averageRate = averageRate
    self.step = step
  }

  package var kernel: idql_optimizer {
    // the complements are rounded where the reference rounds them: 1 - 0.999 in 32 bits is off by
    // 1e-5 of itself
    let (first, second) = (Float(Self.firstDecay), Float(Self.secondDecay))
    return idql_optimizer(
      rate: rate, weight_decay: weightDecay, first_decay: first,
      first_share: Float(1 - Self.firstDecay), first_correction: 1 / (1 - powf(first, Float(step))),
      second_decay: second, second_share: Float(1 - Self.secondDecay),
      second_correction: 1 / (1 - powf(second, Float(step))), epsilon: Float(Self.epsilon),
      target_rate: Float(averageRate), target_rest: Float(1 - averageRate))
  }
}

extension LearnerConfiguration.Actor {
  /// The rate at step `count`, from 0: half a cosine from `learningRate` to 0 (Loshchilov and Hutter
  /// 2017, without restarts).
  func learningRate(step count: Int) -> Float {
    let progress = Float(min(count, decaySteps)) / Float(decaySteps)
    // Float.pi is rounded towards zero, π as the reference has it is not
    return Float(learningRate) * (0.5 * (1 + cosf(Float(Double.pi) * progress)))
  }
}
