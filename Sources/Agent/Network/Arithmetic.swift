/// How networks round, as a word of results: results of two arithmetics differ in the last bits, and so in scores. The
/// physics is the same everywhere.
package struct Arithmetic: RawRepresentable, Codable, Equatable, Sendable {
  /// `fused` where a product and a sum are rounded once, else `separate`; in bfloat16 also with what, as in
  /// `fused, bf16 by amx`.
  package var rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// `fused` or `separate`.
  package var rounding: String { String(rawValue.prefix { $0 != "," }) }

  /// A product and a sum are rounded once.
  package static let fused = Arithmetic(rawValue: "fused")
  /// Each is rounded.
  package static let separate = Arithmetic(rawValue: "separate")

  /// Of the kernels that this process uses.
  package static func current(for precision: Precision?) -> Arithmetic {
    let rounding = NetworkKernels.current.isFused ? fused : separate
    guard let precision, precision != .float32, let choice = BFloat16Choice.current else {
      return rounding
    }
    return Arithmetic(rawValue: "\(rounding.rawValue), \(precision.rawValue) by \(choice.name)")
  }
}
