extension Robot {
  /// D4RL's constants of the metric, the same for every dataset and version. They are to be used as
  /// they are: a random policy of today does not reproduce the minima of all robots.
  var referenceScore: ReferenceScore {
    let source = "D4RL, d4rl/infos.py, REF_MIN_SCORE and REF_MAX_SCORE"
    return switch self {
    case .hopper: ReferenceScore(minimum: -20.272305, maximum: 3234.3, source: source)
    case .walker2d: ReferenceScore(minimum: 1.629008, maximum: 4592.3, source: source)
    case .halfCheetah: ReferenceScore(minimum: -280.178953, maximum: 12135.0, source: source)
    case .ant: ReferenceScore(minimum: -325.6, maximum: 3879.7, source: source)
    }
  }
}
