/// What a policy file holds, for people and reports.
public struct PolicyDescription: Codable, Equatable, Sendable {
  public enum Kind: String, Codable, Sendable {
    /// Diffusion policy, critic and value network.
    case idql
    /// Deterministic MLP actor.
    case actor
  }

  public enum Format: String, Codable, Sendable {
    case safetensors
    /// What `flax.serialization.to_bytes` writes.
    case flaxMessagePack
  }

  public struct Network: Codable, Equatable, Sendable {
    public var name: String
    /// One line: layers, widths, activation.
    public var layout: String
    public var parameterCount: Int
  }

  public struct Setting: Codable, Equatable, Sendable {
    public var name: String
    public var value: String
  }

  /// The path, or the name given with the bytes.
  public var file: String
  public var kind: Kind
  public var format: Format
  /// What it was trained on, as far as the file says: `hopper`.
  public var environment: String?
  public var observationCount: Int
  public var actionCount: Int
  public var networks: [Network]
  /// What else decides the policy's actions, in reading order.
  public var settings: [Setting]
  /// The file's own metadata, as it stands there.
  public var metadata: [String: String]

  public var parameterCount: Int { networks.reduce(0) { $0 + $1.parameterCount } }
}
