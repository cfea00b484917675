import IDQLSpelling

/// Any text must either be refused with one line, or give settings that read back to the same values
/// when they are written.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzTOML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }
  do {
    for entry in try TOMLDocument(text).entries {
      let written = "a = \(entry.value)"
      guard let again = try? TOMLDocument(written), again.entries.count == 1,
        // NaN is not equal to itself
        "\(again.entries[0].value)" == "\(entry.value)"
      else { fatalError("does not read back: \(written)") }
    }
  } catch {
    let line = "\(error)".printable
    precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
  }
  return 0
}
