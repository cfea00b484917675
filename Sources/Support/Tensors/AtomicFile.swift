/// Writes a file that appears under its name complete or not at all, even across a power cut: a
/// temporary file beside it is filled, flushed to the disk and renamed, then the folder is flushed.
///
/// After an error nothing is left behind and a file that was there before is untouched.
///
/// - Returns: what `fill` returns.
@discardableResult
package func writeFileAtomically<Value>(
  to path: String, _ fill: (FileSink) throws -> Value
) throws -> Value {
  let file = try PartialFile(for: path)
  let value: Value
  do { value = try fill(file.sink) } catch {
    file.discard()
    throw error
  }
  try file.commit()
  return value
}

/// Writes a text file, whole or not at all.
package func writeFileAtomically(_ text: String, to path: String) throws {
  try writeFileAtomically(to: path) { try $0.write(text) }
}

/// Finds out early whether `writeFileAtomically` could write there now: before hours of work whose
/// result would have no place to go. Leaves no trace.
package func requireWritable(_ path: String) throws(FileError) {
  try PartialFile(for: path).discard()
}
