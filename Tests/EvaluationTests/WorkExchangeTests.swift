import Foundation
import IDQLThreads
import Testing

@testable import IDQLEvaluation

@Suite struct WorkExchangeTests {
  /// A lone thread that has nothing left has come to the end.
  @Test func aLoneThreadComesToTheEnd() {
    let exchange = WorkExchange<Int>()
    concurrently(5) { _ in
      exchange.join()
      #expect(exchange.take().isEmpty)
    }
  }

  @Test func nothingIsGivenWhileNobodyWaits() {
    let exchange = WorkExchange<Int>()
    exchange.join()
    exchange.join()
    var work = [1, 2, 3, 4, 5]
    exchange.relieve(&work)
    #expect(work == [1, 2, 3, 4, 5])
  }

  @Test func halfIsGivenToOneWhoWaits() {
    let exchange = WorkExchange<Int>()
    exchange.join()
    exchange.join()
    let taken = Locked<[Int]>([])
    withThread {
      let offer = exchange.take()
      taken.withLock { $0 = offer }
    } beside: {
      var (one, several) = ([9], [1, 2, 3, 4, 5])
      while several.count == 5 {
        exchange.relieve(&one)
        exchange.relieve(&several)
      }
      #expect(several == [1, 2, 3] && one == [9])
      // the other has some again, or is about to, so nobody waits
      exchange.relieve(&several)
      #expect(several == [1, 2, 3])
    }
    #expect(taken.withLock(\.self) == [4, 5])
  }

  /// A waiting thread is offered work once: a second call offers nothing, whether the thread has taken
  /// the first offer or not.
  @Test func aWaitingThreadIsOfferedWorkOnce() {
    var pending = 0
    for _ in 0..<200 {
      let exchange = WorkExchange<Int>()
      exchange.join()
      exchange.join()
      let taken = Locked<[Int]?>(nil)
      withThread {
        let offer = exchange.take()
        taken.withLock { $0 = offer }
      } beside: {
        var work = Array(0..<8)
        repeat {
          exchange.relieve(&work)
          exchange.relieve(&work)
        } while work.count == 8
        if taken.withLock({ $0 == nil }) { pending += 1 }
        #expect(work == [0, 1, 2, 3])
      }
      #expect(taken.withLock(\.self) == [4, 5, 6, 7])
    }
    // waking a thread takes longer than the two calls, by far unless a sanitizer watches: rounds of this kind came
    #expect(pending > 0)
  }

  @Test func closingEndsEveryWait() {
    let exchange = WorkExchange<Int>()
    for _ in 0..<5 { exchange.join() }
    withThread {
      #expect(exchange.take().isEmpty)
    } beside: {
      exchange.close()
    }
    #expect(exchange.take().isEmpty)
  }

  /// Work that begins with one thread is done once by somebody, whatever their number.
  @Test(arguments: [1, 2, 3, 8])
  func everythingIsDoneOnce(_ threads: Int) {
    let exchange = WorkExchange<(id: Int, left: Int)>()
    let done = Locked<[Int]>([])
    concurrently(threads) { thread in
      exchange.join()
      var work = thread == 0 ? (0..<100).map { (id: $0, left: 1 + $0 % 7 * 20) } : []
      while true {
        if work.isEmpty { work = exchange.take() }
        if work.isEmpty { break }
        for index in work.indices { work[index].left -= 1 }
        let ended = work.filter { $0.left == 0 }.map(\.id)
        done.withLock { $0 += ended }
        work.removeAll { $0.left == 0 }
        exchange.relieve(&work)
      }
    }
    #expect(done.withLock { $0.sorted() } == Array(0..<100))
  }

  /// `concurrently` promises no two threads at once.
  private func withThread(_ other: @escaping @Sendable () -> Void, beside body: () -> Void) {
    let hasEnded = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      other()
      hasEnded.signal()
    }
    body()
    hasEnded.wait()
  }
}
