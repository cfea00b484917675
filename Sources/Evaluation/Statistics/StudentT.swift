/// Quantile of Student's t distribution.
///
/// Found by bisection of the distribution function, to about the last bit: a report needs only a
/// few.
///
/// - Precondition: 0 < probability < 1 and degreesOfFreedom > 0.
package func studentTQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
  precondition(probability > 0 && probability < 1 && degreesOfFreedom > 0)
  if probability < 0.5 {
    return -studentTQuantile(1 - probability, degreesOfFreedom: degreesOfFreedom)
  }
  let tail = 1 - probability
  var lower = 0.0
  var upper = 1.0
  while upperTail(upper, degreesOfFreedom) > tail {
    lower = upper
    upper *= 2
  }
  while true {
    let middle = lower + (upper - lower) / 2
    guard middle > lower, middle < upper else { return middle }
    if upperTail(middle, degreesOfFreedom) > tail { lower = middle } else { upper = middle }
  }
}

/// Probability that a Student t variable exceeds t ≥ 0: half of I_x(ν/2, 1/2) with x = ν / (ν + t²)
/// (Abramowitz and Stegun, 26.7.1).
private func upperTail(_ t: Double, _ degreesOfFreedom: Double) -> Double {
  // 1 - x is formed directly: near t = 0 the difference would lose every digit
  let square = t * t
  let total = degreesOfFreedom + square
  return 0.5
    * regularizedIncompleteBeta(
      x: degreesOfFreedom / total, complement: square / total, a: degreesOfFreedom / 2, b: 0.5)
}
