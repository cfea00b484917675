#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The operating system refused a file operation. The description is one line with the path and the
/// system's own reason.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The operation that failed.
  package enum Operation: String, Sendable {
    case open, read, create, write
    case replace
  }

  /// The file that the operation was on.
  public var path: String
  package var operation: Operation
  /// The system's words, without a full stop.
  package var reason: String

  package init(path: String, _ operation: Operation, reason: String) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }

  /// Takes the reason from `errno`, so make it the first thing after the failed call.
  init(path: String, _ operation: Operation) {
    self.init(path: path, operation, reason: String(cString: strerror(errno)))
  }

  /// One line: the path, the operation and the system's reason.
  public var description: String {
    "\(path): cannot \(operation.rawValue) the file: \(reason)."
  }
}
