import CIDQLKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a layer does to each of its outputs.
package enum Activation: String, Sendable {
  case identity
  case relu
  /// x σ(x); also called SiLU.
  case swish
  /// x tanh(softplus x).
  case mish
  case tanh
  /// x Φ(x), with the error function (PyTorch's default).
  case gelu
  /// x Φ(x), with Φ by a hyperbolic tangent (JAX's default).
  case geluTanh
  /// x, or exp(x) - 1 below zero.
  case elu
  /// x, or x / 100 below zero.
  case leakyReLU

  /// Of those that learning and the score network need; the others are computed afterwards.
  package var code: idql_activation {
    switch self {
    case .relu: idql_relu
    case .swish: idql_swish
    case .mish: idql_mish
    case .tanh: idql_tanh
    case .identity, .gelu, .geluTanh, .elu, .leakyReLU: idql_identity
    }
  }

  /// Applies the activation to `count` values in place.
  func apply(_ values: UnsafeMutablePointer<Float>, count: Int) {
    guard let function = afterwards else { return kernels.activate(count, code, values) }
    for index in 0..<count { values[index] = function(values[index]) }
  }

  /// One number's, if no kernel computes it.
  var afterwards: ((Float) -> Float)? {
    switch self {
    case .identity, .relu, .swish, .mish, .tanh: nil
    case .gelu: { 0.5 * $0 * (1 + erff($0 * Float(0.5).squareRoot())) }
    case .geluTanh:
      { 0.5 * $0 * (1 + tanhf((2 / Float.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
    case .elu: { $0 > 0 ? $0 : expm1f($0) }
    case .leakyReLU: { $0 > 0 ? $0 : 0.01 * $0 }
    }
  }
}
