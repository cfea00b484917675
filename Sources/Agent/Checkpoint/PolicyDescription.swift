/// What a policy is, for people and reports.
public struct PolicyDescription: Equatable, Sendable {
  /// What acts. Formats from outside add their own.
  public struct Kind: RawRepresentable, Codable, Hashable, Sendable {
    /// As reports have it.
    public var rawValue: String

    /// A kind of that name.
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

  /// One of its networks.
  public struct Network: Equatable, Sendable {
    /// Such as `critic`.
    public var name: String
    /// One line: layers, widths, activation.
    public var layout: String
    /// How many numbers were learnt.
    public var parameterCount: Int

    /// A network of that name and layout.
    public init(name: String, layout: String, parameterCount: Int) {
      self.name = name
      self.layout = layout
      self.parameterCount = parameterCount
    }
  }

  /// Something else that decides what it does.
  public struct Setting: Equatable, Sendable {
    /// Such as `sampling temperature`.
    public var name: String
    /// As it is shown.
    public var value: String

    /// A setting and its value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What acts.
  public var kind: Kind
  /// The file it was read from; nil if it was made in memory. `loadPolicy` fills it in.
  public var source: PolicySource?
  /// The format it was read in, such as `safetensors`; nil if it was made in memory.
  public var format: String?
  /// What it was trained on, as far as the file says: `hopper`.
  public var environment: String?
  /// Length of the observation it was trained on.
  public var observationCount: Int
  /// Length of its actions.
  public var actionCount: Int
  /// In the order of their use; empty if it names none.
  public var networks: [Network] = []
  /// What else decides the policy's actions, in reading order.
  public var settings: [Setting] = []
  /// The file's own metadata, as it stands there.
  public var metadata: [String: String] = [:]

  /// A policy of that kind and those sizes; whatever else is known can be set afterwards.
  public init(kind: Kind, observationCount: Int, actionCount: Int) {
    self.kind = kind
    self.observationCount = observationCount
    self.actionCount = actionCount
  }

  /// Of all networks together.
  public var parameterCount: Int { networks.reduce(0) { $0 + $1.parameterCount } }
}

/// Which bytes a policy was read from.
public struct PolicySource: Equatable, Sendable {
  /// The path, or the name given with the bytes.
  public let name: String
  /// Of these bytes, in 64 hexadecimal digits.
  public let sha256: String
}
