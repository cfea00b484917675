import IDQLTensors

/// All bytes of a file that may hold a policy.
///
/// The file is read once, into memory: policy and digest are those of the same bytes even if the
/// file is replaced meanwhile.
public struct PolicyContents: Sendable {
  /// Their name and digest.
  public let source: PolicySource
  let storage: ByteStorage

  /// - Throws: `FileError`.
  public init(contentsOf path: String) throws {
    let file = try ByteStorage(mapping: path)
    self.init(withExtendedLifetime(file) { ByteStorage(copying: file.bytes) }, named: path)
  }

  /// Bytes already in memory.
  ///
  /// - Parameters:
  ///   - bytes: the content of a policy file.
  ///   - name: stands for them in errors and reports.
  public init(bytes: [UInt8], named name: String) {
    self.init(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, named: name)
  }

  private init(_ storage: ByteStorage, named name: String) {
    self.storage = storage
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
