import Dispatch
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation

/// Computes futures on a thread of its own. A question that has not been begun when a newer one
/// comes is dropped.
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

  /// Used by the queue only.
  nonisolated(unsafe) private let simulator: FuturesSimulator
  private let queue = DispatchQueue(label: "futures", qos: .utility)
  private let contents = Locked(Contents())

  package init(makeEnvironment: @escaping @Sendable () throws -> any Environment) {
    simulator = FuturesSimulator(makeEnvironment: makeEnvironment)
  }

  /// Asks for the futures of a frame, in place of any question that has not been begun.
  package func ask(
    _ frame: EpisodeRecording.Frame, number: Int, agent: any DecidingPolicy,
    question: FuturesQuestion
  ) {
    let starts = contents.withLock { contents in
      contents.next = Job(frame: frame, number: number, agent: agent, question: question)
      defer { contents.isBusy = true }
      return !contents.isBusy
    }
    if starts { queue.async { self.work() } }
  }

  /// The newest answer, if it has not been taken yet.
  package func takeAnswer() -> Result<Futures, any Error>? {
    contents.withLock { contents in
      defer { contents.answer = nil }
      return contents.answer
    }
  }

  /// Waits until every question is answered.
  package func finish() { queue.sync {} }

  private func work() {
    while true {
      let job = contents.withLock { contents -> Job? in
        defer { contents.next = nil }
        contents.isBusy = contents.next != nil
        return contents.next
      }
      guard let job else { return }
      let answer = Result {
        try simulator.futures(
          of: job.frame, number: job.number, agent: job.agent, question: job.question)
      }
      contents.withLock { $0.answer = answer }
    }
  }
}
