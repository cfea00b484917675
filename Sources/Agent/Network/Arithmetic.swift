/// How the networks' kernels round. All kernels with a fused multiply-add give the same bits, and all
/// without it give other ones; the physics is the same everywhere.
package enum Arithmetic: String, Codable, Sendable {
  /// A product and a sum are rounded once.
  case fused
  /// Each is rounded.
  case separate

  /// Of the kernels that this process uses.
  package static var current: Arithmetic { NetworkKernels.current.isFused ? .fused : .separate }
}
