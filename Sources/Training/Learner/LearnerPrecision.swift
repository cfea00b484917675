import CIDQLKernels
import IDQLAgent

/// In which numbers a learner multiplies.
public enum LearnerPrecision: String, Codable, CaseIterable, Sendable {
  /// Single precision.
  case float32
  /// Both factors of a product rounded to bfloat16, the upper half of a float, in the layers between the first
  /// and the last of score network, critic and value network, forward, backward and for the gradients of weights.
  /// Sums, weights, Adam's moments, averages, normalisation and losses stay in single precision.
  case bfloat16 = "bf16"

  /// Those that this processor multiplies, bfloat16 if that is faster.
  package static var supported: [LearnerPrecision] { allCases.filter { $0.obstacle == nil } }

  /// Why it cannot be had; nil if it can. Single precision is not measured for this.
  package var obstacle: String? {
    if self == .float32 { return nil }
    guard let set = RoundedProducts.current else { return "which does not multiply bfloat16" }
    return RoundedProducts.isFaster
      ? nil : "whose products in \(rawValue) (\(String(cString: set.name))) take no less time"
  }

  /// What multiplies, as results name it.
  package var arithmetic: Arithmetic {
    Arithmetic.current(for: self == .float32 ? .float32 : .bfloat16)
  }
}

/// Products of training in bfloat16.
enum RoundedProducts {
  /// Nil where the processor, or the kernels that were chosen, have no bfloat16 instructions.
  nonisolated(unsafe) static let current: idql_bfloat16_kernels? = bfloat16KernelsIfAny

  /// Whether a trial of layers was faster than in single precision.
  static let isFaster = current.map { BlockChoice.learning.isSlowerLearning(than: $0) } ?? false

  static func layer(
    _ rows: Int, _ x: idql_matrix, panels: Int, _ w: idql_matrix, outputPanels: Int,
    _ outcome: idql_outcome
  ) {
    var (x, w, outcome) = (x, w, outcome)
    withScratch(idql_layer_scratch(rows, panels)) { set, scratch in
      set.layer(rows, panels, outputPanels, &x, &w, &outcome, scratch)
    }
  }

  static func weightStep(
    _ rows: Int, _ x: idql_matrix, panels: Int, _ dy: idql_matrix, outputPanels: Int,
    _ parameters: idql_parameters, _ optimizer: idql_optimizer
  ) {
    var (x, dy, parameters, optimizer) = (x, dy, parameters, optimizer)
    withScratch(idql_weight_step_scratch(rows, panels)) { set, scratch in
      set.weight_step(rows, panels, outputPanels, &x, &dy, &parameters, &optimizer, scratch)
    }
  }

  private static func withScratch(
    _ bytes: Int, _ body: (idql_bfloat16_kernels, UnsafeMutableRawPointer) -> Void
  ) {
    guard let set = current else {
      preconditionFailure("rounded products on a processor without bfloat16")
    }
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { scratch in
      if let start = scratch.baseAddress { body(set, start) }
    }
  }
}
