import IDQLThreads
import Synchronization

/// Runs `task(0)`, …, `task(count - 1)` on up to `threads` threads, and returns when all are done.
///
/// The threads of tasks depend on timing, so tasks must not depend on each other.
package func runTasks(_ count: Int, threads: Int, _ task: @Sendable (Int) -> Void) {
  if threads == 1 {
    for index in 0..<count { task(index) }
    return
  }
  let next = Atomic(0)
  concurrently(min(threads, count)) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      task(index)
    }
  }
}
