import IDQLTensors

/// A policy read from a file.
public enum LoadedPolicy: Sendable {
  case idql(IDQLPolicy)
  case actor(ActorPolicy)

  public var policy: any Policy {
    switch self {
    case .idql(let policy): policy
    case .actor(let policy): policy
    }
  }

  public var description: PolicyDescription {
    switch self {
    case .idql(let policy): policy.description
    case .actor(let policy): policy.description
    }
  }
}

/// Reads a policy: an IDQL agent (safetensors with flax names, or flax msgpack) or an MLP actor
/// (safetensors). The content decides which it is, not the name.
///
/// - Throws: `FileError`, `TensorFileError` or `CheckpointError`.
public func loadPolicy(contentsOf path: String) throws -> LoadedPolicy {
  try loadPolicy(ByteStorage(mapping: path), named: path)
}

/// The same for bytes already in memory.
public func loadPolicy(bytes: [UInt8], named name: String) throws -> LoadedPolicy {
  try loadPolicy(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, named: name)
}

private func loadPolicy(_ storage: ByteStorage, named name: String) throws -> LoadedPolicy {
  // a safetensors header opens with a brace; no msgpack file of ours has one there
  if storage.bytes.count > 8, storage.bytes[8] == UInt8(ascii: "{") {
    let file = try TensorFile(storage, named: name)
    var tensors: [String: SharedFloats] = [:]
    for tensor in file.names { tensors[tensor] = try file.sharedFloats(tensor) }
    let tree = ParameterTree(file: name, tensors: tensors)
    if let policy = file.metadata["policy"] {
      return .actor(try ActorPolicy(tree, settings: policy, metadata: file.metadata))
    }
    return .idql(try IDQLPolicy(tree, format: .safetensors, metadata: file.metadata))
  }
  // an object at the top is a map: 0x80 … 0x8f, 0xde or 0xdf
  if let first = storage.bytes.first, (0x80...0x8F).contains(first) || first >= 0xDE && first < 0xE0
  {
    let tree = ParameterTree(
      file: name, tensors: try readFlaxMessagePack(storage.bytes, named: name))
    return .idql(try IDQLPolicy(tree, format: .flaxMessagePack, metadata: [:]))
  }
  throw CheckpointError(file: name, .notACheckpoint)
}
