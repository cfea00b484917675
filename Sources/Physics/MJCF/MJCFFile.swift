/// The text of a document's file: UTF-8, UTF-16 behind a byte order mark, or the encoding that its XML
/// declaration names. NUL bytes at the end, which some writers leave, are no part of it.
///
/// - Parameter mustBeRegular: refuses what is not a plain file, such as a pipe that nobody writes to.
func readDocument(at path: String, mustBeRegular: Bool = false) throws(MJCFError) -> String {
  let bytes: [UInt8]
  do { bytes = try bytesOfFile(at: path, mustBeRegular: mustBeRegular) } catch {
    throw .unreadable(path: path, reason: error.reason)
  }
  let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
  return try decode(bytes, through: end, path)
}

private func decode(
  _ bytes: [UInt8], through end: Int, _ path: String
) throws(MJCFError) -> String {
  if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
    let (high, low) = bytes[0] == 0xFF ? (1, 0) : (0, 1)
    // the last character of little-endian text has a NUL byte of its own
    var units: [UInt16] = []
    for at in stride(from: 2, to: bytes.count - 1, by: 2) {
      units.append(UInt16(bytes[at + high]) << 8 | UInt16(bytes[at + low]))
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw .unreadable(path: path, reason: "its text is not UTF-16, although it begins so")
    }
    return String(text.prefix { $0 != "\0" })
  }
  let content = bytes[..<end]
  let encoding = declaredEncoding(content)
  switch encoding?.lowercased() {
  case nil, "utf-8", "utf8", "us-ascii", "ascii":
    guard let text = String(validating: content, as: UTF8.self) else {
      throw .unreadable(path: path, reason: "its text is not UTF-8")
    }
    return text
  case "iso-8859-1", "iso_8859-1", "latin1", "latin-1":
    return String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
  default:
    throw .unreadable(
      path: path,
      reason:
        "its encoding is '\(shortened(encoding ?? ""))'; UTF-8, UTF-16 and ISO-8859-1 are read")
  }
}

/// The encoding that `<?xml version="1.0" encoding="…"?>` names.
private func declaredEncoding(_ bytes: ArraySlice<UInt8>) -> String? {
  // names of encodings are ASCII
  let head = String(decoding: bytes.prefix(200), as: Unicode.ASCII.self)
  guard head.hasPrefix("<?xml"), let close = head.firstRange(of: "?>"),
    let key = head[..<close.lowerBound].firstRange(of: "encoding")
  else { return nil }
  let value = head[key.upperBound..<close.lowerBound].drop { $0 == " " || $0 == "=" }
  guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
  return String(value.dropFirst().prefix { $0 != quote })
}
