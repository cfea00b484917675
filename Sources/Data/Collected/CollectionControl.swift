import IDQLEnvs
import IDQLEvaluation

/// How a collection runs, which has no say in its outcome.
public struct CollectionControl {
  public var threads: Int
  /// Once set, the collection stops after the step at hand.
  public var cancellation: Cancellation
  /// Called after every step of the environments.
  public var onProgress: (CollectionProgress) -> Void

  public init(
    threads: Int, cancellation: Cancellation = Cancellation(),
    onProgress: @escaping (CollectionProgress) -> Void = { _ in }
  ) {
    self.threads = threads
    self.cancellation = cancellation
    self.onProgress = onProgress
  }
}

/// How far a collection has come.
public enum CollectionProgress: Sendable {
  case training(Training)
  case searching(iteration: Int, iterationCount: Int)
  case recording(name: String, row: Int, rowCount: Int)

  public struct Training: Sendable {
    /// Environment steps.
    public var step: Int
    public var stepCount: Int
    public var updates: Int
    public var updatesPerSecond: Double
    /// Nil before the first update.
    public var report: SACReport?
  }
}

/// Texts on a file's origin.
func provenance(of environment: EnvironmentID, seed: UInt64) -> [(name: String, text: String)] {
  [
    ("environment", environment.description), ("physics", environment.defaultPhysics.name),
    ("seed", "\(seed)"),
    ("generator", "idql \(packageVersion) (\(ProgramIdentity.current.sourceRevision))"),
  ]
}
