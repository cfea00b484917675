import Foundation
import Synchronization
import Testing

@testable import IDQLThreads

@Suite struct ThreadPoolTests {
  /// How often each index was run.
  private final class Counts: Sendable {
    private let counts: [Box]
    private final class Box: Sendable { let value = Atomic(0) }

    init(_ count: Int) { counts = (0..<count).map { _ in Box() } }
    func add(_ index: Int) { counts[index].value.add(1, ordering: .relaxed) }
    var all: [Int] { counts.map { $0.value.load(ordering: .relaxed) } }
  }

  @Test(arguments: [0, 1, 2, 3, 7, 1000])
  func runsEveryIndexOnce(_ count: Int) {
    let counts = Counts(count)
    concurrently(count) { counts.add($0) }
    #expect(counts.all == Array(repeating: 1, count: count))
  }

  /// Many short meetings, each of which sees what the one before has written.
  @Test func everyMeetingEndsTheOneBefore() {
    let pool = ThreadPool(processorCount: 4)
    nonisolated(unsafe) let cells = UnsafeMutablePointer<Int>.allocate(capacity: 4)
    defer { cells.deallocate() }
    cells.initialize(repeating: 0, count: 4)
    for round in 0..<5000 {
      pool.concurrently(4) { index in
        // each reads nothing but its own, which another thread may have written before
        cells[index] += cells[index] == round ? 1 : 1_000_000
      }
    }
    #expect((0..<4).allSatisfy { cells[$0] == 5000 })
  }

  @Test func callsNestAndComeFromSeveralThreads() {
    let counts = Counts(6 * 5 * 4)
    concurrently(6) { outer in
      concurrently(5) { middle in
        concurrently(4) { inner in counts.add((outer * 5 + middle) * 4 + inner) }
      }
    }
    #expect(counts.all.allSatisfy { $0 == 1 })
  }

  /// Two bodies that wait for each other end only if they run at once.
  @Test func otherThreadsTakePart() {
    let pool = ThreadPool(processorCount: 2)
    let arrived = Atomic(0)
    pool.concurrently(2) { _ in
      arrived.add(1, ordering: .relaxed)
      while arrived.load(ordering: .relaxed) < 2 { sched_yield() }
    }
    #expect(arrived.load(ordering: .relaxed) == 2)
  }

  @Test func threadsAreUsedAgain() {
    let started = Atomic(0)
    let pool = ThreadPool(processorCount: 3) {
      started.add(1, ordering: .relaxed)
      return $0.startThread()
    }
    for _ in 0..<200 {
      // the helpers have ended before the next meeting, for they wait for each other
      let arrived = Atomic(0)
      pool.concurrently(3) { _ in
        arrived.add(1, ordering: .relaxed)
        while arrived.load(ordering: .relaxed) < 3 { sched_yield() }
      }
      while pool.idleCount < started.load(ordering: .relaxed) { sched_yield() }
    }
    #expect(started.load(ordering: .relaxed) == 2)
  }

  @Test(arguments: [0, 1])
  func fewerThreadsDoAllOfTheWork(_ allowed: Int) {
    let started = Atomic(0)
    let pool = ThreadPool(processorCount: 8) {
      started.add(1, ordering: .relaxed).oldValue < allowed && $0.startThread()
    }
    for _ in 0..<50 {
      let counts = Counts(100)
      pool.concurrently(100) { counts.add($0) }
      #expect(counts.all.allSatisfy { $0 == 1 })
    }
    #expect(started.load(ordering: .relaxed) > allowed)
  }

  @Test func withoutThreadsTheCallerRunsAllInOrder() {
    let pool = ThreadPool(processorCount: 8) { _ in false }
    nonisolated(unsafe) var order: [Int] = []
    pool.concurrently(5) { order.append($0) }
    #expect(order == [0, 1, 2, 3, 4])
    #expect(!pool.hand {})
  }

  @Test func backgroundWorkRunsElsewhere() {
    let done = Flag()
    inBackground { done.raise() }
    done.wait()
  }

  private final class Flag: Sendable {
    private let condition = NSCondition()
    private let isRaised = Atomic(false)
    func raise() {
      condition.withLock {
        isRaised.store(true, ordering: .relaxed)
        condition.broadcast()
      }
    }
    func wait() {
      condition.withLock { while !isRaised.load(ordering: .relaxed) { condition.wait() } }
    }
  }
}
