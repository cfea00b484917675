/// What a policy is, for terminals and reports.
public struct PolicyDescription: Equatable, Sendable {
  /// A kind of policy. Formats of other packages add their own.
  public struct Kind: RawRepresentable, Codable, Hashable, Sendable {
    /// The name in reports.
    public var rawValue: String

    /// A kind of that name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Diffusion policy, critic and value network.
    public static let idql = Kind(rawValue: "idql")
    /// Deterministic MLP actor.
    public static let actor = Kind(rawValue: "actor")

    /// The name in terminals, such as `deterministic actor`.
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
    /// Number of weights.
    public var parameterCount: Int

    /// A network of that name and layout.
    public init(name: String, layout: String, parameterCount: Int) {
      self.name = name
      self.layout = layout
      self.parameterCount = parameterCount
    }
  }

  /// A setting that its actions depend on.
  public struct Setting: Equatable, Sendable {
    /// Such as `sampling temperature`.
    public var name: String
    /// As it is printed.
    public var value: String

    /// A setting and its value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What kind of policy it is.
  public var kind: Kind
  /// The file it was read from; nil if it was made in memory. `loadPolicy` fills it in.
  public var source: PolicySource?
  /// The format it was read in, such as `safetensors`; nil if it was made in memory.
  public var format: String?
  /// What it was trained on, if the file says so: `hopper`.
  public var environment: String?
  /// Length of the observation it was trained on.
  public var observationCount: Int
  /// Length of its actions.
  public var actionCount: Int
  /// Its networks, in the order of their use; may be empty.
  public var networks: [Network] = []
  /// What else its actions depend on.
  public var settings: [Setting] = []
  /// The file's own metadata, unchanged.
  public var metadata: [String: String] = [:]

  /// A policy of that kind and those sizes; the other properties can be set afterwards.
  public init(kind: Kind, observationCount: Int, actionCount: Int) {
    self.kind = kind
    self.observationCount = observationCount
    self.actionCount = actionCount
  }

  /// Weights of all networks together.
  public var parameterCount: Int { networks.reduce(0) { $0 + $1.parameterCount } }
}

/// The bytes that a policy was read from.
public struct PolicySource: Equatable, Sendable {
  /// The path, or the name given with the bytes.
  public let name: String
  /// Digest of the bytes, 64 hexadecimal digits.
  public let sha256: String
}
