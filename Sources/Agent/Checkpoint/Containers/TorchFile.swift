import IDQLTensors

/// What `torch.save` writes: a pickle whose tensors lie in storages beside it. Since PyTorch 1.6 a zip
/// archive, before (and on request) one stream.
struct TorchFile {
  let pickle: Pickle
  let tree: StoredTree

  /// In either format, by its first bytes.
  ///
  /// - Throws: `ZipError`, `Pickle.Problem`.
  init(_ storage: ByteStorage) throws {
    self =
      Self.isStream(storage.bytes)
      ? try TorchFile(stream: storage) : try TorchFile(ZipArchive(storage))
  }

  /// Reads an archive with an entry `…/data.pkl` and the storages `…/data/KEY`.
  ///
  /// - Throws: `ZipError`, `Pickle.Problem`.
  init(_ archive: ZipArchive) throws {
    guard let (name, entry) = Self.pickle(of: archive) else {
      throw ZipError(part: "the archive", reason: "it has no entry 'data.pkl'")
    }
    let folder = name.dropLast("data.pkl".count)
    var storages: [String: (storage: ByteStorage, range: Range<Int>)] = [:]
    var isBigEndian = false
    for (name, entry) in archive.entries where name.hasPrefix(folder) {
      switch name.dropFirst(folder.count) {
      case "byteorder":
        let (storage, range) = try archive.contents(entry, named: name)
        isBigEndian = storage.bytes[range].elementsEqual("big".utf8)
        guard isBigEndian || storage.bytes[range].elementsEqual("little".utf8) else {
          throw ZipError(part: "'byteorder'", reason: "it is neither 'little' nor 'big'")
        }
      case let rest where rest.hasPrefix("data/"):
        storages[String(rest.dropFirst("data/".count))] = try archive.contents(entry, named: name)
      default: break
      }
    }
    let (storage, range) = try archive.contents(entry, named: name)
    pickle = try Pickle(storage, range)
    tree = try StoredTree(
      pickle, TorchStorages(isBigEndian: isBigEndian) { storages[$0] })
  }

  /// The entry that makes an archive one of PyTorch's.
  static func pickle(of archive: ZipArchive) -> (name: String, entry: ZipArchive.Entry)? {
    archive.entries.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
  }

  // MARK: One stream

  /// Reads pickles of a magic number, a version, facts of the machine, the object and the keys of its
  /// storages, then each storage: a count of elements in eight bytes, and the elements.
  ///
  /// - Throws: `Pickle.Problem`.
  init(stream storage: ByteStorage) throws {
    var position = 0
    func next() throws -> Pickle {
      let pickle = try Pickle(storage, position..<storage.bytes.count)
      position = pickle.end
      return pickle
    }
    for _ in 0..<3 { _ = try next() }
    pickle = try next()
    let keys = try next()

    var sizes: [String: Int] = [:]
    for object in pickle.objects where object.kind == .persistent {
      guard let id = pickle.list(object.function), id.count >= 5, let key = id[2].text else {
        continue
      }
      sizes[key] = id[1].global.flatMap(Pickle.storageElementSize)
    }
    var storages: [String: (storage: ByteStorage, range: Range<Int>)] = [:]
    for key in keys.list(keys.root)?.compactMap(\.text) ?? [] {
      guard let size = sizes[key], storage.bytes.count - position >= 8 else {
        throw Pickle.Problem(
          offset: position, found: "no storage of \(quoted(key))", expected: "its elements")
      }
      let count = storage.bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      position += 8
      let room = (storage.bytes.count - position) / size
      guard UInt64(littleEndian: count) <= UInt64(room) else {
        throw Pickle.Problem(
          offset: position, found: "room for \(room) elements of storage \(quoted(key))",
          expected: "\(UInt64(littleEndian: count))")
      }
      let end = position + Int(UInt64(littleEndian: count)) * size
      storages[key] = (storage, position..<end)
      position = end
    }
    tree = try StoredTree(pickle, TorchStorages { storages[$0] })
  }

  /// Whether the bytes begin as such a stream does: with its magic number, pickled by protocol 2 or later.
  static func isStream(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) else { return false }
    // later protocols have the length of a frame in front
    let start = bytes[2] == 0x95 ? 11 : 2
    return bytes.dropFirst(start).starts(with: [
      0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    ])
  }
}
