/// The messages of an object header: what a group or an array consists of.
struct HDF5ObjectHeader {
  struct Message {
    var kind: Int
    var flags: Int
    var content: HDF5Cursor
  }

  /// Kinds of messages that are read.
  enum Kind {
    static let dataspace = 0x01
    static let linkInformation = 0x02
    static let type = 0x03
    static let link = 0x06
    static let externalFiles = 0x07
    static let layout = 0x08
    static let filters = 0x0B
    static let continuation = 0x10
    static let symbolTable = 0x11
  }

  private(set) var messages: [Message] = []

  /// Far more than any object of h5py's has.
  private static let blockLimit = 1024

  init(_ storage: HDF5Storage, at address: Int) throws {
    var first = try storage.cursor(at: address, upTo: 512)
    let isOld = first.bytes.first == 1
    // further blocks, each an address and a length
    var blocks: [(Int, Int)] = []
    if isOld {
      try first.skip(2)
      let count = try first.number(2)
      try first.skip(4)
      let size = try first.number(4)
      blocks = [(address + 16, size)]
      var next = 0
      while next < blocks.count, messages.count < count {
        var block = try storage.cursor(at: blocks[next].0, count: blocks[next].1)
        while block.rest >= 8, messages.count < count {
          let kind = try block.number(2)
          let length = try block.number(2)
          let flags = try block.byte()
          try block.skip(3)
          try append(kind, flags, block, length, &blocks)
          try block.skip(length)
        }
        next += 1
      }
      messages.removeAll { $0.kind == Kind.continuation }
      return
    }

    try first.expect("OHDR")
    _ = try first.expect(version: 2...2, of: "object headers")
    let flags = try first.byte()
    try first.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
    let size = try first.number(1 << (flags & 3))
    let start = first.position
    let prefix = start + 4
    let (total, overflow) = prefix.addingReportingOverflow(size)
    guard !overflow else { throw HDF5Fault("an object header is too long") }
    try parse(
      storage.cursor(at: address, count: total), from: start, hasOrder: flags & 4 != 0, &blocks)
    var next = 0
    while next < blocks.count {
      var block = try storage.cursor(at: blocks[next].0, count: blocks[next].1)
      try block.expect("OCHK")
      try parse(block, from: 4, hasOrder: flags & 4 != 0, &blocks)
      next += 1
    }
    messages.removeAll { $0.kind == Kind.continuation }
  }

  /// The messages of one block, which ends with its checksum.
  private mutating func parse(
    _ block: HDF5Cursor, from start: Int, hasOrder: Bool, _ blocks: inout [(Int, Int)]
  ) throws {
    var block = block
    block.position = max(start, block.bytes.count - 4)
    try block.requireChecksum(from: 0)
    block.position = start
    // what is shorter than a message's own header is a gap
    let headerSize = hasOrder ? 6 : 4
    while block.rest - 4 >= headerSize {
      let kind = try block.byte()
      let length = try block.number(2)
      let flags = try block.byte()
      if hasOrder { try block.skip(2) }
      try append(kind, flags, block, length, &blocks)
      try block.skip(length)
    }
  }

  private mutating func append(
    _ kind: Int, _ flags: Int, _ block: HDF5Cursor, _ length: Int, _ blocks: inout [(Int, Int)]
  ) throws {
    guard length <= block.rest else { throw HDF5Fault("a part of it ends early") }
    var content = HDF5Cursor(
      bytes: Array(block.bytes[block.position..<block.position + length]),
      addressSize: block.addressSize, lengthSize: block.lengthSize)
    messages.append(Message(kind: kind, flags: flags, content: content))
    guard kind == Kind.continuation else { return }
    guard let address = try content.address(), blocks.count < Self.blockLimit else {
      throw HDF5Fault("an object header goes on without end")
    }
    blocks.append((address, try content.length()))
  }

  func contains(_ kind: Int) -> Bool { messages.contains { $0.kind == kind } }

  /// The type of an array's elements, which may be an object of its own in the file, a committed
  /// datatype.
  func type(_ storage: HDF5Storage) throws -> HDF5Cursor? {
    guard let message = messages.first(where: { $0.kind == Kind.type }), message.flags & 2 != 0
    else {
      return try content(Kind.type)
    }
    var place = message.content
    let version = try place.expect(version: 1...3, of: "shared parts")
    let isObject = try place.byte() == 2 || version < 3
    if version == 1 { try place.skip(6) }
    guard isObject, let address = try place.address() else { return try content(Kind.type) }
    return try HDF5ObjectHeader(storage, at: address).content(Kind.type)
  }

  /// The first message of a kind.
  func content(_ kind: Int) throws -> HDF5Cursor? {
    guard let message = messages.first(where: { $0.kind == kind }) else { return nil }
    guard message.flags & 2 == 0 else {
      throw HDF5Fault("a part of its description is shared with other objects, which is not read")
    }
    return message.content
  }
}
