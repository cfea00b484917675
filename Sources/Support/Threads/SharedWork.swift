import Synchronization

/// Numbered pieces of work, each done by whichever thread comes first.
final class SharedWork: Sendable {
  private let count: Int
  private let next = Atomic(0)
  /// Threads at work, the owner among them. Once it is 0 nobody joins any more.
  private let participants = Atomic(1)
  private let hasEnded = Meeting()
  /// Nil after the end: a thread that comes late must not keep what the closure holds.
  nonisolated(unsafe) private var body: (@Sendable (Int) -> Void)?

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = body
  }

  /// Does a share of the work, unless it has ended.
  func join() {
    var present = participants.load(ordering: .relaxed)
    while true {
      if present == 0 { return }
      let (hasJoined, found) = participants.weakCompareExchange(
        expected: present, desired: present + 1, ordering: .acquiring)
      if hasJoined { break }
      present = found
    }
    takePart()
    leave()
  }

  /// Does the owner's share, and waits for the others'.
  func finish() {
    takePart()
    leave()
    hasEnded.wait { participants.load(ordering: .acquiring) == 0 }
    body = nil
  }

  @inline(never)
  private func takePart() {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body?(index)
    }
  }

  private func leave() {
    if participants.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
      hasEnded.announce()
    }
  }
}
