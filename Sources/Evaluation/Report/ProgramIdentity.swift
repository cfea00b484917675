import Synchronization

/// Version of this package, which every result names.
public let packageVersion = "0.2.0"

/// What results record of the program that made them.
public struct ProgramIdentity: Sendable {
  /// Commit of the sources, with `-dirty` if they were changed; `unknown` unless the program sets
  /// it.
  public var sourceRevision: String

  /// - Parameter sourceRevision: commit of the program's sources.
  public init(sourceRevision: String) { self.sourceRevision = sourceRevision }

  /// That of this process; a program sets it once, before its first result.
  public static var current: ProgramIdentity {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }

  private static let stored = Mutex(ProgramIdentity(sourceRevision: "unknown"))
}
