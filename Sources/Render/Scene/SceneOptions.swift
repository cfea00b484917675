/// What is shown of a model, and how (MuJoCo `mjvOption` and the flags of `mjvScene`).
package struct SceneOptions: Equatable, Sendable {
  /// An option that is on or off (MuJoCo `mjtVisFlag`, `mjtRndFlag`).
  package enum Flag: String, CaseIterable, Sendable {
    case texture, joints, cameras, actuators, lights, tendons, inertia, scaledInertia
    case contacts, contactForces, splitForces, perturbation, perturbationForce
    case transparent, connections, centersOfMass, staticBodies
    case shadows, wireframe, reflections, additive, sky, fog, haze

    /// The key that toggles it, as in MuJoCo's `simulate`.
    package var key: Character {
      switch self {
      case .texture: "X"
      case .joints: "J"
      case .cameras: "Q"
      case .actuators: "U"
      case .lights: "Z"
      case .tendons: "V"
      case .inertia: "I"
      case .scaledInertia: "'"
      case .contacts: "C"
      case .contactForces: "F"
      case .splitForces: "P"
      case .perturbation: "O"
      case .perturbationForce: "B"
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

    /// Its name in menus and in the help.
    package var title: String {
      switch self {
      case .scaledInertia: "inertia as of water"
      case .contactForces: "contact forces"
      case .splitForces: "forces in two parts"
      case .perturbationForce: "perturbation force"
      case .connections: "lines between joints"
      case .additive: "translucence as light"
      case .centersOfMass: "centres of mass"
      case .staticBodies: "static bodies"
      default: rawValue
      }
    }

    /// Whether it is on in new options.
    package var isOnAtFirst: Bool {
      switch self {
      case .texture, .tendons, .perturbation, .staticBodies, .shadows, .reflections, .sky, .haze:
        true
      default: false
      }
    }
  }

  /// The frames whose axes are drawn as arrows: red x, green y, blue z (MuJoCo `mjtFrame`).
  package enum Frames: String, CaseIterable, Sendable {
    case none, world, bodies, geoms, sites
  }

  /// The elements that are labelled with their names (MuJoCo `mjtLabel`).
  package enum Labels: String, CaseIterable, Sendable {
    case none, bodies, joints, geoms, sites, cameras, actuators, selection, contacts, forces
  }

  /// Number of groups of geoms and of sites (MuJoCo `mjNGROUP`).
  package static let groupCount = 6

  package var flags: Set<Flag> = Set(Flag.allCases.filter(\.isOnAtFirst))
  /// Which of the groups 0 to 5 are shown; an element of another group never is.
  package var geomGroups = [true, true, true, false, false, false]
  package var siteGroups = [true, true, true, false, false, false]
  package var tendonGroups = [true, true, true, false, false, false]
  package var frames = Frames.none
  package var labels = Labels.none
  /// The body that is drawn brighter; nil for none.
  package var selectedBody: Int?

  package init() {}

  package subscript(flag: Flag) -> Bool {
    get { flags.contains(flag) }
    set { if newValue { flags.insert(flag) } else { flags.remove(flag) } }
  }
}
