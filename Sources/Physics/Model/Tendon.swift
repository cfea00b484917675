/// A length that depends on the configuration, with springs, limits, friction and actuators along it
/// (MuJoCo `tendon_*`).
public struct Tendon: Equatable, Sendable {
  /// One element of its path (MuJoCo `wrap_*`).
  public enum Part: Equatable, Sendable {
    /// Of a fixed tendon: the joint's position times the coefficient adds to the length.
    case joint(Int, coefficient: Double)
    /// Of a spatial tendon: it passes through this site.
    case site(Int)
    /// It is wound around this sphere or cylinder where it would otherwise pass through it, or on the
    /// side of a site; if that is inside the shape, through the inside.
    case geom(Int, sideSite: Int?)
    /// A new branch begins, whose length counts one part in `divisor`.
    case pulley(divisor: Double)
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
  /// Inertia against changes of its length, kg or kg m² (MuJoCo `tendon_armature`).
  public internal(set) var armature = 0.0
  /// Lengths at which the spring is relaxed (MuJoCo `tendon_lengthspring`).
  public internal(set) var springRange: ClosedRange<Double>
  /// Whether the spring is relaxed at the length of the springs' configuration.
  let isRelaxedAtSpringPosition: Bool
  /// Greatest force of dry friction (MuJoCo `tendon_frictionloss`).
  public internal(set) var frictionLoss: Double
  /// Softness of that friction (MuJoCo `tendon_solref_fri`, `tendon_solimp_fri`).
  public internal(set) var frictionSoftness: ConstraintSoftness
  /// The sum of its actuators' forces is scaled to it; infinite where unlimited (MuJoCo
  /// `tendon_actfrcrange`).
  public internal(set) var actuatorForceRange = unlimited

  /// Length in the initial configuration (MuJoCo `tendon_length0`). Derived.
  public internal(set) var initialLength = 0.0
  /// Inverse effective inertia in the initial configuration (MuJoCo `tendon_invweight0`). Derived.
  public internal(set) var inverseWeight = 0.0
}

extension Tendon {
  /// Whether its length is that of a path through space, else a sum over joints.
  public var isSpatial: Bool {
    if case .joint? = path.first { return false }
    return true
  }

  /// The branches of a spatial tendon: parts of its path between pulleys.
  var branches: [(divisor: Double, parts: ArraySlice<Part>)] {
    var found: [(divisor: Double, parts: ArraySlice<Part>)] = []
    var (divisor, start) = (1.0, path.startIndex)
    for (index, part) in path.enumerated() {
      guard case .pulley(let next) = part else { continue }
      if index > start { found.append((divisor, path[start..<index])) }
      (divisor, start) = (next, index + 1)
    }
    if start < path.endIndex { found.append((divisor, path[start...])) }
    return found
  }
}
