import CIDQLKernels

/// What a layer does to each of its outputs.
package enum Activation: String, Sendable {
  case identity
  case relu
  /// x σ(x); also called SiLU.
  case swish
  /// x tanh(softplus x).
  case mish
  case tanh

  package var code: idql_activation {
    switch self {
    case .identity: idql_identity
    case .relu: idql_relu
    case .swish: idql_swish
    case .mish: idql_mish
    case .tanh: idql_tanh
    }
  }

  /// Applies the activation to `count` values in place.
  func apply(_ values: UnsafeMutablePointer<Float>, count: Int) {
    kernels.activate(count, code, values)
  }
}

/// The kernels for the best instruction set of this processor.
nonisolated(unsafe) package let kernels: idql_kernels = {
  guard let best = idql_kernels_at(0) else { preconditionFailure("no baseline kernels") }
  return best.pointee
}()

/// Name of the instruction set the networks run on: `avx512`, `avx2` or `baseline`.
package var kernelInstructionSet: String { String(cString: kernels.name) }
