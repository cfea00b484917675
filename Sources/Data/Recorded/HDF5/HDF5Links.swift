import IDQLTensors

/// A name in a group, and what it stands for.
struct HDF5Link {
  enum Target: Equatable {
    /// Address of an object header.
    case object(Int)
    /// Another path of the same file, from the root if it begins with a slash, else from the group of
    /// the link.
    case path(String)
    /// Not followed: what it is, for messages.
    case elsewhere(String)
  }

  var name: String
  var target: Target
}

extension HDF5Storage {
  /// The links of a group, sorted by name; nil if the object is no group.
  func links(of header: HDF5ObjectHeader) throws -> [HDF5Link]? {
    typealias Kind = HDF5ObjectHeader.Kind
    var links: [HDF5Link] = []
    if var table = try header.content(Kind.symbolTable) {
      guard let tree = try table.address(), let heap = try table.address() else {
        throw HDF5Fault("a group has no table")
      }
      try readSymbolTable(tree, names: localHeap(at: heap), into: &links)
    } else if header.contains(Kind.linkInformation) || header.contains(Kind.link) {
      for message in header.messages where message.kind == Kind.link {
        links.append(try link(message.content))
      }
      if let information = try header.content(Kind.linkInformation) {
        try readDenseLinks(information, into: &links)
      }
    } else if header.contains(Kind.dataspace) || header.contains(Kind.type) {
      return nil
    }
    return links.sorted { $0.name < $1.name }
  }

  /// Address of the object header that a link of a group leads to, through other links if need be.
  ///
  /// - Throws: `HDF5Fault` if it leads out of the file, nowhere or in a circle.
  func object(_ target: HDF5Link.Target, from group: Int) throws -> Int {
    var linkCount = 0
    return try object(target, from: group, &linkCount)
  }

  /// - Parameter linkCount: links that were followed on the way.
  private func object(
    _ target: HDF5Link.Target, from group: Int, _ linkCount: inout Int
  ) throws -> Int {
    switch target {
    case .object(let address): return address
    case .elsewhere(let what): throw HDF5Fault(what)
    case .path(let path):
      linkCount += 1
      guard linkCount <= Self.linkLimit else {
        throw HDF5Fault(
          "a link to \(quoted(path)) in a circle, or in a chain of more than \(Self.linkLimit)")
      }
      var place = path.hasPrefix("/") ? root : group
      for name in path.split(separator: "/") where name != "." {
        guard let next = try targets(ofGroup: place)[String(name)] else {
          throw HDF5Fault("a link to \(quoted(path)), which is not there")
        }
        place = try object(next, from: place, &linkCount)
      }
      return place
    }
  }

  /// As many as the HDF5 library follows.
  private static let linkLimit = 16

  /// The links of a group by their names, none of what is no group; read once.
  private func targets(ofGroup address: Int) throws -> [String: HDF5Link.Target] {
    if let known = knownTargets[address] { return known }
    let links = try links(of: HDF5ObjectHeader(self, at: address)) ?? []
    let targets = Dictionary(links.map { ($0.name, $0.target) }) { first, _ in first }
    knownTargets[address] = targets
    return targets
  }

  // MARK: Symbol tables

  private func localHeap(at address: Int) throws -> [UInt8] {
    var heap = try cursor(at: address, count: 8 + 2 * lengthSize + addressSize)
    try heap.expect("HEAP")
    try heap.skip(4)
    let size = try heap.length()
    _ = try heap.length()
    guard let data = try heap.address() else { throw HDF5Fault("a group has no names") }
    return try read(at: data, count: size)
  }

  private func readSymbolTable(
    _ address: Int, names: [UInt8], into links: inout [HDF5Link], above: Int = 64
  ) throws {
    let (level, children) = try oldTreeNode(
      address, kind: 0, keySize: lengthSize, above: above)
    for child in children {
      if level > 0 {
        try readSymbolTable(child.address, names: names, into: &links, above: level)
      } else {
        try readSymbols(child.address, names, into: &links)
      }
    }
  }

  private func readSymbols(
    _ address: Int, _ names: [UInt8], into links: inout [HDF5Link]
  ) throws {
    var head = try cursor(at: address, count: 8)
    try head.expect("SNOD")
    try head.skip(2)
    let count = try head.number(2)
    var table = try cursor(at: address + 8, count: count * (2 * addressSize + 24))
    for _ in 0..<count {
      let name = try table.number(addressSize)
      let object = try table.address()
      let kind = try table.number(4)
      try table.skip(4)
      let value = try table.number(4)
      try table.skip(12)
      let text = try Self.text(names, from: name)
      if kind == 2 {
        links.append(HDF5Link(name: text, target: .path(try Self.text(names, from: value))))
      } else if let object {
        links.append(HDF5Link(name: text, target: .object(object)))
      }
    }
  }

  private static func text(_ heap: [UInt8], from start: Int) throws -> String {
    guard start < heap.count, let end = heap[start...].firstIndex(of: 0) else {
      throw HDF5Fault("a name lies outside of its table")
    }
    return String(decoding: heap[start..<end], as: UTF8.self)
  }

  /// A node of the older kind of B-tree: its level, and the children with the keys before them.
  ///
  /// - Parameter above: level of the node that refers to it, which must be higher.
  func oldTreeNode(
    _ address: Int, kind: Int, keySize: Int, above: Int
  ) throws -> (level: Int, children: [(key: HDF5Cursor, address: Int)]) {
    var head = try cursor(at: address, count: 8 + 2 * addressSize)
    try head.expect("TREE")
    let (found, level, count) = (try head.byte(), try head.byte(), try head.number(2))
    guard found == kind, level < above else { throw HDF5Fault("an index is not in order") }
    var body = try cursor(
      at: address + head.bytes.count, count: count * (keySize + addressSize))
    var children: [(HDF5Cursor, Int)] = []
    for _ in 0..<count {
      let key = HDF5Cursor(
        bytes: Array(try body.take(keySize)), addressSize: addressSize, lengthSize: lengthSize)
      guard let child = try body.address() else { throw HDF5Fault("an index has a gap") }
      children.append((key, child))
    }
    return (level, children)
  }

  // MARK: Link messages

  private func link(_ message: HDF5Cursor) throws -> HDF5Link {
    var message = message
    _ = try message.expect(version: 1...1, of: "links")
    let flags = try message.byte()
    let kind = flags & 8 != 0 ? try message.byte() : 0
    try message.skip((flags & 4 != 0 ? 8 : 0) + (flags & 16 != 0 ? 1 : 0))
    let length = try message.number(1 << (flags & 3))
    let name = String(decoding: try message.take(length), as: UTF8.self)
    switch kind {
    case 0:
      guard let address = try message.address() else {
        throw HDF5Fault("the link \(quoted(name)) leads nowhere")
      }
      return HDF5Link(name: name, target: .object(address))
    case 1:
      let path = String(decoding: try message.take(message.number(2)), as: UTF8.self)
      return HDF5Link(name: name, target: .path(path))
    case 64:
      let parts = try message.take(message.number(2)).dropFirst().split(separator: 0)
      let file = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
      return HDF5Link(
        name: name,
        target: .elsewhere(
          "a link into another file, \(quoted(file)); links out of a file are not followed"))
    default:
      return HDF5Link(name: name, target: .elsewhere("a link of kind \(kind), which is not read"))
    }
  }

  private func readDenseLinks(_ information: HDF5Cursor, into links: inout [HDF5Link]) throws {
    var information = information
    _ = try information.expect(version: 0...0, of: "groups")
    let flags = try information.byte()
    if flags & 1 != 0 { try information.skip(8) }
    guard let heapAddress = try information.address(), let index = try information.address() else {
      return
    }
    let heap = try HDF5FractalHeap(self, at: heapAddress)
    // records of names: a hash, and where the link lies in the heap
    try forEachRecord(ofTree: index, kind: 5) { record in
      try record.skip(4)
      links.append(try link(heap.object(record.take(record.rest))))
    }
  }
}
