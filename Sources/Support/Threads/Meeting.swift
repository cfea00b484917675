/// Where a thread waits for another: awake for about as long as it takes to be woken, then asleep.
///
/// Threads that share small pieces of work meet thousands of times a second, and would otherwise
/// spend much of it falling asleep and waking up.
final class Meeting: Sendable {
  private let condition = Condition()

  /// - Parameter isOver: reads what the other thread writes before it calls `announce`.
  func wait(until isOver: () -> Bool) {
    for _ in 0..<looksBeforeSleep where isOver() { return }
    condition.withLock {
      while !isOver() { condition.wait() }
    }
  }

  /// Wakes those that wait, after what they wait for has become true.
  func announce() { condition.withLock { condition.broadcast() } }
}

/// Some twenty microseconds.
private let looksBeforeSleep = 20_000
