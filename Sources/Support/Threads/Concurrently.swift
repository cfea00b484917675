/// Runs `body(0)`, …, `body(count - 1)`, and returns when all have ended.
///
/// The calling thread takes part, and is joined by as many others as there are further processor
/// cores and indices. Where the system starts no thread, fewer take more of the indices each, in the
/// end the calling thread all of them one after the other: a body may wait for another one only if
/// that one is known to have begun.
package func concurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
  ThreadPool.shared.concurrently(count, body)
}

/// Runs `work` on another thread, or before returning where the system starts none.
package func inBackground(_ work: @escaping @Sendable () -> Void) {
  if !ThreadPool.shared.hand(work) { work() }
}

extension ThreadPool {
  func concurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let work = SharedWork(count, body)
      for _ in 1..<min(count, max(processorCount, 1)) {
        guard hand({ work.join() }) else { break }
      }
      work.finish()
    }
  }
}
