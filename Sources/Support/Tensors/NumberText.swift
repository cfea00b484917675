import Foundation

extension BinaryFloatingPoint {
  /// With so many digits after the point (C's `%.nf`): 71.20.
  package func text(decimals: Int) -> String { String(format: "%.\(decimals)f", Double(self)) }

  /// With at most so many significant digits (C's `%.ng`): 71.2, 0.00054, 1e-05.
  package func text(digits: Int) -> String { String(format: "%.\(digits)g", Double(self)) }
}

extension Double {
  /// The nearest number with so many digits after the point, of two the one farther from zero. Its shortest
  /// text has no zeros at the end: 71.2.
  package func rounded(decimals: Int) -> Double {
    let scale = pow(10, Double(decimals))
    return (self * scale).rounded() / scale
  }
}
