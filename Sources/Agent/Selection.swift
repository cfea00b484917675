#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension IDQLOptions {
  /// Whether the rule consumes a draw.
  var selectionIsRandom: Bool { rule != .argmax }

  /// Chooses among candidate actions.
  ///
  /// - Parameters:
  ///   - q: each candidate's Q, the smaller of the heads.
  ///   - value: V of the observation.
  ///   - draw: uniform in [0, 1); unused by `argmax`.
  func select(q: [Float], value: Float, draw: Double) -> Int {
    let weights =
      switch rule {
      case .argmax: [Double]()
      case .implicit: implicitWeights(q.map { Double($0) - Double(value) })
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

  /// Weights |f'(u)| / |u| of the objective f at the advantage u = Q - V (IDQL §4, with f' scaled
  /// by ½ for the expectile).
  ///
  /// Differs from the reference, which divides by the signed advantage for the quantile and so can
  /// arrive at negative probabilities.
  func implicitWeights(_ advantages: [Double]) -> [Double] {
    let parameter = criticParameter
    // an advantage of exactly zero would weigh infinitely much under the quantile rule
    let smallest = 1e-12
    switch criticObjective {
    case .expectile:
      return advantages.map { $0 > 0 ? parameter : 1 - parameter }
    case .quantile:
      return advantages.map { ($0 > 0 ? parameter : 1 - parameter) / max(abs($0), smallest) }
    case .exponential:
      // f(u) = exp(αu) - αu, so |f'(u)| / |u| = α |exp(αu) - 1| / |u|, which is α² at zero. A
      // factor common to all weights keeps the exponentials finite and changes nothing.
      let shift = max(0, (advantages.max() ?? 0) * parameter)
      return advantages.map { u in
        let x = parameter * u
        if abs(x) < smallest { return parameter * parameter * exp(-shift) }
        let slope = x < 30 ? abs(expm1(x)) * exp(-shift) : exp(x - shift)
        return parameter * slope / abs(u)
      }
    }
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
