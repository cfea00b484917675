#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a file that a model is made of cannot be read; for the end of a sentence.
struct UnreadableFile: Error, Equatable {
  var reason: String
}

/// Bytes that a file may have.
private let limit = 256 << 20

/// The bytes of a file, symbolic links followed.
///
/// - Parameter mustBeRegular: refuses what is not a plain file, such as a pipe that nobody writes to.
func bytesOfFile(
  at path: String, mustBeRegular: Bool = true
) throws(UnreadableFile) -> [UInt8] {
  // without O_NONBLOCK, opening a pipe would wait for its writer
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | (mustBeRegular ? O_NONBLOCK : 0))
  if descriptor < 0 {
    throw UnreadableFile(reason: "no such file, or no permission to read it")
  }
  defer { close(descriptor) }
  var status = stat()
  let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
  if kind == S_IFDIR || mustBeRegular && kind != S_IFREG {
    throw UnreadableFile(reason: "it is not a file")
  }

  var bytes: [UInt8] = []
  bytes.reserveCapacity(kind == S_IFREG ? min(Int(status.st_size), limit) + 1 : 0)
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    if count < 0 { throw UnreadableFile(reason: String(cString: strerror(errno))) }
    if count == 0 { return bytes }
    bytes += block[..<count]
    if bytes.count > limit {
      throw UnreadableFile(reason: "it is larger than \(limit >> 20) MiB")
    }
  }
}
