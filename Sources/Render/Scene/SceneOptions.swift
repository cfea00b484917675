/// What of a model is shown, and how (MuJoCo `mjvOption` and the flags of `mjvScene`).
public struct SceneOptions: Equatable, Sendable {
  /// A switch with the key that turns it in MuJoCo's `simulate`.
  public enum Flag: String, CaseIterable, Sendable {
    case texture, joints, actuators, inertia
    case contacts, contactForces, transparent, centersOfMass, staticBodies
    case shadows, wireframe, reflections, sky, haze

    public var key: Character {
      switch self {
      case .texture: "X"
      case .joints: "J"
      case .actuators: "U"
      case .inertia: "I"
      case .contacts: "C"
      case .contactForces: "F"
      case .transparent: "T"
      case .centersOfMass: "M"
      case .staticBodies: "D"
      case .shadows: "S"
      case .wireframe: "W"
      case .reflections: "R"
      case .sky: "K"
      case .haze: "/"
      }
    }

    public var title: String {
      switch self {
      case .contactForces: "contact forces"
      case .centersOfMass: "centres of mass"
      case .staticBodies: "static bodies"
      default: rawValue
      }
    }

    public var isOnAtFirst: Bool {
      switch self {
      case .texture, .staticBodies, .shadows, .reflections, .sky, .haze: true
      default: false
      }
    }
  }

  /// Whose axes are drawn as three arrows: red x, green y, blue z (MuJoCo `mjtFrame`).
  public enum Frames: String, CaseIterable, Sendable {
    case none, world, bodies, geoms, sites
  }

  /// How many groups geoms and sites may be in.
  public static let groupCount = 6

  public var flags: Set<Flag> = Set(Flag.allCases.filter(\.isOnAtFirst))
  /// Which of the groups 0 to 5 are shown; an element of another group never is.
  public var geomGroups = [true, true, true, false, false, false]
  public var siteGroups = [true, true, true, false, false, false]
  public var frames = Frames.none
  /// Drawn brighter.
  public var selectedBody: Int?

  public init() {}

  public subscript(flag: Flag) -> Bool {
    get { flags.contains(flag) }
    set { if newValue { flags.insert(flag) } else { flags.remove(flag) } }
  }
}
