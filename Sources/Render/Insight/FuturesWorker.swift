import Dispatch
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation

/// Tells futures beside the drawing: the newest question is answered, those it overtook are not.
public final class FuturesWorker: Sendable {
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

  /// Touched by the queue alone.
  nonisolated(unsafe) private let teller: FutureTeller
  private let queue = DispatchQueue(label: "futures", qos: .utility)
  private let contents = Locked(Contents())

  public init(makeEnvironment: @escaping @Sendable () throws -> any Environment) {
    teller = FutureTeller(makeEnvironment: makeEnvironment)
  }

  /// Asks for the futures of a frame, in place of any question that has not been begun.
  public func ask(
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

  /// The newest answer, once.
  public func takeAnswer() -> Result<Futures, any Error>? {
    contents.withLock { contents in
      defer { contents.answer = nil }
      return contents.answer
    }
  }

  /// Waits until every question is answered.
  public func finish() { queue.sync {} }

  private func work() {
    while true {
      let job = contents.withLock { contents -> Job? in
        defer { contents.next = nil }
        contents.isBusy = contents.next != nil
        return contents.next
      }
      guard let job else { return }
      let answer = Result {
        try teller.futures(
          of: job.frame, number: job.number, agent: job.agent, question: job.question)
      }
      contents.withLock { $0.answer = answer }
    }
  }
}
