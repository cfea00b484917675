import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLThreads

/// Computes futures on another thread. A question that has not been begun when a newer one comes is
/// dropped.
package final class FuturesWorker: Sendable {
  private struct Job: Sendable {
    let frame: EpisodeRecording.Frame
    let number: Int
    let agent: any DecidingPolicy
    let question: FuturesQuestion
  }
  private struct Contents: Sendable {
    var next: Job?
    var isBusy = false
    var answer: Result<Futures, any Error>?
  }

  /// Used by `work` only, of which one at most runs.
  nonisolated(unsafe) private let simulator: FuturesSimulator
  private let condition = Condition()
  /// Behind the condition's lock.
  nonisolated(unsafe) private var contents = Contents()

  package init(makeEnvironment: @escaping @Sendable () throws -> any Environment) {
    simulator = FuturesSimulator(makeEnvironment: makeEnvironment)
  }

  /// Asks for the futures of a frame, in place of any question that has not been begun.
  package func ask(
    _ frame: EpisodeRecording.Frame, number: Int, agent: any DecidingPolicy,
    question: FuturesQuestion
  ) {
    let starts = condition.withLock {
      contents.next = Job(frame: frame, number: number, agent: agent, question: question)
      defer { contents.isBusy = true }
      return !contents.isBusy
    }
    if starts { inBackground { self.work() } }
  }

  /// The newest answer, if it has not been taken yet.
  package func takeAnswer() -> Result<Futures, any Error>? {
    condition.withLock {
      defer { contents.answer = nil }
      return contents.answer
    }
  }

  /// Whether an answer is still to come or to be taken.
  package var isPending: Bool { condition.withLock { contents.isBusy || contents.answer != nil } }

  /// Waits until every question is answered.
  package func finish() {
    condition.withLock {
      while contents.isBusy { condition.wait() }
    }
  }

  private func work() {
    while true {
      let job = condition.withLock { () -> Job? in
        defer { contents.next = nil }
        contents.isBusy = contents.next != nil
        condition.broadcast()
        return contents.next
      }
      guard let job else { return }
      let answer = Result {
        try simulator.futures(
          of: job.frame, number: job.number, agent: job.agent, question: job.question)
      }
      condition.withLock { contents.answer = answer }
    }
  }
}
