import IDQLSpelling

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Prints lines, which have been written when this returns: standard output is a file like any
/// other, and a disk that is full must not go unnoticed. Names from files that would act on a
/// terminal are spelt out.
///
/// - Throws: `FileError`.
package func printOut(_ text: String) throws {
  StatusLine.clear()
  let sink = FileSink(descriptor: STDOUT_FILENO, path: "standard output")
  try sink.write(text.printableLines + "\n")
}

/// Writes to standard error, as it is; if that cannot be done, there is nowhere to say so.
package func printError(_ text: String) {
  StatusLine.clear()
  try? FileSink(descriptor: STDERR_FILENO, path: "standard error").write(text)
}

/// Opens standard streams that the process was started without, for the next files to be opened
/// would take their places, and what is printed would end up in them. What is printed fails as
/// before.
package func fillStandardStreams() {
  for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
    // the lowest number that is free, and that is this one
    _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

extension FileError {
  /// Whether nobody reads any more what is written.
  package var isBrokenPipe: Bool { reason == String(cString: strerror(EPIPE)) }
}
