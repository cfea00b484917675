#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Another program that reads what is written to it.
///
/// As Foundation's `Process`, without the rest of Foundation, which a library for other languages would
/// have to carry.
final class ChildProgram {
  /// How it ended.
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  private let process: pid_t
  /// The end of the pipe that is written to; -1 once it is closed.
  private var input: Int32
  private var ending: Ending?

  /// - Parameters:
  ///   - path: of the program.
  ///   - arguments: without its name.
  ///   - output: open for writing.
  ///   - complaints: likewise.
  /// - Returns: nil if it cannot be started.
  init?(path: String, arguments: [String], output: Int32, complaints: Int32) {
    // not inherited by any other program that is started meanwhile, which would keep the pipe open
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (from, to) in [(ends[0], 0), (output, 1), (complaints, 2)] {
      posix_spawn_file_actions_adddup2(&actions, from, Int32(to))
    }
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var started: pid_t = 0
    let status = posix_spawn(&started, path, &actions, nil, &words, environ)
    close(ends[0])
    guard status == 0 else {
      close(ends[1])
      return nil
    }
    (process, input) = (started, ends[1])
  }

  /// - Returns: false if it no longer reads. SIGPIPE must be ignored.
  func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        #if canImport(Darwin)
          let count = Darwin.write(input, part.baseAddress, part.count)
        #elseif canImport(Musl)
          let count = Musl.write(input, part.baseAddress, part.count)
        #else
          let count = Glibc.write(input, part.baseAddress, part.count)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  /// Ends what it reads.
  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Waits for its end.
  @discardableResult func wait() -> Ending {
    if let ending { return ending }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    let ending = signal == 0 ? Ending.exit(status >> 8 & 0xFF) : .signal(signal)
    self.ending = ending
    return ending
  }

  /// Ends it at once, unless it has ended.
  func kill() {
    if ending != nil { return }
    #if canImport(Darwin)
      _ = Darwin.kill(process, SIGKILL)
    #elseif canImport(Musl)
      _ = Musl.kill(process, SIGKILL)
    #else
      _ = Glibc.kill(process, SIGKILL)
    #endif
  }

  deinit { closeInput() }
}
