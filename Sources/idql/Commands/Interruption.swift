import Foundation
import IDQLEvaluation

/// Set by the first Ctrl-C. At file scope because a signal handler can reach nothing else.
private let interruption = Cancellation()

/// Lets the first Ctrl-C ask for an early end, so that what is finished can still be reported; the
/// second one ends the program at once.
func cancellationOnInterrupt() -> Cancellation {
  // touched here, so that the handler finds it initialised: a handler may only read and write atomics
  let cancellation = interruption
  signal(SIGINT) { _ in
    if interruption.isCancelled { _exit(Failure.Status.interrupted.rawValue) }
    interruption.cancel()
  }
  // a program that was started from a thread that blocks signals would inherit that
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGINT)
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  return cancellation
}
