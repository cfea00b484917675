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
  public enum Operation: String, Sendable {
    case open, read, create, write
    case replace
  }

  public var path: String
  public var operation: Operation
  public var reason: String

  public init(path: String, _ operation: Operation, reason: String) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }

  /// Takes the reason from `errno`, so make it the first thing after the failed call.
  init(path: String, _ operation: Operation) {
    self.init(path: path, operation, reason: String(cString: strerror(errno)))
  }

  public var description: String {
    "\(path): cannot \(operation.rawValue) the file: \(reason)."
  }
}
