import IDQLRandom

/// A policy that was read from a file, with its description and the digest of the file.
public struct LoadedPolicy: Policy {
  /// The policy itself.
  public let policy: any Policy
  /// That of the policy, with the file it was read from and its format.
  public let description: PolicyDescription
  /// The file.
  public let source: PolicySource

  /// That of the policy.
  public var observationCount: Int { policy.observationCount }
  /// That of the policy.
  public var actionCount: Int { policy.actionCount }
  /// The policy as one that chooses among candidates, if it is one.
  public var deciding: (any DecidingPolicy)? { policy.deciding }

  /// Whether the policy can act on observations of this length.
  public func accepts(observationCount: Int) -> Bool {
    policy.accepts(observationCount: observationCount)
  }

  /// Those of the policy.
  public func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    policy.actions(observations: observations, steps: steps, noise: &noise)
  }

  /// The policy as one that chooses among candidates.
  ///
  /// - Throws: `CheckpointError` if it is none.
  public func requireDeciding() throws(CheckpointError) -> any DecidingPolicy {
    guard let deciding else {
      throw CheckpointError(file: source.name, .choosesNothing(description.kind))
    }
    return deciding
  }

  /// The same policy with other options.
  ///
  /// - Throws: `CheckpointError` if it does not choose among candidates, `IDQLOptionsError` for the
  ///   first value out of range.
  public func with(_ options: IDQLOptions) throws -> LoadedPolicy {
    LoadedPolicy(
      policy: try requireDeciding().with(options), description: description, source: source)
  }
}

/// Reads a policy in any of `policyFormats`: an IDQL agent (safetensors with flax names, flax
/// msgpack, a pickle), an MLP actor (safetensors, PyTorch, Stable-Baselines3), or what was
/// registered. The content decides which it is, not the name.
///
/// - Parameters:
///   - path: of the file.
///   - stated: settings that the file does not contain.
/// - Throws: `FileError` if the file cannot be read, `CheckpointError` if its content is of no
///   known format, what the format throws: of those here, `TensorFileError` or `CheckpointError`;
///   `NetworkKernelsError` if the environment variable `IDQL_KERNELS` is wrong.
public func loadPolicy(
  contentsOf path: String, stated: StatedSettings = StatedSettings()
) throws -> LoadedPolicy {
  try loadPolicy(PolicyContents(contentsOf: path, stated: stated))
}

/// The same for bytes already in memory.
public func loadPolicy(
  bytes: [UInt8], named name: String, stated: StatedSettings = StatedSettings()
) throws -> LoadedPolicy {
  try loadPolicy(PolicyContents(bytes: bytes, named: name, stated: stated))
}

/// The same for a file that has been read.
public func loadPolicy(_ contents: PolicyContents) throws -> LoadedPolicy {
  try NetworkKernels.requireChoice()
  let formats = policyFormats.all
  guard let format = formats.first(where: { $0.recognizes(contents) }) else {
    if let other = FileSignature(contents) {
      throw CheckpointError(
        file: contents.source.name, .otherFile(kind: other.kind, advice: other.advice))
    }
    throw CheckpointError(
      file: contents.source.name, .notACheckpoint(formats: formats.map(\.name)))
  }
  let policy = try format.read(contents)
  var description = policy.description
  description.source = contents.source
  description.format = format.name
  return LoadedPolicy(policy: policy, description: description, source: contents.source)
}
