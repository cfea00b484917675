import Foundation

/// The regularised incomplete beta function I_x(a, b), with `complement` = 1 - x: the distribution function of
/// the beta distribution, and so of Student's t and of the binomial.
func regularizedIncompleteBeta(
  x: Double, complement: Double, a: Double, b: Double
) -> Double {
  guard x > 0 else { return 0 }
  guard complement > 0 else { return 1 }
  // the fraction converges fast below the mean; above it, use I_x(a, b) = 1 - I_(1-x)(b, a)
  if x > (a + 1) / (a + b + 2) {
    return 1 - regularizedIncompleteBeta(x: complement, complement: x, a: b, b: a)
  }
  let logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Foundation.log(x)
    + b * Foundation.log(complement)
  return Foundation.exp(logFront) / (a * betaFraction(x: x, a: a, b: b))
}

/// The continued fraction 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, by the modified Lentz method.
private func betaFraction(x: Double, a: Double, b: Double) -> Double {
  let tiny = 1e-300
  var fraction = 1.0
  var numerator = 1.0
  var denominator = 0.0
  for step in 1...10_000 {
    let m = Double(step / 2)
    let coefficient =
      step.isMultiple(of: 2)
      ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    denominator = 1 + coefficient * denominator
    numerator = 1 + coefficient / numerator
    if abs(denominator) < tiny { denominator = tiny }
    if abs(numerator) < tiny { numerator = tiny }
    denominator = 1 / denominator
    let change = numerator * denominator
    fraction *= change
    if abs(change - 1) < 1e-16 { break }
  }
  return fraction
}

private func logGamma(_ x: Double) -> Double { Foundation.lgamma(x) }

/// The x with I_x(a, b) = probability, by bisection to the last bit.
///
/// - Precondition: 0 ≤ probability ≤ 1, a > 0 and b > 0.
func betaQuantile(_ probability: Double, a: Double, b: Double) -> Double {
  precondition((0...1).contains(probability) && a > 0 && b > 0)
  var lower = 0.0
  var upper = 1.0
  while true {
    let middle = lower + (upper - lower) / 2
    guard middle > lower, middle < upper else { return middle }
    let below = regularizedIncompleteBeta(x: middle, complement: 1 - middle, a: a, b: b)
    if below < probability { lower = middle } else { upper = middle }
  }
}
