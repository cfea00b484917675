/// A length that depends on the configuration, with springs, limits, friction and actuators along it
/// (MuJoCo `tendon_*`).
public struct Tendon: Equatable, Sendable {
  /// One element of its path (MuJoCo `wrap_*`).
  public enum Part: Equatable, Sendable {
    /// Of a fixed tendon: the joint's position times the coefficient adds to the length.
    case joint(Int, coefficient: Double)
  }

  /// From end to end.
  public let path: [Part]
  /// Whether it has limits (MuJoCo `tendon_limited`).
  public internal(set) var isLimited: Bool
  /// Lower limit of its length (MuJoCo `tendon_range`).
  public internal(set) var lower: Double
  /// Upper limit of its length (MuJoCo `tendon_range`).
  public internal(set) var upper: Double
  /// Distance from a limit at which its constraint becomes active (MuJoCo `tendon_margin`).
  public internal(set) var margin: Double
  /// Softness of its limits (MuJoCo `tendon_solref_lim`, `tendon_solimp_lim`).
  public internal(set) var limitSoftness: ConstraintSoftness
  /// Force per length beyond `springRange` (MuJoCo `tendon_stiffness`).
  public internal(set) var stiffness: Double
  /// Force per speed of its length (MuJoCo `tendon_damping`).
  public internal(set) var damping: Double
  /// Lengths at which the spring is relaxed (MuJoCo `tendon_lengthspring`).
  public internal(set) var springRange: ClosedRange<Double>
  /// Whether the spring is relaxed at the length of the springs' configuration.
  let isRelaxedAtSpringPosition: Bool
  /// Greatest force of dry friction (MuJoCo `tendon_frictionloss`).
  public internal(set) var frictionLoss: Double
  /// Softness of that friction (MuJoCo `tendon_solref_fri`, `tendon_solimp_fri`).
  public internal(set) var frictionSoftness: ConstraintSoftness

  /// Length in the initial configuration (MuJoCo `tendon_length0`). Derived.
  public internal(set) var initialLength = 0.0
  /// Inverse effective inertia in the initial configuration (MuJoCo `tendon_invweight0`). Derived.
  public internal(set) var inverseWeight = 0.0
}

extension Tendon {
  /// Length of a fixed tendon, and its Jacobian by degree of freedom, in rising order without
  /// repetition.
  func fixedJacobian(_ joints: some RandomAccessCollection<Joint>) -> [(dof: Int, entry: Double)] {
    var entries: [Int: Double] = [:]
    for case .joint(let index, let coefficient) in path {
      let joint = joints[joints.index(joints.startIndex, offsetBy: index)]
      entries[joint.firstDegreeOfFreedom, default: 0] += coefficient
    }
    return entries.sorted { $0.key < $1.key }.map { (dof: $0.key, entry: $0.value) }
  }

  func fixedLength(_ joints: some RandomAccessCollection<Joint>, _ position: [Double]) -> Double {
    path.reduce(0) { sum, part in
      guard case .joint(let index, let coefficient) = part else { return sum }
      let joint = joints[joints.index(joints.startIndex, offsetBy: index)]
      return sum + coefficient * position[joint.firstPosition]
    }
  }
}
