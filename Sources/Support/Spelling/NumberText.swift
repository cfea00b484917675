import Foundation

extension BinaryFloatingPoint {
  /// With so many digits after the point (C's `%.nf`): 71.20.
  package func text(decimals: Int) -> String { String(format: "%.\(decimals)f", Double(self)) }

  /// With at most so many significant digits (C's `%.ng`): 71.2, 0.00054, 1e-05.
  package func text(digits: Int) -> String { String(format: "%.\(digits)g", Double(self)) }

  /// With an exponent and so many digits after the point (C's `%.ne`): 7.1e+01.
  package func text(exponentDecimals: Int) -> String {
    String(format: "%.\(exponentDecimals)e", Double(self))
  }
}

extension Double {
  /// The shortest decimal number that reads back to the same bits, whole numbers without a point: 71.2, 3.
  package var shortText: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The nearest number with so many digits after the point, of two the one farther from zero. Its shortest
  /// text has no zeros at the end: 71.2.
  package func rounded(decimals: Int) -> Double {
    let scale = pow(10, Double(decimals))
    let scaled = self * scale
    // a number so large has no digits after the point
    return scaled.isFinite ? scaled.rounded() / scale : self
  }
}
