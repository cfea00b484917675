#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension BinaryFloatingPoint {
  /// With so many digits after the point (C's `%.nf`): 71.20.
  package func text(decimals: Int) -> String { formatted("%.*f", decimals) }

  /// With at most so many significant digits (C's `%.ng`): 71.2, 0.00054, 1e-05.
  package func text(digits: Int) -> String { formatted("%.*g", digits) }

  /// With an exponent and so many digits after the point (C's `%.ne`): 7.1e+01.
  package func text(exponentDecimals: Int) -> String { formatted("%.*e", exponentDecimals) }

  /// By a format of C with a precision, with a point whatever the locale of the program is.
  private func formatted(_ format: String, _ precision: Int) -> String {
    let before = uselocale(plainLocale.locale)
    defer { uselocale(before) }
    return withVaList([Int32(clamping: precision), Double(self)]) { arguments in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400 + max(0, precision)) {
        // the largest number has 309 digits before its point
        let count = vsnprintf($0.baseAddress, $0.count, format, arguments)
        return String(
          decoding: UnsafeRawBufferPointer($0).prefix(max(0, min(Int(count), $0.count - 1))),
          as: UTF8.self)
      }
    }
  }
}

/// The locale of C programs that have not chosen another. A program that holds this library may have.
private let plainLocale = PlainLocale()

private struct PlainLocale: @unchecked Sendable {
  let locale = newlocale(LC_NUMERIC_MASK, "C", nil)
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
