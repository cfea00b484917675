import Synchronization

/// A file format of policies: how it is recognised, and how it is read.
public struct PolicyFormat: Sendable {
  /// Such as `IDQL agent in safetensors`. Names of registered formats are unique.
  public let name: String
  /// Whether the bytes are in this format. Damaged files of the format should be recognised too, so
  /// that reading them reports the damage.
  public let recognizes: @Sendable (PolicyContents) -> Bool
  /// Makes the policy, or throws an error whose description is one line.
  public let read: @Sendable (PolicyContents) throws -> any Policy

  /// A format of that name, recognised by `recognizes` and read by `read`.
  public init(
    name: String, recognizes: @escaping @Sendable (PolicyContents) -> Bool,
    read: @escaping @Sendable (PolicyContents) throws -> any Policy
  ) {
    self.name = name
    self.recognizes = recognizes
    self.read = read
  }
}

/// The formats that `loadPolicy` reads: those of this package, and those that a program registers.
public let policyFormats = PolicyFormats()

/// A list of formats, to which a program can add its own from any thread.
public final class PolicyFormats: Sendable {
  private let formats: Mutex<[PolicyFormat]>

  fileprivate init() {
    formats = Mutex([
      .idqlMessagePack, .pickle, .torchStream, .torchArchive, .stableBaselines, .idqlSafetensors,
      .actorSafetensors,
    ])
  }

  /// Adds a format, which is tried before those that are there.
  ///
  /// - Throws: `PolicyFormatError` if one of that name is there.
  public func register(_ format: PolicyFormat) throws(PolicyFormatError) {
    let isNew = formats.withLock { formats in
      if formats.contains(where: { $0.name == format.name }) { return false }
      formats.append(format)
      return true
    }
    if !isNew { throw PolicyFormatError(name: format.name) }
  }

  /// All formats, in the order in which they are tried.
  public var all: [PolicyFormat] { formats.withLock { $0.reversed() } }
}

/// A format was registered under a name that is taken.
public struct PolicyFormatError: Error, Equatable, CustomStringConvertible {
  /// The name that is taken.
  public let name: String

  /// One line.
  public var description: String {
    "a policy format named '\(name)' is registered already; another name would be accepted."
  }
}
