import IDQLDatasets

/// Any bytes must either be refused with one line, or give arrays that can be read whole.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzHDF5File(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let file = try HDF5File(bytes: bytes, named: "fuzz")
    for column in file.columns {
      do {
        let shape = try file.shape(column)
        let values = try file.doubles(column)
        precondition(values.count == shape.reduce(1, *))
      } catch {
        requireOneLine(error)
      }
    }
  } catch {
    requireOneLine(error)
  }
  return 0
}

private func requireOneLine(_ error: any Error) {
  let line = String(describing: error)
  precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
}
