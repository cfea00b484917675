import IDQLThreads

/// Work sharing: a thread that has run out of work gets half of another thread's.
///
/// Every thread calls `join` when it begins, `relieve` from time to time while it has work, and
/// `take` once it has none. No thread waits for one that has not joined, for it may never begin.
final class WorkExchange<Work>: @unchecked Sendable {
  private let condition = Condition()
  private var threadCount = 0
  private var offers: [[Work]] = []
  private var waitingCount = 0
  private var isClosed = false

  func join() { condition.withLock { threadCount += 1 } }

  /// Removes half of the work and offers it, if a thread waits for work.
  func relieve(_ work: inout [Work]) {
    condition.withLock {
      guard work.count > 1, waitingCount > offers.count else { return }
      let kept = (work.count + 1) / 2
      offers.append(Array(work[kept...]))
      work.removeSubrange(kept...)
      condition.signal()
    }
  }

  /// Waits for work.
  ///
  /// - Returns: nothing once all joined threads wait, or after `close`; the caller then no longer
  ///   counts as joined.
  func take() -> [Work] {
    condition.withLock {
      waitingCount += 1
      defer { waitingCount -= 1 }
      while offers.isEmpty, waitingCount < threadCount, !isClosed { condition.wait() }
      guard let offer = offers.popLast() else {
        threadCount -= 1
        condition.broadcast()
        return []
      }
      return offer
    }
  }

  /// Ends all present and future waits.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
