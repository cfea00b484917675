import CIDQLKernels
import IDQLTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which instructions compute networks.
///
/// Those with fused multiply-adds all give the same bits, and so do those without; between the two
/// results differ by rounding. Nothing else depends on them.
public struct NetworkKernels: Codable, Equatable, Sendable {
  /// `avx512`, `avx2` or `baseline`.
  public var name: String
  /// Whether a multiplication and the addition after it are rounded once, as one operation.
  public var isFused: Bool

  enum CodingKeys: String, CodingKey {
    case name
    case isFused = "fused"
  }

  /// Those of this process: the ones that the environment variable `IDQL_KERNELS` names, else the
  /// fastest of the processor.
  public static var current: NetworkKernels { NetworkKernels(kernels) }

  /// Those that this processor can run, fastest first.
  public static var supported: [NetworkKernels] { kernelSets.map(NetworkKernels.init) }

  private init(_ set: idql_kernels) {
    name = String(cString: set.name)
    isFused = set.is_fused
  }

  /// `avx512, fused multiply-add`.
  package var text: String {
    "\(name), \(isFused ? "fused multiply-add" : "multiplication and addition rounded apart")"
  }

  /// - Throws: `NetworkKernelsError` if `IDQL_KERNELS` names none that this processor can run.
  package static func requireChoice() throws(NetworkKernelsError) { _ = try chosenKernels.get() }

  /// - Parameter name: nil or empty for the fastest.
  static func choose(_ name: String?) throws(NetworkKernelsError) -> idql_kernels {
    let sets = kernelSets
    guard let name, !name.isEmpty else { return sets[0] }
    guard let set = sets.first(where: { String(cString: $0.name) == name }) else {
      throw NetworkKernelsError(found: name)
    }
    return set
  }
}

/// The environment variable `IDQL_KERNELS` names no kernels that this processor can run.
public struct NetworkKernelsError: Error, Equatable, CustomStringConvertible {
  /// The variable's value.
  public var found: String

  /// One line: what was found, and what would be accepted.
  public var description: String {
    "IDQL_KERNELS is \(quoted(found)), but this processor computes networks with "
      + NetworkKernels.supported.map { quoted($0.name) }.joined(separator: ", ") + "."
  }
}

private var kernelSets: [idql_kernels] {
  let sets = (0..<3).compactMap { idql_kernels_at($0)?.pointee }
  precondition(!sets.isEmpty, "no baseline kernels")
  return sets
}

nonisolated(unsafe) private let chosenKernels = Result { () throws(NetworkKernelsError) in
  try NetworkKernels.choose(getenv("IDQL_KERNELS").map { String(cString: $0) })
}

/// The inner loops of networks. A program that has not called `NetworkKernels.requireChoice`, nor
/// read a policy, ends here if they were chosen wrongly.
nonisolated(unsafe) package let kernels: idql_kernels = {
  switch chosenKernels {
  case .success(let kernels): kernels
  case .failure(let error): fatalError("\(error)")
  }
}()
