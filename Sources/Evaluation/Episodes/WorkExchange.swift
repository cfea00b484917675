import Foundation

/// Where a thread that has run out of work gets half of what another one is in the midst of.
///
/// Every thread calls `join` when it begins, `relieve` from time to time while it has work, and `take`
/// once it has none. Nobody waits for threads that have not joined, for they may never begin.
final class WorkExchange<Work>: @unchecked Sendable {
  private let condition = NSCondition()
  private var threadCount = 0
  private var offers: [[Work]] = []
  private var waitingCount = 0
  private var isClosed = false

  func join() { condition.withLock { threadCount += 1 } }

  /// Takes away half of the work if a thread waits for it.
  func relieve(_ work: inout [Work]) {
    condition.withLock {
      guard work.count > 1, waitingCount > offers.count else { return }
      let kept = (work.count + 1) / 2
      offers.append(Array(work[kept...]))
      work.removeSubrange(kept...)
      condition.signal()
    }
  }

  /// Waits for work. There is none if all threads have come to wait for it, or after `close`: then the
  /// caller has left.
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

  /// Sends home those that wait, and whoever will come to wait.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
