/// The text of a document's file: UTF-8, UTF-16 behind a byte order mark, else ISO-8859-1. NUL bytes at the end, which
/// some writers leave, are no part of it.
///
/// MuJoCo takes the bytes as they are, whatever encoding the XML declaration names. What MJCF gives a meaning is ASCII;
/// other characters are in names and comments.
///
/// - Parameter mustBeRegular: refuses what is not a plain file, such as a pipe that nobody writes to.
func readDocument(at path: String, mustBeRegular: Bool = false) throws(MJCFError) -> String {
  let bytes: [UInt8]
  do { bytes = try bytesOfFile(at: path, mustBeRegular: mustBeRegular) } catch {
    throw .unreadable(path: path, reason: error.reason)
  }
  if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
    return try wideText(bytes, path)
  }
  let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
  return String(validating: bytes[..<end], as: UTF8.self)
    ?? String(String.UnicodeScalarView(bytes[..<end].map { Unicode.Scalar($0) }))
}

/// UTF-16 behind a byte order mark.
private func wideText(_ bytes: [UInt8], _ path: String) throws(MJCFError) -> String {
  let (high, low) = bytes[0] == 0xFF ? (1, 0) : (0, 1)
  // the last character of little-endian text has a NUL byte of its own
  let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
    UInt16(bytes[$0 + high]) << 8 | UInt16(bytes[$0 + low])
  }
  guard let text = String(validating: units, as: UTF16.self) else {
    throw .unreadable(path: path, reason: "its text is not UTF-16, although it begins so")
  }
  return String(text.prefix { $0 != "\0" })
}
