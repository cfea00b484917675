import IDQLTensors

/// Where `--json` says that standard output takes the JSON, and no text.
private let standardOutput = "-"

/// Hands over a result: as JSON where that is asked for, as text on standard output.
///
/// Files come first: they must not be lost because somebody closed a terminal or a pipe. Nor is the text lost because
/// a disk is full.
///
/// - Parameters:
///   - path: of the JSON; nil for none, `-` for standard output, which has no text then.
///   - document: the JSON, with a line break at its end.
///   - text: for a terminal; what else it writes on its way is written in any case.
/// - Throws: `FileError`, and what the two throw.
func deliver(
  json path: String?, _ document: @autoclosure () throws -> String, text: () throws -> String
) throws {
  if path == standardOutput {
    _ = try text()
    return try printOut(String(try document().dropLast()))
  }
  let writing = Result { if let path { try writeFileAtomically(document(), to: path) } }
  try printOut(text())
  try writing.get()
}

/// Whether an output is no file.
func isStandardOutput(_ option: String, _ path: String) -> Bool {
  option == "--json" && path == standardOutput
}
