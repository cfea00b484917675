import CIDQLHDF5
import Foundation
import IDQLTensors

/// Columns of an HDF5 file, read one at a time.
///
/// The library keeps global state and is not safe for threads, so every call to it holds one lock.
/// A file that was cut short is always refused. Flipped bits in the description of a column can
/// crash versions before 2.0: 7 of 1,400 random changes caused a bad access in 1.10.8.
final class HDF5File: ColumnFile {
  let name: String
  /// Paths of all arrays: `observations`, `infos/qpos`.
  private(set) var columns: [String] = []
  private let file: hid_t
  private let byteCount: Int

  static let lock = NSRecursiveLock()

  /// - Throws: `FileError` if there is no such file, `DatasetError.notHDF5`.
  init(contentsOf path: String) throws {
    // mapped first because the library does not say why a file cannot be opened
    byteCount = try ByteStorage(mapping: path).bytes.count
    name = path
    file = Self.lock.withLock {
      idql_silence()
      return idql_open_readonly(path)
    }
    guard file >= 0 else { throw DatasetError(file: path, .notHDF5) }
    try Self.lock.withLock { columns = try arrays(under: "").sorted() }
  }

  deinit {
    if file >= 0 { _ = Self.lock.withLock { H5Fclose(file) } }
  }

  /// Names in the group `prefix`, which is empty or ends in a slash, and in the groups inside.
  private func arrays(under prefix: String, depth: Int = 0) throws -> [String] {
    let group = H5Gopen2(file, prefix.isEmpty ? "/" : prefix, 0)
    defer { H5Gclose(group) }
    var information = H5G_info_t()
    guard group >= 0, H5Gget_info(group, &information) >= 0 else {
      throw damaged(prefix.isEmpty ? "the root group" : "group \(quoted(prefix))")
    }
    var found: [String] = []
    for index in 0..<information.nlinks {
      let length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, 0)
      guard length > 0, length < 4096 else { throw damaged("a name in group \(quoted(prefix))") }
      var bytes = [CChar](repeating: 0, count: length + 1)
      H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &bytes, length + 1, 0)
      let path =
        prefix + String(decoding: bytes.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)

      let object = H5Oopen(file, path, 0)
      guard object >= 0 else { throw damaged(quoted(path)) }
      let kind = H5Iget_type(object)
      H5Oclose(object)
      if kind == H5I_DATASET { found.append(path) }
      // a link may form a cycle
      if kind == H5I_GROUP, depth < 4 { found += try arrays(under: path + "/", depth: depth + 1) }
    }
    return found
  }

  func shape(_ column: String) throws -> [Int] {
    try withArray(column) { _, shape in shape }
  }

  func floats(_ column: String) throws -> [Float] {
    try numbers(column, as: idql_native_float(), zero: 0)
  }

  func doubles(_ column: String) throws -> [Double] {
    try numbers(column, as: idql_native_double(), zero: 0)
  }

  func flags(_ column: String) throws -> [Bool] {
    let isEnumeration = try withArray(column) { array, _ in
      let type = H5Dget_type(array)
      defer { H5Tclose(type) }
      // h5py stores NumPy's bool so
      return H5Tget_class(type) == H5T_ENUM && H5Tget_size(type) == 1
    }
    guard isEnumeration else { return try floats(column).map { $0 != 0 } }
    return try withArray(column) { array, shape in
      let type = H5Dget_type(array)
      defer { H5Tclose(type) }
      let bytes: [Int8] = try read(array, shape, as: type, zero: 0, column)
      return bytes.map { $0 != 0 }
    }
  }

  private func numbers<Number>(
    _ column: String, as type: hid_t, zero: Number
  ) throws -> [Number] {
    try withArray(column) { array, shape in
      let stored = H5Dget_type(array)
      defer { H5Tclose(stored) }
      let kind = H5Tget_class(stored)
      guard kind == H5T_FLOAT || kind == H5T_INTEGER else {
        throw DatasetError(
          file: name,
          .elementType(
            column: column, found: Self.names[kind.rawValue] ?? "no numbers", expected: "numbers"))
      }
      return try read(array, shape, as: type, zero: zero, column)
    }
  }

  private static let names: [Int32: String] = [
    H5T_STRING.rawValue: "text", H5T_COMPOUND.rawValue: "compounds", H5T_ENUM.rawValue: "booleans",
    H5T_REFERENCE.rawValue: "references", H5T_OPAQUE.rawValue: "opaque data",
    H5T_VLEN.rawValue: "lists of various lengths", H5T_ARRAY.rawValue: "arrays",
  ]

  private func read<Number>(
    _ array: hid_t, _ shape: [Int], as type: hid_t, zero: Number, _ column: String
  ) throws -> [Number] {
    let count = try elementCount(array, shape, column)
    if count == 0 { return [] }
    return try [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: zero)
      initialized = count
      guard H5Dread(array, type, 0, 0, 0, buffer.baseAddress) >= 0 else {
        throw damaged("column \(quoted(column))")
      }
    }
  }

  /// Refuses shapes that the file cannot hold, which a damaged header may claim: deflate expands a
  /// byte to at most 1032.
  private func elementCount(_ array: hid_t, _ shape: [Int], _ column: String) throws -> Int {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      count = overflow ? .max : product
      if length == 0 { return 0 }
    }
    if count / 1032 > byteCount {
      throw DatasetError(
        file: name, .tooManyElements(column: column, shape: shape, byteCount: byteCount))
    }
    return count
  }

  private func withArray<Result>(
    _ column: String, _ body: (hid_t, [Int]) throws -> Result
  ) throws -> Result {
    guard contains(column) else { throw missing(column) }
    return try Self.lock.withLock {
      let array = H5Dopen2(file, column, 0)
      defer { H5Dclose(array) }
      let space = H5Dget_space(array)
      defer { H5Sclose(space) }
      let rank = Int(H5Sget_simple_extent_ndims(space))
      guard array >= 0, space >= 0, rank >= 0 else { throw damaged("column \(quoted(column))") }
      var lengths = [hsize_t](repeating: 0, count: max(rank, 1))
      H5Sget_simple_extent_dims(space, &lengths, nil)
      return try body(array, lengths.prefix(rank).map { Int(clamping: $0) })
    }
  }

  private func damaged(_ part: String) -> DatasetError {
    DatasetError(file: name, .damaged(part: part, reason: "the HDF5 library finds it damaged"))
  }
}
