/// What of a model is shown, and how (MuJoCo `mjvOption` and the flags of `mjvScene`).
public struct SceneOptions: Equatable, Sendable {
  /// A switch with the key that turns it in MuJoCo's `simulate`.
  public enum Flag: String, CaseIterable, Sendable {
    case texture, joints, cameras, actuators, lights, inertia, scaledInertia
    case contacts, contactForces, splitForces, hand, handForce
    case transparent, connections, centersOfMass, staticBodies
    case shadows, wireframe, reflections, additive, sky, fog, haze

    public var key: Character {
      switch self {
      case .texture: "X"
      case .joints: "J"
      case .cameras: "Q"
      case .actuators: "U"
      case .lights: "Z"
      case .inertia: "I"
      case .scaledInertia: "'"
      case .contacts: "C"
      case .contactForces: "F"
      case .splitForces: "P"
      case .hand: "O"
      case .handForce: "B"
      case .transparent: "T"
      case .connections: "A"
      case .centersOfMass: "M"
      case .staticBodies: "D"
      case .shadows: "S"
      case .wireframe: "W"
      case .reflections: "R"
      case .additive: "L"
      case .sky: "K"
      case .fog: "G"
      case .haze: "/"
      }
    }

    public var title: String {
      switch self {
      case .scaledInertia: "inertia as of water"
      case .contactForces: "contact forces"
      case .splitForces: "forces in two parts"
      case .hand: "hand that pulls"
      case .handForce: "force of the hand"
      case .connections: "lines between joints"
      case .additive: "translucence as light"
      case .centersOfMass: "centres of mass"
      case .staticBodies: "static bodies"
      default: rawValue
      }
    }

    public var isOnAtFirst: Bool {
      switch self {
      case .texture, .hand, .staticBodies, .shadows, .reflections, .sky, .haze: true
      default: false
      }
    }
  }

  /// Whose axes are drawn as three arrows: red x, green y, blue z (MuJoCo `mjtFrame`).
  public enum Frames: String, CaseIterable, Sendable {
    case none, world, bodies, geoms, sites
  }

  /// What has its name written beside it (MuJoCo `mjtLabel`).
  public enum Labels: String, CaseIterable, Sendable {
    case none, bodies, joints, geoms, sites, cameras, actuators, selection, contacts, forces
  }

  /// How many groups geoms and sites may be in.
  public static let groupCount = 6

  public var flags: Set<Flag> = Set(Flag.allCases.filter(\.isOnAtFirst))
  /// Which of the groups 0 to 5 are shown; an element of another group never is.
  public var geomGroups = [true, true, true, false, false, false]
  public var siteGroups = [true, true, true, false, false, false]
  public var frames = Frames.none
  public var labels = Labels.none
  /// Drawn brighter.
  public var selectedBody: Int?

  public init() {}

  public subscript(flag: Flag) -> Bool {
    get { flags.contains(flag) }
    set { if newValue { flags.insert(flag) } else { flags.remove(flag) } }
  }
}
