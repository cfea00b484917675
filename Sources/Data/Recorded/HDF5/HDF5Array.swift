import IDQLTensors

/// What an object header says about an array: lengths, elements, where they lie, how they are
/// packed.
struct HDF5Array {
  enum Elements: Equatable {
    case numbers(ElementType, isBigEndian: Bool)
    /// An enumeration of FALSE and TRUE, as h5py stores NumPy's bool.
    case flags(ElementType, isBigEndian: Bool)
    /// None that are read: what they are.
    case other(String)
  }

  enum Layout {
    /// In the object header itself.
    case compact([UInt8])
    /// nil where nothing was written.
    case contiguous(Int?, byteCount: Int)
    case chunked(HDF5ChunkIndex, chunk: [Int])
    /// In other files: in which way.
    case elsewhere(String)
  }

  /// Length of each axis, outermost first.
  var shape: [Int]
  /// What each axis may grow to; nil without limit.
  private(set) var limits: [Int?]
  private(set) var elements: Elements
  /// Bytes of an element.
  private(set) var elementSize: Int
  private(set) var layout: Layout
  private(set) var filters: [HDF5Filter] = []

  static let rankLimit = 32

  /// nil if the object is no array.
  init?(_ storage: HDF5Storage, _ header: HDF5ObjectHeader) throws {
    typealias Kind = HDF5ObjectHeader.Kind
    guard header.contains(Kind.dataspace), header.contains(Kind.layout) else { return nil }
    guard var space = try header.content(Kind.dataspace), var type = try header.type(storage),
      var place = try header.content(Kind.layout)
    else { throw HDF5Fault("its description is not complete") }
    (shape, limits) = try Self.space(&space)
    (elements, elementSize) = try Self.elements(&type)
    if var pipeline = try header.content(Kind.filters) { filters = try Self.filters(&pipeline) }
    layout = try Self.layout(storage, &place, limits, elementSize, isFiltered: !filters.isEmpty)
    if header.contains(Kind.externalFiles) {
      layout = .elsewhere("its numbers lie in another file, which is not opened")
    }
  }

  // MARK: Messages

  private static func space(_ cursor: inout HDF5Cursor) throws -> ([Int], [Int?]) {
    let version = try cursor.expect(version: 1...2, of: "dataspace")
    let rank = try cursor.byte()
    let flags = try cursor.byte()
    let kind = try cursor.byte()
    if version == 1 { try cursor.skip(4) }
    guard rank <= rankLimit else { throw HDF5Fault("it has \(rank) axes") }
    // a space without any element
    if version == 2, kind == 2 { return ([0], [0]) }
    let shape = try (0..<rank).map { _ in try cursor.length() }
    guard flags & 1 != 0 else { return (shape, shape) }
    let limits: [Int?] = try (0..<rank).map { _ in
      let field = try cursor.take(cursor.lengthSize)
      if field.allSatisfy({ $0 == 0xFF }) { return nil }
      return Int(exactly: field.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    return (shape, limits)
  }

  private static let otherClasses = [
    2: "times", 3: "text", 5: "opaque data", 6: "compounds", 7: "references",
    9: "lists of various lengths", 10: "arrays", 11: "complex numbers",
  ]

  /// - Parameter isBase: whether they are what an enumeration's values are.
  private static func elements(
    _ cursor: inout HDF5Cursor, isBase: Bool = false
  ) throws -> (Elements, Int) {
    let head = try cursor.byte()
    let bits = try cursor.number(3)
    let size = try cursor.number(4)
    let (version, kind) = (head >> 4, head & 15)
    guard (1...5).contains(version) else {
      throw HDF5Fault("version \(version) of its elements' description is not read")
    }
    guard size > 0, size <= 1 << 20 else { throw HDF5Fault("an element has \(size) bytes") }
    switch kind {
    // bit fields, class 4, are described as integers without a sign
    case 0, 4:
      let (offset, precision) = (try cursor.number(2), try cursor.number(2))
      let types: [Int: (unsigned: ElementType, signed: ElementType)] = [
        1: (.uint8, .int8), 2: (.uint16, .int16), 4: (.uint32, .int32), 8: (.uint64, .int64),
      ]
      guard offset == 0, precision == 8 * size, let type = types[size] else {
        return (.other("integers of \(precision) bits"), size)
      }
      let stored = kind == 0 && bits & 8 != 0 ? type.signed : type.unsigned
      return (.numbers(stored, isBigEndian: bits & 1 != 0), size)
    case 1:
      let (offset, precision) = (try cursor.number(2), try cursor.number(2))
      let fields = try (0..<4).map { _ in try cursor.byte() }
      let bias = try cursor.number(4)
      let formats: [(ElementType, fields: [Int], bias: Int)] = [
        (.float16, [10, 5, 0, 10], 15), (.float32, [23, 8, 0, 23], 127),
        (.float64, [52, 11, 0, 52], 1023),
      ]
      let isPlain =
        offset == 0 && precision == 8 * size && bits & 0x40 == 0
        && bits >> 4 & 3 == 2 && bits >> 8 & 0xFF == precision - 1
      guard isPlain,
        let format = formats.first(where: {
          $0.0.size == size && $0.fields == fields && $0.bias == bias
        })
      else { return (.other("floating-point numbers of \(precision) bits"), size) }
      return (.numbers(format.0, isBigEndian: bits & 1 != 0), size)
    case 8 where !isBase:
      let count = bits & 0xFFFF
      let (base, baseSize) = try elements(&cursor, isBase: true)
      guard case .numbers(let type, let isBigEndian) = base, baseSize == size, count == 2 else {
        return (.other("an enumeration"), size)
      }
      let names = try (0..<count).map { _ in
        let start = cursor.position
        while try cursor.byte() != 0 {}
        let name = String(decoding: cursor.bytes[start..<cursor.position - 1], as: UTF8.self)
        // to a multiple of eight in the older versions
        if version < 3 { try cursor.skip((8 - (cursor.position - start) % 8) % 8) }
        return name
      }
      let values = try (0..<count).map { _ in
        let value = Array(try cursor.take(size))
        return isBigEndian ? value.reversed() : value
      }
      let one = [1] + Array(repeating: UInt8(0), count: size - 1)
      guard names == ["FALSE", "TRUE"], values == [Array(repeating: 0, count: size), one] else {
        return (.other("an enumeration of \(names.joined(separator: " and "))"), size)
      }
      return (.flags(type, isBigEndian: isBigEndian), size)
    default:
      return (.other(otherClasses[kind] ?? "elements of kind \(kind)"), size)
    }
  }

  private static func filters(_ cursor: inout HDF5Cursor) throws -> [HDF5Filter] {
    let version = try cursor.expect(version: 1...2, of: "filters")
    let count = try cursor.byte()
    if version == 1 { try cursor.skip(6) }
    return try (0..<count).map { _ in
      let identifier = try cursor.number(2)
      let nameLength = version == 1 || identifier >= 256 ? try cursor.number(2) : 0
      let flags = try cursor.number(2)
      let valueCount = try cursor.number(2)
      try cursor.skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength)
      let values = try (0..<valueCount).map { _ in try cursor.number(4) }
      if version == 1, valueCount % 2 == 1 { try cursor.skip(4) }
      return HDF5Filter(identifier: identifier, isOptional: flags & 1 != 0, values: values)
    }
  }

  private static func layout(
    _ storage: HDF5Storage, _ cursor: inout HDF5Cursor, _ limits: [Int?], _ elementSize: Int,
    isFiltered: Bool
  ) throws -> Layout {
    let version = try cursor.expect(version: 3...5, of: "layout")
    switch try cursor.byte() {
    case 0: return .compact(Array(try cursor.take(cursor.number(2))))
    case 1:
      let address = try cursor.address()
      return .contiguous(address, byteCount: try cursor.length())
    case 2:
      let flags = version > 3 ? try cursor.byte() : 0
      guard flags & 1 == 0 || !isFiltered else {
        throw HDF5Fault("its last chunks are packed otherwise than the rest, which is not read")
      }
      let rank = try cursor.byte() - 1
      guard rank == limits.count, rank > 0 else {
        throw HDF5Fault("its chunks have \(rank) axes, it has \(limits.count)")
      }
      let tree = version == 3 ? try cursor.address() : nil
      let size = version == 3 ? 4 : try cursor.byte()
      guard (1...8).contains(size) else { throw HDF5Fault("a chunk's lengths make no sense") }
      let chunk = try (0..<rank).map { _ in try cursor.number(size) }
      guard try cursor.number(size) == elementSize, chunk.allSatisfy({ $0 > 0 }) else {
        throw HDF5Fault("its chunks are \(chunk)")
      }
      let index =
        version == 3
        ? HDF5ChunkIndex(kind: .oldTree(rank: rank), address: tree)
        : try HDF5ChunkIndex(
          &cursor, flags, limits: limits, chunk: chunk, elementSize, isFiltered: isFiltered)
      return .chunked(index, chunk: chunk)
    case 3: return .elsewhere("it is a view of arrays of other files, which are not opened")
    case let kind: throw HDF5Fault("its layout, \(kind), is not known")
    }
  }
}
