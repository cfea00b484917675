import Foundation
import Synchronization

/// Threads that have once been started, and wait for more work when they have done theirs.
///
/// In place of libdispatch, which waits for ever where the system refuses it a thread (limits of
/// processes or of address space).
final class ThreadPool: Sendable {
  static let shared: ThreadPool = {
    let pool = ThreadPool()
    // only the thread that forks goes on in the new process: the others are forgotten there, so that nobody
    // hands work to them
    pthread_atfork(
      { ThreadPool.shared.lock.lock() }, { ThreadPool.shared.lock.unlock() },
      {
        ThreadPool.shared.idle = []
        ThreadPool.shared.lock.unlock()
      })
    return pool
  }()

  let processorCount: Int
  private let startThread: @Sendable (Helper) -> Bool
  private let lock = Condition()
  /// The one that became free last is the first to be used again: it may still be awake.
  nonisolated(unsafe) private var idle: [Helper] = []

  /// - Parameters:
  ///   - processorCount: threads that can run at once.
  ///   - startThread: starts a thread that runs the helper; false if it cannot.
  init(
    processorCount: Int = ProcessInfo.processInfo.activeProcessorCount,
    startThread: @escaping @Sendable (Helper) -> Bool = { $0.startThread() }
  ) {
    self.processorCount = processorCount
    self.startThread = startThread
  }

  /// Threads that wait for work.
  var idleCount: Int { lock.withLock { idle.count } }

  /// Has a thread do the work.
  ///
  /// - Returns: false if there is no thread for it.
  func hand(_ work: @escaping @Sendable () -> Void) -> Bool {
    if let helper = lock.withLock({ idle.popLast() }) {
      helper.begin(work)
      return true
    }
    let helper = Helper { [self] helper in lock.withLock { idle.append(helper) } }
    helper.begin(work)
    return startThread(helper)
  }
}

/// What one thread of a pool does: one piece of work after the other.
final class Helper: Sendable {
  private let hasWork = Atomic(false)
  private let becomesBusy = Meeting()
  private let onIdle: @Sendable (Helper) -> Void
  /// Written while `hasWork` is false, read while it is true.
  nonisolated(unsafe) private var work: (@Sendable () -> Void)?

  /// - Parameter onIdle: called when there is room for more work.
  init(onIdle: @escaping @Sendable (Helper) -> Void) { self.onIdle = onIdle }

  func begin(_ work: @escaping @Sendable () -> Void) {
    self.work = work
    hasWork.store(true, ordering: .releasing)
    becomesBusy.announce()
  }

  private func run() -> Never {
    while true {
      becomesBusy.wait { hasWork.load(ordering: .acquiring) }
      work?()
      work = nil
      hasWork.store(false, ordering: .relaxed)
      onIdle(self)
    }
  }

  /// - Returns: false if the system refuses.
  func startThread() -> Bool {
    // signals are for the threads that the pool did not start, save those of a thread's own faults
    var (signals, before) = (sigset_t(), sigset_t())
    sigfillset(&signals)
    for fault in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS] {
      sigdelset(&signals, fault)
    }
    pthread_sigmask(SIG_SETMASK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let helper = Unmanaged.passRetained(self)
    let status = pthread_create(&thread, nil, { runHelper($0) }, helper.toOpaque())
    guard status == 0 else {
      helper.release()
      return false
    }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
    return true
  }

  fileprivate static func run(_ opaque: UnsafeRawPointer) -> Never {
    Unmanaged<Helper>.fromOpaque(opaque).takeRetainedValue().run()
  }
}

/// Start of a thread, whose argument is optional on some systems only.
private func runHelper(_ helper: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  helper.map { Helper.run($0) }
}
