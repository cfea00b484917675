import IDQLDatasets

/// Any bytes must either be refused with one line, or give arrays that can be read whole.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzNumPyArchive(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let archive = try NumPyArchive(bytes: bytes, named: "fuzz")
    for column in archive.columns {
      let shape = try archive.shape(column)
      let values = try archive.doubles(column)
      precondition(values.count == shape.reduce(1, *))
    }
  } catch {
    let line = String(describing: error)
    precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
  }
  return 0
}
