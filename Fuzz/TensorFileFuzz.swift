import IDQLTensors

/// Any bytes must either be refused with one line, or give tensors that can be read whole.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzTensorFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let file = try TensorFile(bytes: bytes, named: "fuzz")
    for name in file.names {
      // memory is bounded by the file: at most one byte becomes one double
      let values = try file.doubles(name).values
      let shape = try file.sharedFloats(name).shape
      precondition(values.count == shape.reduce(1, *))
      if try !file.elementType(name).isFloatingPoint { _ = try file.integers(name) }
    }
  } catch {
    let line = String(describing: error)
    precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
  }
  return 0
}
