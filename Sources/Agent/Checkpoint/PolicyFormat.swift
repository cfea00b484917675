import Synchronization

/// A way in which policies are stored: how its bytes are told from others, and how they are read.
public struct PolicyFormat: Sendable {
  /// For people, such as `IDQL agent in safetensors`. No two registered formats share one.
  public let name: String
  /// Whether these bytes are meant to be of this format. Bytes that are, but are damaged, should be
  /// recognised too: reading them then says what is wrong.
  public let recognizes: @Sendable (PolicyContents) -> Bool
  /// Makes the policy, or throws an error whose description is one line.
  public let read: @Sendable (PolicyContents) throws -> any Policy

  /// A format of that name, known by `recognizes` and read by `read`.
  public init(
    name: String, recognizes: @escaping @Sendable (PolicyContents) -> Bool,
    read: @escaping @Sendable (PolicyContents) throws -> any Policy
  ) {
    self.name = name
    self.recognizes = recognizes
    self.read = read
  }
}

/// The formats that `loadPolicy` reads: those of this package, and whatever a program registers.
public let policyFormats = PolicyFormats()

/// A list of formats that a program adds its own to, from any thread.
public final class PolicyFormats: Sendable {
  private let formats: Mutex<[PolicyFormat]>

  fileprivate init() {
    formats = Mutex([.idqlMessagePack, .idqlSafetensors, .actorSafetensors])
  }

  /// Adds a format, which is asked before those that were there.
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

  /// In the order in which they are asked.
  public var all: [PolicyFormat] { formats.withLock { $0.reversed() } }
}

/// A second format of the same name.
public struct PolicyFormatError: Error, Equatable, CustomStringConvertible {
  /// The name that is taken.
  public let name: String

  /// One line.
  public var description: String {
    "a policy format named '\(name)' is registered already; another name would be accepted."
  }
}
