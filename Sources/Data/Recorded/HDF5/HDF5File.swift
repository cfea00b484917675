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
  ///   - group: what leads from the root to the group; the root itself if left out.
  ///   - prefix: its path, with which the names of columns begin; it ends in a slash.
  init(
    _ storage: HDF5Storage, group: HDF5Link.Target = .path("/"), prefix: String = ""
  ) throws {
    self.storage = storage
    name = storage.name
    var listing = Listing(storage)
    do {
      try listing.addGroup(at: storage.object(group, from: storage.root), under: prefix)
    } catch let fault as HDF5Fault {
      let part = prefix.isEmpty ? "the root group" : "group \(quoted(prefix))"
      throw DatasetError(file: name, .damaged(part: part, reason: fault.reason))
    }
    arrays = listing.arrays
    unreadable = listing.unreadable
    columns = arrays.keys.sorted()
  }

  /// Walks the groups along the links, those that lead to a group above left out.
  private struct Listing {
    let storage: HDF5Storage
    var arrays: [String: HDF5Array] = [:]
    var unreadable: [String: String] = [:]
    /// What lies at the addresses that were met: each is read once.
    private var objects: [Int: Object] = [:]
    private var listedGroups: Set<Int> = []
    /// How often a group was met that had been listed under another path.
    private var repeatCount = 0

    private enum Object {
      case array(HDF5Array)
      case group([HDF5Link])
      case other
    }

    init(_ storage: HDF5Storage) { self.storage = storage }

    /// Deeper than any data set, and shallower than the stack.
    private static let depthLimit = 64
    /// Groups that contain each other crosswise have more paths than could be listed.
    private static let repeatLimit = 1000

    mutating func addGroup(at address: Int, under prefix: String) throws {
      guard case .group(let links) = try object(at: address) else {
        throw HDF5Fault("it is no group")
      }
      try add(links, under: prefix, groups: [address])
    }

    /// - Parameter groups: addresses of the group of the links and of those above, outermost first.
    private mutating func add(
      _ links: [HDF5Link], under prefix: String, groups: [Int]
    ) throws {
      for link in links {
        let path = prefix + link.name
        do {
          let address = try storage.object(link.target, from: groups[groups.count - 1])
          try addObject(address, path, groups)
        } catch let fault as HDF5Fault {
          // what is not needed stops nothing
          unreadable[path] = fault.reason
        }
      }
    }

    private mutating func addObject(_ address: Int, _ path: String, _ groups: [Int]) throws {
      switch try object(at: address) {
      case .array(let array): arrays[path] = array
      case .group(let links):
        if groups.contains(address) || groups.count > Self.depthLimit { return }
        if !listedGroups.insert(address).inserted { repeatCount += 1 }
        guard repeatCount <= Self.repeatLimit else {
          throw HDF5Fault("a group to which too many paths lead")
        }
        try add(links, under: path + "/", groups: groups + [address])
      case .other: break
      }
    }

    private mutating func object(at address: Int) throws -> Object {
      if let known = objects[address] { return known }
      let header = try HDF5ObjectHeader(storage, at: address)
      let found: Object =
        if let array = try HDF5Array(storage, header) {
          .array(array)
        } else if let links = try storage.links(of: header) {
          .group(links)
        } else {
          .other
        }
      objects[address] = found
      return found
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

  func flags(_ column: String, rows: Range<Int>?) throws -> [Float] {
    try numbers(column, rows: rows)
  }

  private func array(_ column: String) throws -> HDF5Array {
    if let array = arrays[column] { return array }
    if let reason = unreadable[column] {
      throw DatasetError(
        file: name, .damaged(part: "column \(quoted(column))", reason: reason))
    }
    throw missing(column)
  }

  /// Some rows of a column of numbers, or booleans as 0 and 1, or all.
  func numbers<Number: BinaryFloatingPoint & Sendable>(
    _ column: String, rows: Range<Int>?
  ) throws -> [Number] {
    let array = try array(column)
    if case .other(let what) = array.elements {
      throw DatasetError(
        file: name, .elementType(column: column, found: what, expected: "numbers"))
    }
    return try values(array, column, rows: rows)
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
