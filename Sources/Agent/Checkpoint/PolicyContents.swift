import IDQLTensors

/// All bytes of a file that may hold a policy.
///
/// The file is read once, into memory: policy and digest are those of the same bytes even if the
/// file is replaced meanwhile.
public struct PolicyContents: Sendable {
  /// Their name and digest.
  public let source: PolicySource
  /// Settings that they do not contain.
  public let stated: StatedSettings
  let storage: ByteStorage

  /// - Throws: `FileError`; `CheckpointError` for a folder that is known to hold another program's
  ///   policy.
  public init(contentsOf path: String, stated: StatedSettings = StatedSettings()) throws {
    if let folder = FileSignature(folder: path) {
      throw CheckpointError(file: path, .otherFile(kind: folder.kind, advice: folder.advice))
    }
    try self.init(ByteStorage(contentsOf: path), named: path, stated: stated)
  }

  /// Bytes already in memory.
  ///
  /// - Parameters:
  ///   - bytes: the content of a policy file.
  ///   - name: stands for them in errors and reports.
  ///   - stated: settings that the bytes do not contain.
  public init(
    bytes: [UInt8], named name: String, stated: StatedSettings = StatedSettings()
  ) {
    self.init(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, named: name, stated: stated)
  }

  private init(_ storage: ByteStorage, named name: String, stated: StatedSettings) {
    self.storage = storage
    self.stated = stated
    source = PolicySource(name: name, sha256: SHA256.hexDigest(of: storage.bytes))
  }

  /// Gives `body` the bytes, which it must not keep.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(storage.bytes) }
  }

  /// Whether the bytes begin with these.
  public func starts(with prefix: some Sequence<UInt8>) -> Bool {
    withUnsafeBytes { $0.starts(with: prefix) }
  }

  /// Whether the bytes begin as a safetensors file does: the ninth opens its header with a brace.
  public var isSafetensors: Bool {
    withUnsafeBytes { $0.count > 8 && $0[8] == UInt8(ascii: "{") }
  }

  /// The bytes as a safetensors file.
  ///
  /// - Throws: `TensorFileError` if they are none.
  public func tensorFile() throws(TensorFileError) -> TensorFile {
    try TensorFile(storage, named: source.name)
  }
}
