import CIDQLHDF5
import Foundation
import IDQLTensors

/// Writes columns by their paths, compressed as in D4RL's files: chunks of rows, shuffled, gzip.
final class HDF5Writer {
  private let path: String
  private let file: hid_t
  /// Whether arrays are cut into chunks and packed.
  var isPacked = true

  /// The library keeps global state and is not safe for threads.
  private static let lock = NSLock()

  private static let chunkRows = 4096
  private static let compression: UInt32 = 4

  /// Writes the file that `fill` makes; it appears complete or not at all.
  ///
  /// HDF5 builds it in memory, compressed: the library cannot write into a file that is already
  /// open, and does not report a full disk properly.
  static func write(to path: String, _ fill: (HDF5Writer) throws -> Void) throws {
    let image = try lock.withLock { try makeImage(for: path, fill) }
    try writeFileAtomically(to: path) { sink in try image.withUnsafeBytes { try sink.write($0) } }
  }

  private static func makeImage(
    for path: String, _ fill: (HDF5Writer) throws -> Void
  ) throws -> [UInt8] {
    idql_silence()
    let access = H5Pcreate(idql_file_access())
    defer { H5Pclose(access) }
    // in memory, growing by mebibytes, without a file
    H5Pset_fapl_core(access, 1 << 20, false)
    let file = idql_create(path, access)
    guard file >= 0 else { throw FileError(path: path, .create, reason: "HDF5 gave up") }
    defer { H5Fclose(file) }
    try fill(HDF5Writer(path: path, file: file))

    let failure = FileError(path: path, .write, reason: "HDF5 gave up")
    guard H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 else { throw failure }
    let count = H5Fget_file_image(file, nil, 0)
    guard count > 0 else { throw failure }
    var image = [UInt8](repeating: 0, count: count)
    guard H5Fget_file_image(file, &image, count) == count else { throw failure }
    return image
  }

  private init(path: String, file: hid_t) {
    self.path = path
    self.file = file
  }

  func write(_ column: String, _ values: [Float], shape: [Int]) throws {
    try create(column, type: idql_little_float(), shape) { array in
      values.withUnsafeBytes { H5Dwrite(array, idql_native_float(), 0, 0, 0, $0.baseAddress) }
    }
  }

  /// With 32 bits if these hold every number, else with 64.
  func write(wide column: String, _ values: [Double], shape: [Int]) throws {
    let narrow = values.map { Float($0) }
    if zip(values, narrow).allSatisfy({ $0 == Double($1) || $0.isNaN }) {
      return try write(column, narrow, shape: shape)
    }
    try create(column, type: idql_little_double(), shape) { array in
      values.withUnsafeBytes { H5Dwrite(array, idql_native_double(), 0, 0, 0, $0.baseAddress) }
    }
  }

  /// As h5py writes NumPy's bool, so that Python reads it as one.
  func write(_ column: String, _ flags: [Bool]) throws {
    let type = H5Tenum_create(idql_little_int8())
    defer { H5Tclose(type) }
    for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
      withUnsafePointer(to: value) { _ = H5Tenum_insert(type, name, $0) }
    }
    let bytes = flags.map { Int8($0 ? 1 : 0) }
    try create(column, type: type, [flags.count]) { array in
      bytes.withUnsafeBytes { H5Dwrite(array, type, 0, 0, 0, $0.baseAddress) }
    }
  }

  /// An attribute of the whole file, UTF-8, of variable length, as h5py writes a `str`.
  func write(attribute name: String, _ text: String) throws {
    let type = H5Tcopy(idql_c_string())
    let space = H5Screate(H5S_SCALAR)
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    H5Tset_size(type, idql_variable_length())
    H5Tset_cset(type, H5T_CSET_UTF8)
    let attribute = H5Acreate2(file, name, type, space, 0, 0)
    defer { H5Aclose(attribute) }
    let status = text.withCString { bytes in
      withUnsafePointer(to: bytes) { H5Awrite(attribute, type, $0) }
    }
    guard attribute >= 0, status >= 0 else { throw failed }
  }

  private var failed: FileError { FileError(path: path, .write, reason: "HDF5 gave up") }

  private func create(
    _ column: String, type: hid_t, _ shape: [Int], _ write: (hid_t) -> herr_t
  ) throws {
    let lengths = shape.map { hsize_t($0) }
    let space = H5Screate_simple(Int32(shape.count), lengths, nil)
    let creation = H5Pcreate(idql_dataset_creation())
    let links = H5Pcreate(idql_link_creation())
    defer {
      H5Sclose(space)
      H5Pclose(creation)
      H5Pclose(links)
    }
    // no times of creation: the same rows give the same bytes
    H5Pset_obj_track_times(creation, false)
    // infos/qpos makes the group infos
    H5Pset_create_intermediate_group(links, 1)
    // an array without elements cannot be cut into chunks
    if shape[0] > 0, isPacked {
      let chunk = [hsize_t(min(shape[0], Self.chunkRows))] + lengths.dropFirst()
      H5Pset_chunk(creation, Int32(chunk.count), chunk)
      H5Pset_shuffle(creation)
      H5Pset_deflate(creation, Self.compression)
    }
    let array = H5Dcreate2(file, column, type, space, links, creation, 0)
    defer { H5Dclose(array) }
    guard array >= 0, shape[0] == 0 || write(array) >= 0 else { throw failed }
  }
}
