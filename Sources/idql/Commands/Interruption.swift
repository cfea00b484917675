import Foundation
import IDQLEvaluation
import IDQLTensors
import Synchronization

// what a signal handler can reach: only what is global, initialised and atomic
private let firstSignal = Atomic<Int32>(0)
private let isAwaited = Atomic(false)
private let interruption = Cancellation()

/// The signals that ask a process to end: of a person, a batch system, a terminal that is closed.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// From here on a signal removes temporary files, says one line, and ends the process with the
  /// status 128 + its number; once a command awaits it, it asks that command for an early end. A
  /// limit on the size of files is an error like a full disk, and so is a reader who went away.
  static func watch() {
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    // touched here, so that the handler finds them initialised
    TemporaryNames.removeAll()
    _ = (
      interruption.isCancelled, isAwaited.load(ordering: .relaxed), status,
      StatusLine.takeShown()
    )
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals {
      // nohup has a closed terminal ignored; a shell has its background processes ignore Ctrl-C,
      // but one that is sent on purpose should count
      let before = signal(number, handle)
      if number == SIGHUP, isIgnore(before) { signal(number, SIG_IGN) }
      sigaddset(&set, number)
    }
    // a program that was started from a thread that blocks signals would inherit that
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Lets the first signal ask for an early end, so that what is finished is not lost. A second
  /// Ctrl-C ends the program at once; the others are often sent twice, to a process and to its
  /// group.
  static func awaited() -> Cancellation {
    isAwaited.store(true, ordering: .relaxed)
    return interruption
  }

  /// 128 + the number of the signal that came, as shells report it.
  static var status: Failure.Status {
    switch firstSignal.load(ordering: .relaxed) {
    case SIGTERM: .terminated
    case SIGHUP: .hungUp
    default: .interrupted
    }
  }

  private static func isIgnore(_ handler: sighandler_t?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

private func handle(_ number: Int32) {
  let isFirst = firstSignal.compareExchange(
    expected: 0, desired: number, ordering: .relaxed
  ).exchanged
  if isAwaited.load(ordering: .relaxed), isFirst || number != SIGINT {
    interruption.cancel()
    return
  }
  TemporaryNames.removeAll()
  if StatusLine.takeShown() {
    let clearing: StaticString = "\r\u{1B}[K"
    _ = write(STDERR_FILENO, clearing.utf8Start, clearing.utf8CodeUnitCount)
  }
  let line: StaticString =
    switch number {
    case SIGTERM: "idql: terminated before anything was finished.\n"
    case SIGHUP: "idql: hung up before anything was finished.\n"
    default: "idql: interrupted before anything was finished.\n"
    }
  _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
  _exit(128 + number)
}
