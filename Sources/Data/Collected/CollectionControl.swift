import IDQLEnvs
import IDQLEvaluation

/// How a collection is executed. Nothing of it changes the result.
public struct CollectionControl {
  /// Number of threads.
  public var threads: Int
  /// Once set, the collection stops after the step at hand.
  public var cancellation: Cancellation
  /// Called after every step of the environments.
  public var onProgress: (CollectionProgress) -> Void

  /// - Parameters:
  ///   - threads: number of threads.
  ///   - cancellation: stops the collection.
  ///   - onProgress: called after every step of the environments.
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
  /// Soft actor-critic is trained.
  case training(Training)
  /// Iterations of the random search that are done, and all of them.
  case searching(iteration: Int, iterationCount: Int)
  /// Rows of a data set that are recorded, and all of them.
  case recording(name: String, row: Int, rowCount: Int)

  /// How far soft actor-critic has come.
  public struct Training: Sendable {
    /// Environment steps so far.
    public var step: Int
    /// Environment steps of the whole training.
    public var stepCount: Int
    /// Updates so far.
    public var updates: Int
    /// Rate since the last evaluation.
    public var updatesPerSecond: Double
    /// Of the last update; nil before the first one.
    public var report: SACReport?
  }
}

/// Attributes of a data file that record its origin.
func provenance(of environment: EnvironmentID, seed: UInt64) -> [(name: String, text: String)] {
  [
    ("environment", environment.description), ("physics", environment.defaultPhysics.name),
    ("seed", "\(seed)"),
    ("generator", "idql \(packageVersion) (\(ProgramIdentity.current.sourceRevision))"),
  ]
}
