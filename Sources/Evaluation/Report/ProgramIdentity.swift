import Synchronization

/// Of this package; every result names it.
public let packageVersion = "0.2.0"

/// What results say of the program that made them.
public struct ProgramIdentity: Sendable {
  /// Commit of the sources, with `-dirty` if they were changed; `unknown` unless the program said it.
  public var sourceRevision: String

  public init(sourceRevision: String) { self.sourceRevision = sourceRevision }

  /// Of this process; a program sets it once, before its first result.
  public static var current: ProgramIdentity {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }

  private static let stored = Mutex(ProgramIdentity(sourceRevision: "unknown"))
}
