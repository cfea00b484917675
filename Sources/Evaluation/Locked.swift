import IDQLThreads

/// A value that one thread at a time may access.
///
/// As `Synchronization.Mutex`, but on a lock that the thread sanitizer understands: on Linux it
/// reports every access that a `Mutex` protects as a race.
package final class Locked<Value: Sendable>: @unchecked Sendable {
  private var value: Value
  private let lock = Condition()

  package init(_ value: Value) { self.value = value }

  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock { try body(&value) }
  }
}
