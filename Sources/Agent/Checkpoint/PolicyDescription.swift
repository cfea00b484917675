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

  /// Something else that decides what it does.
  public struct Setting: Codable, Equatable, Sendable {
    /// Where a value comes from.
    public enum Origin: String, Codable, Sendable {
      /// The file says it, or its tensors imply it.
      case stored
      /// Whoever loaded the file said it.
      case stated
      /// Nobody said it: the reference's default.
      case assumed
    }

    /// Such as `sampling temperature`.
    public var name: String
    /// As it is printed.
    public var value: String
    /// Nil where a format does not tell.
    public var origin: Origin?

    /// A setting and its value.
    public init(name: String, value: String, origin: Origin? = nil) {
      self.name = name
      self.value = value
      self.origin = origin
    }
  }

  /// Tensors of the file that acting does not use.
  public struct Unused: Codable, Equatable, Sendable {
    /// What their names begin with.
    public var name: String
    /// How many there are.
    public var tensorCount: Int
    /// How many numbers they hold.
    public var parameterCount: Int

    enum CodingKeys: String, CodingKey {
      case name
      case tensorCount = "tensors"
      case parameterCount = "parameters"
    }

    mutating func add(_ count: Int) {
      tensorCount += 1
      parameterCount += count
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
  /// A second file that it acts by: statistics of observations.
  public var normalization: PolicySource?
  /// A second file with the critic by which it chooses.
  public var critic: PolicySource?
  /// The data set whose statistics its observations are normalised by.
  public var statistics: PolicySource?
  /// What the file holds besides, which changes no action.
  public var unused: [Unused] = []
  /// Settings of the file that nothing here knows, by their names there.
  public var unknownSettings: [String] = []
  /// The file's own metadata, as it stands there.
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
