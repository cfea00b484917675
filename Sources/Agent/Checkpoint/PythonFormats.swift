import IDQLTensors

extension PolicyFormat {
  /// A pickle of a dictionary, as FQL's and OGBench's code saves agents. Protocols 2 to 5 begin with their
  /// number, 0 and 1 with the dictionary.
  static let pickle = PolicyFormat(name: "IDQL agent in a pickle") { contents in
    contents.withUnsafeBytes { $0.count > 2 && $0[0] == 0x80 && (1...5).contains($0[1]) }
      || ["(dp", "}q", "ccollections\n"].contains { contents.starts(with: $0.utf8) }
  } read: { contents in
    try namingFile(contents.source.name) {
      let pickle = try Pickle(contents.storage, 0..<contents.storage.bytes.count)
      return try makePolicy(
        ParameterTree(file: contents.source.name, StoredTree(pickle)), metadata: [:], contents)
    }
  }

  /// `torch.save` before PyTorch 1.6.
  static let torchStream = PolicyFormat(name: "policy in PyTorch's old format") {
    $0.withUnsafeBytes(TorchFile.isStream)
  } read: { contents in
    try namingFile(contents.source.name) {
      try makePolicy(
        ParameterTree(
          file: contents.source.name, TorchFile(stream: contents.storage).tree), metadata: [:],
        contents)
    }
  }

  /// `torch.save`; any other zip archive is told what it is.
  static let torchArchive = PolicyFormat(name: "policy in PyTorch's format") {
    $0.starts(with: [0x50, 0x4b, 0x03, 0x04])
  } read: { contents in
    try namingFile(contents.source.name) {
      let archive = try ZipArchive(contents.storage)
      guard TorchFile.pickle(of: archive) != nil else {
        let other = FileSignature(archiveOf: archive.entries.map(\.name))
        throw CheckpointError(
          file: contents.source.name, .otherFile(kind: other.kind, advice: other.advice))
      }
      return try makePolicy(
        ParameterTree(file: contents.source.name, TorchFile(archive).tree), metadata: [:], contents)
    }
  }
}

extension PolicyContents {
  /// The archive, if the bytes are one.
  var zipArchive: ZipArchive? {
    starts(with: [0x50, 0x4b, 0x03, 0x04]) ? try? ZipArchive(storage) : nil
  }
}

/// Tells which file the errors of its containers are about.
func namingFile<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as ZipError {
    throw CheckpointError(file: file, .archive(part: error.part, reason: error.reason))
  } catch let error as Pickle.Problem {
    throw CheckpointError(
      file: file, .pickle(offset: error.offset, found: error.found, expected: error.expected))
  }
}
