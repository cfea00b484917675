import IDQLEvaluation

/// The result of `idql bench intervals --json`.
struct CoverageDocument: Encodable {
  var studies, resamples: Int
  var seed: UInt64
  var intervals: [Coverage]
}
