import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The names of this process's temporary files, where a signal handler can find them.
package enum TemporaryNames {
  private typealias Slot = Atomic<UnsafeMutablePointer<CChar>?>

  /// Files beyond these are not removed by a signal, but by whoever writes to their folder next.
  private static let count = 64
  private nonisolated(unsafe) static let slots: UnsafeMutablePointer<Slot> = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    for index in 0..<count { (slots + index).initialize(to: Slot(nil)) }
    return slots
  }()

  /// - Returns: the place of the name; nil if there is none left.
  static func add(_ name: String) -> Int? {
    let copy = strdup(name)
    for index in 0..<count
    where slots[index].compareExchange(expected: nil, desired: copy, ordering: .releasing).exchanged
    {
      return index
    }
    free(copy)
    return nil
  }

  static func remove(_ slot: Int?) {
    guard let slot else { return }
    // whoever takes the name out owns it
    free(slots[slot].exchange(nil, ordering: .acquiring))
  }

  /// Removes every temporary file, as the last thing a process does. A signal handler may call this
  /// once it has been called outside of one.
  package static func removeAll() {
    for index in 0..<count {
      if let name = slots[index].exchange(nil, ordering: .acquiring) { unlink(name) }
    }
  }
}
