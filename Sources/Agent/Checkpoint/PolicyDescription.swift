/// What a policy is, for people and reports.
public struct PolicyDescription: Equatable, Sendable {
  /// What acts. Formats from outside add their own.
  public struct Kind: RawRepresentable, Codable, Hashable, Sendable {
    /// As reports have it.
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Diffusion policy, critic and value network.
    public static let idql = Kind(rawValue: "idql")
    /// Deterministic MLP actor.
    public static let actor = Kind(rawValue: "actor")

    /// For people, such as `deterministic actor`.
    public var title: String {
      switch self {
      case .idql: "IDQL agent"
      case .actor: "deterministic actor"
      default: rawValue
      }
    }
  }

  public struct Network: Equatable, Sendable {
    public var name: String
    /// One line: layers, widths, activation.
    public var layout: String
    public var parameterCount: Int

    public init(name: String, layout: String, parameterCount: Int) {
      self.name = name
      self.layout = layout
      self.parameterCount = parameterCount
    }
  }

  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public var kind: Kind
  /// The file it was read from; nil if it was made in memory. `loadPolicy` fills it in.
  public var source: PolicySource?
  /// The format it was read in, such as `safetensors`; nil if it was made in memory.
  public var format: String?
  /// What it was trained on, as far as the file says: `hopper`.
  public var environment: String?
  public var observationCount: Int
  public var actionCount: Int
  public var networks: [Network] = []
  /// What else decides the policy's actions, in reading order.
  public var settings: [Setting] = []
  /// The file's own metadata, as it stands there.
  public var metadata: [String: String] = [:]

  public init(kind: Kind, observationCount: Int, actionCount: Int) {
    self.kind = kind
    self.observationCount = observationCount
    self.actionCount = actionCount
  }

  public var parameterCount: Int { networks.reduce(0) { $0 + $1.parameterCount } }
}

/// Which bytes a policy was read from.
public struct PolicySource: Equatable, Sendable {
  /// The path, or the name given with the bytes.
  public let name: String
  /// Of these bytes, in 64 hexadecimal digits.
  public let sha256: String
}
