import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The last line of a terminal that standard error goes to, drawn over again while work goes on.
///
/// Whatever else is printed takes it away first, so that nobody who prints has to know of it.
package enum StatusLine {
  private static let isShown = Atomic(false)

  /// Columns of the terminal: what it says, else the variable COLUMNS, else 80.
  package static var width: Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return getenv("COLUMNS").flatMap { Int(String(cString: $0)) }.map { max(1, $0) } ?? 80
  }

  /// Draws the line, cut to what fits: one that is wrapped could not be drawn over.
  package static func show(_ text: String) {
    // in the last column some terminals wrap already; what a longer line left is cleared
    write("\r\(text.prefix(width - 1))\u{1B}[K")
    isShown.store(true, ordering: .relaxed)
  }

  /// Takes the line away, if one is there.
  package static func clear() {
    if takeShown() { write("\r\u{1B}[K") }
  }

  /// Whether a line is there, which the caller will take away; also for a signal's handler.
  package static func takeShown() -> Bool { isShown.exchange(false, ordering: .relaxed) }

  private static func write(_ text: String) {
    try? FileSink(descriptor: STDERR_FILENO, path: "standard error").write(text)
  }
}
