import IDQLTensors

/// The arrays of a group of an HDF5 file and of the groups inside, read one at a time.
package final class HDF5File: RowFile {
  package let name: String
  /// Paths of all arrays, sorted: `observations`, `infos/qpos`.
  package let columns: [String]
  /// Arrays that cannot be read and links that lead nowhere: why, by path.
  package let unreadable: [String: String]
  private let storage: HDF5Storage
  private let arrays: [String: HDF5Array]
  /// Of columns that are read by rows, where their parts lie.
  private var chunks: [String: [HDF5Chunk]] = [:]

  /// - Throws: `FileError` if there is no such file, `DatasetError`.
  convenience init(contentsOf path: String) throws {
    try self.init(HDF5Storage(DataFile(path)))
  }

  /// The same checks on bytes in memory.
  package convenience init(bytes: [UInt8], named name: String) throws {
    try self.init(HDF5Storage(DataFile(bytes: bytes, named: name)))
  }

  /// - Parameters:
  ///   - group: address of the group's object header; that of the root if left out.
  ///   - prefix: its path, with which the names of columns begin; it ends in a slash.
  init(_ storage: HDF5Storage, group: Int? = nil, prefix: String = "") throws {
    self.storage = storage
    name = storage.name
    var listing = Listing(storage)
    do {
      try listing.addGroup(at: group ?? storage.root, under: prefix)
    } catch let fault as HDF5Fault {
      let part = prefix.isEmpty ? "the root group" : "group \(quoted(prefix))"
      throw DatasetError(file: name, .damaged(part: part, reason: fault.reason))
    }
    listing.resolvePaths()
    arrays = listing.arrays
    unreadable = listing.unreadable
    columns = arrays.keys.sorted()
  }

  /// Walks the groups, each once however many links lead to it.
  private struct Listing {
    let storage: HDF5Storage
    var arrays: [String: HDF5Array] = [:]
    var unreadable: [String: String] = [:]
    private var paths: [(link: String, target: String)] = []
    private var seen: Set<Int> = []

    init(_ storage: HDF5Storage) { self.storage = storage }

    /// Deeper than any data set, and shallower than the stack.
    private static let depthLimit = 64

    mutating func addGroup(at address: Int, under prefix: String) throws {
      seen.insert(address)
      guard let links = try storage.links(of: HDF5ObjectHeader(storage, at: address)) else {
        throw HDF5Fault("it is no group")
      }
      try add(links, under: prefix, depth: 0)
    }

    private mutating func add(_ links: [HDF5Link], under prefix: String, depth: Int) throws {
      for link in links {
        let path = prefix + link.name
        switch link.target {
        case .elsewhere(let what): unreadable[path] = what
        case .path(let target):
          paths.append((path, target.hasPrefix("/") ? String(target.dropFirst()) : prefix + target))
        case .object(let address):
          do {
            try addObject(address, path, depth)
          } catch let fault as HDF5Fault {
            // what is not needed stops nothing
            unreadable[path] = fault.reason
          }
        }
      }
    }

    private mutating func addObject(_ address: Int, _ path: String, _ depth: Int) throws {
      let header = try HDF5ObjectHeader(storage, at: address)
      if let array = try HDF5Array(storage, header) {
        arrays[path] = array
      } else if depth < Self.depthLimit, seen.insert(address).inserted,
        let links = try storage.links(of: header)
      {
        try add(links, under: path + "/", depth: depth + 1)
      }
    }

    mutating func resolvePaths() {
      for (link, target) in paths {
        if let array = arrays[target] {
          arrays[link] = array
        } else if !arrays.keys.contains(where: { $0.hasPrefix(target + "/") }), target != "" {
          unreadable[link] = "a link to \(quoted(target)), which is not there"
        }
      }
    }
  }

  /// Rows of the longest chunk.
  var leastRows: Int {
    arrays.values.map { array in
      if case .chunked(_, let chunk) = array.layout { chunk[0] } else { 1 }
    }.max() ?? 1
  }

  package func shape(_ column: String) throws -> [Int] { try array(column).shape }

  package func floats(_ column: String) throws -> [Float] { try numbers(column, rows: nil) }

  package func doubles(_ column: String) throws -> [Double] { try numbers(column, rows: nil) }

  package func flags(_ column: String) throws -> [Float] { try flags(column, rows: nil) }

  /// Some rows of a column of booleans or numbers, or all.
  func flags(_ column: String, rows: Range<Int>?) throws -> [Float] {
    let array = try array(column)
    if case .flags = array.elements { return try values(array, column, rows: rows) }
    return try numbers(column, rows: rows)
  }

  private func array(_ column: String) throws -> HDF5Array {
    if let array = arrays[column] { return array }
    if let reason = unreadable[column] {
      throw DatasetError(
        file: name, .damaged(part: "column \(quoted(column))", reason: reason))
    }
    throw missing(column)
  }

  /// Some rows of a column of numbers, or all.
  func numbers<Number: BinaryFloatingPoint & Sendable>(
    _ column: String, rows: Range<Int>?
  ) throws -> [Number] {
    let array = try array(column)
    let found: String
    switch array.elements {
    case .numbers: return try values(array, column, rows: rows)
    case .flags: found = "booleans"
    case .other(let what): found = what
    }
    throw DatasetError(
      file: name, .elementType(column: column, found: found, expected: "numbers"))
  }

  private func values<Number: BinaryFloatingPoint & Sendable>(
    _ array: HDF5Array, _ column: String, rows: Range<Int>?, as: Number.Type = Number.self
  ) throws -> [Number] {
    do {
      guard let rows else { return try array.values(storage) }
      return try array.values(storage, rows: rows, &chunks[column])
    } catch let fault as HDF5Fault {
      throw DatasetError(
        file: name,
        .damaged(part: "column \(quoted(column))", reason: fault.reason))
    }
  }
}
