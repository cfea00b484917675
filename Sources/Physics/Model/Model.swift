/// A compiled mechanism: everything about it that no step changes (MuJoCo `mjModel`).
///
/// SI units throughout, angles in radians. Body 0 is the world. Parents precede their children, the
/// joints of a body stand together and in order, and so do the degrees of freedom of a joint.
///
/// Many of its numbers follow from others: contact parameters from both geoms, inverse weights from all
/// inertia. So none can be set by itself; ``edited(_:)`` gives a model with other masses, sizes, frictions …
/// and with all that follows from them.
///
/// ```swift
/// let model = try Model(contentsOf: "hopper.xml", profile: .mujoco4)
/// let heavier = try model.edited { $0.bodies["foot"].mass *= 1.2 }
/// ```
public struct Model: Equatable, Sendable {
  /// As the document calls it.
  public internal(set) var name: String
  /// Which MuJoCo's rules it was compiled by, and is stepped by.
  public internal(set) var profile: PhysicsProfile
  /// What concerns all elements: time step, gravity, fluid.
  public internal(set) var options: ModelOptions

  /// The world, then every body after its parent.
  public internal(set) var bodies: ModelElements<Body>
  /// By body.
  public internal(set) var joints: ModelElements<Joint>
  /// By joint, length `velocityCount`.
  public internal(set) var degreesOfFreedom: [DegreeOfFreedom]
  /// By body.
  public internal(set) var geoms: ModelElements<Geom>
  /// By body.
  public internal(set) var sites: ModelElements<Site>
  /// In the order of the controls, length `controlCount`.
  public internal(set) var actuators: ModelElements<Actuator>
  /// States that the document stores.
  public internal(set) var keyframes: ModelElements<Keyframe>

  /// What the document's `<pair>`s say; `pairs` holds what follows.
  public internal(set) var explicitPairs: [ExplicitPair]
  /// Bodies that never touch each other (MuJoCo `exclude_signature`).
  var exclusions: [IndexPair]

  /// Cameras, lights, materials and colours: kept for drawing, without effect on the motion.
  public internal(set) var visuals: ModelVisuals

  // what follows from the above: see Model+Derivation.swift

  /// The geom pairs that can touch, in MuJoCo's order: by body pair, then by geom.
  public internal(set) var pairs: [ContactPair] = []
  /// Length `positionCount`: the configuration in which the document was written (MuJoCo `qpos0`).
  public internal(set) var initialPosition: [Double] = []
  /// Length `positionCount`: where springs are relaxed (MuJoCo `qpos_spring`).
  public internal(set) var springPosition: [Double] = []

  /// MuJoCo `nq`.
  public var positionCount: Int { initialPosition.count }
  /// MuJoCo `nv`.
  public var velocityCount: Int { degreesOfFreedom.count }
  /// MuJoCo `nu`.
  public var controlCount: Int { actuators.count }
}

/// The document's `<option>`, as far as it acts on these models (MuJoCo `mjOption`).
public struct ModelOptions: Equatable, Sendable {
  /// How a time step is taken.
  public enum Integrator: String, Codable, Sendable {
    /// Semi-implicit Euler, implicit in joint damping.
    case euler = "Euler"
    /// Classic fourth-order Runge-Kutta.
    case rungeKutta4 = "RK4"
  }

  /// Seconds.
  public internal(set) var timestep = 0.002
  /// m/s², in the world.
  public internal(set) var gravity = Vector3(0, 0, -9.81)
  /// MuJoCo `integrator`.
  public internal(set) var integrator = Integrator.euler
  /// Of the surrounding fluid, kg/m³, for drag on each body's equivalent inertia box (MuJoCo `density`).
  public internal(set) var fluidDensity = 0.0
  /// Of the surrounding fluid, Pa·s (MuJoCo `viscosity`).
  public internal(set) var fluidViscosity = 0.0
  /// Velocity of the surrounding fluid, m/s, in the world.
  public internal(set) var wind = Vector3.zero
  /// Ratio of frictional to normal constraint impedance (MuJoCo `impratio`).
  public internal(set) var frictionImpedanceRatio = 1.0
}

/// A rigid body (MuJoCo `body_*`).
public struct Body: Equatable, Sendable {
  /// Index of the parent; the world is its own.
  public let parent: Int
  /// The child of the world from which this body descends (MuJoCo `body_rootid`).
  public let root: Int
  /// The topmost body to which this one is rigidly fixed (MuJoCo `body_weldid`).
  public let weld: Int
  /// Index of its first joint (MuJoCo `body_jntadr`).
  public let firstJoint: Int
  /// MuJoCo `body_jntnum`.
  public let jointCount: Int
  /// Index of its joints' first degree of freedom (MuJoCo `body_dofadr`).
  public let firstDegreeOfFreedom: Int
  /// MuJoCo `body_dofnum`.
  public let degreeOfFreedomCount: Int
  /// The last degree of freedom that moves this body, its own or an ancestor's; -1 if none does.
  public let lastMovingDegreeOfFreedom: Int

  /// Origin in the parent's frame, m (MuJoCo `body_pos`).
  public internal(set) var position: Vector3
  /// Axes in the parent's frame (MuJoCo `body_quat`).
  public internal(set) var orientation: Quaternion
  /// Centre of mass in the body's frame, m (MuJoCo `body_ipos`).
  public internal(set) var inertialPosition: Vector3
  /// Principal axes in the body's frame (MuJoCo `body_iquat`).
  public internal(set) var inertialOrientation: Quaternion
  /// kg (MuJoCo `body_mass`).
  public internal(set) var mass: Double
  /// Principal moments, kg m² (MuJoCo `body_inertia`).
  public internal(set) var inertia: Vector3

  /// Mean inverse mass felt at the centre of mass in the initial configuration, 1/kg (MuJoCo
  /// `body_invweight0`). It follows from all inertia.
  public internal(set) var inverseTranslationWeight = 0.0
  /// Mean inverse rotational inertia in the initial configuration, 1/(kg m²).
  public internal(set) var inverseRotationWeight = 0.0
}

/// A joint between a body and its parent (MuJoCo `jnt_*`).
public struct Joint: Equatable, Sendable {
  /// How it lets its body move (MuJoCo `mjtJoint`).
  public enum Kind: UInt8, Sendable {
    /// 7 positions (x, y, z, quaternion w, x, y, z), 6 velocities (linear in world axes, angular in
    /// body axes).
    case free = 0
    /// 4 positions (quaternion), 3 velocities (angular, in body axes).
    case ball = 1
    /// 1 position [m].
    case slide = 2
    /// 1 position [rad].
    case hinge = 3
  }

  /// MuJoCo `jnt_type`.
  public let kind: Kind
  /// Index of the body that it moves (MuJoCo `jnt_bodyid`).
  public let body: Int
  /// Index of its first entry in the position vector (MuJoCo `jnt_qposadr`).
  public let firstPosition: Int
  /// Index of its first degree of freedom (MuJoCo `jnt_dofadr`).
  public let firstDegreeOfFreedom: Int
  /// In the body's frame, m (MuJoCo `jnt_pos`).
  public internal(set) var anchor: Vector3
  /// Unit vector in the body's frame (MuJoCo `jnt_axis`).
  public internal(set) var axis: Vector3
  /// MuJoCo `jnt_limited`.
  public internal(set) var isLimited: Bool
  /// Lower limit, rad or m (MuJoCo `jnt_range`). A ball joint has none.
  public internal(set) var lower: Double
  /// Upper limit, rad or m.
  public internal(set) var upper: Double
  /// Distance from a limit at which its constraint becomes active (MuJoCo `jnt_margin`).
  public internal(set) var margin: Double
  /// N/m or N m/rad (MuJoCo `jnt_stiffness`).
  public internal(set) var stiffness: Double
  /// Of its limits (MuJoCo `jnt_solref`, `jnt_solimp`).
  public internal(set) var limitSoftness: ConstraintSoftness
  /// Of each of its degrees of freedom, N s/m or N m s/rad (MuJoCo `dof_damping`).
  public internal(set) var damping: Double
  /// Added to the inertia of each of its degrees of freedom, kg or kg m² (MuJoCo `dof_armature`).
  public internal(set) var armature: Double
  /// Position in the initial configuration, rad or m, of a hinge or slide; 0 for others (MuJoCo `ref`).
  public internal(set) var reference: Double
  /// Position at which the spring is relaxed, rad or m, of a hinge or slide; 0 for others (MuJoCo
  /// `springref`).
  public internal(set) var springReference: Double

  /// Its degrees of freedom that turn the body.
  package var rotations: Range<Int> {
    let first = firstDegreeOfFreedom
    return switch kind {
    case .slide: first..<first
    case .hinge: first..<first + 1
    case .ball: first..<first + 3
    case .free: first + 3..<first + 6
    }
  }
}

/// One degree of freedom of a joint (MuJoCo `dof_*`).
public struct DegreeOfFreedom: Equatable, Sendable {
  /// Index of the body that it moves (MuJoCo `dof_bodyid`).
  public let body: Int
  /// Index of its joint (MuJoCo `dof_jntid`).
  public let joint: Int
  /// The previous degree of freedom on the way to the root, -1 at the root (MuJoCo `dof_parentid`).
  public let parent: Int

  /// That of its joint (MuJoCo `dof_armature`).
  public internal(set) var armature = 0.0
  /// That of its joint (MuJoCo `dof_damping`).
  public internal(set) var damping = 0.0
  /// Inverse inertia it feels in the initial configuration (MuJoCo `dof_invweight0`). It follows from all
  /// inertia.
  public internal(set) var inverseWeight = 0.0
}

/// A shape fixed to a body (MuJoCo `geom_*`).
public struct Geom: Equatable, Sendable {
  /// Raw values are MuJoCo's `mjtGeom`: of a pair, the lower one comes first.
  public enum Shape: UInt8, Sendable {
    case plane = 0
    case sphere = 2
    case capsule = 3
    case ellipsoid = 4
    case cylinder = 5
    case box = 6
  }

  /// MuJoCo `geom_type`.
  public let shape: Shape
  /// Index of its body (MuJoCo `geom_bodyid`).
  public let body: Int
  /// Centre in the body's frame, m (MuJoCo `geom_pos`).
  public internal(set) var position: Vector3
  /// Axes in the body's frame (MuJoCo `geom_quat`).
  public internal(set) var orientation: Quaternion
  /// Plane: half sizes for drawing; sphere: radius; capsule and cylinder: radius, half length without
  /// the caps; box and ellipsoid: half sizes.
  public internal(set) var size: Vector3
  /// Radius of the sphere around its centre that holds it; 0 for a plane (MuJoCo `geom_rbound`). It
  /// follows from shape and size.
  public internal(set) var boundingRadius = 0.0
  /// Two geoms can touch if this and the other's affinity have a bit in common (MuJoCo `geom_contype`).
  public internal(set) var contactType: Int
  /// MuJoCo `geom_conaffinity`.
  public internal(set) var contactAffinity: Int
  /// 1, 3, 4 or 6 (MuJoCo `geom_condim`).
  public internal(set) var contactDimension: Int
  /// The geom with the higher one decides dimension, friction and softness of a contact alone (MuJoCo
  /// `geom_priority`).
  public internal(set) var priority: Int
  /// Sliding, torsional and rolling friction (MuJoCo `geom_friction`).
  public internal(set) var friction: Vector3
  /// Distance at which a contact is found, m; ``PhysicsProfile`` says how two combine (MuJoCo
  /// `geom_margin`).
  public internal(set) var margin: Double
  /// How much of the margin a contact is found in without pushing, m (MuJoCo `geom_gap`).
  public internal(set) var gap: Double
  /// Weight of this geom's softness beside the other's (MuJoCo `geom_solmix`).
  public internal(set) var softnessMix: Double
  /// MuJoCo `geom_solref`, `geom_solimp`.
  public internal(set) var softness: ConstraintSoftness
  /// For drawing, and for what gives a body its mass (MuJoCo `geom_group`).
  public internal(set) var group: Int
  /// Index into `ModelVisuals.materials`, -1 if none.
  public let material: Int
  /// Red, green, blue, opacity.
  public internal(set) var color: SIMD4<Float>
}

/// How a constraint gives way: MuJoCo's `solref` and `solimp`.
public struct ConstraintSoftness: Equatable, Sendable {
  /// s if positive, else minus the stiffness, 1/s² (first of `solref`).
  public var timeConstant: Double
  /// Beside a positive time constant, else minus the damping, 1/s (second of `solref`).
  public var dampingRatio: Double
  /// At depth 0 (`solimp`: d0).
  public var surfaceImpedance: Double
  /// From depth `width` on (`solimp`: dwidth).
  public var deepImpedance: Double
  /// m or rad (`solimp`).
  public var width: Double
  /// Where the curve between the two changes its bend, as a share of `width` (`solimp`).
  public var midpoint: Double
  /// Of that curve, 1 or more (`solimp`).
  public var power: Double

  /// MuJoCo's defaults, but for what is given.
  public init(
    timeConstant: Double = 0.02, dampingRatio: Double = 1, surfaceImpedance: Double = 0.9,
    deepImpedance: Double = 0.95, width: Double = 0.001, midpoint: Double = 0.5, power: Double = 2
  ) {
    self.timeConstant = timeConstant
    self.dampingRatio = dampingRatio
    self.surfaceImpedance = surfaceImpedance
    self.deepImpedance = deepImpedance
    self.width = width
    self.midpoint = midpoint
    self.power = power
  }
}

/// Two geoms that touch whatever their filters say, with contact parameters of their own (MuJoCo
/// `pair_*`).
public struct ExplicitPair: Equatable, Sendable {
  /// Geom indices, the one with the lower shape number first.
  public let first: Int
  /// The other geom.
  public let second: Int
  /// 1, 3, 4 or 6 (MuJoCo `condim`).
  public internal(set) var dimension: Int
  /// m (MuJoCo `pair_margin`).
  public internal(set) var margin: Double
  /// m (MuJoCo `pair_gap`).
  public internal(set) var gap: Double
  /// Two sliding, one torsional, two rolling coefficients (MuJoCo `pair_friction`).
  public internal(set) var friction: (Double, Double, Double, Double, Double)
  /// MuJoCo `pair_solref`, `pair_solimp`.
  public internal(set) var softness: ConstraintSoftness

  /// By value; tuples keep the compiler from writing it.
  public static func == (a: Self, b: Self) -> Bool {
    a.first == b.first && a.second == b.second && a.dimension == b.dimension && a.margin == b.margin
      && a.gap == b.gap && a.friction == b.friction && a.softness == b.softness
  }
}

/// Two geoms that may touch, and the contact parameters that follow from both.
public struct ContactPair: Equatable, Sendable {
  /// Geom indices, the one with the lower shape number first; the normal points from `first` to
  /// `second`.
  public let first: Int
  /// The other geom.
  public let second: Int
  /// 1, 3, 4 or 6 (MuJoCo `condim`).
  public let dimension: Int
  /// A contact is found where the distance is below it, m.
  public let margin: Double
  /// A contact pushes where the distance is below `margin - gap`, m.
  public let gap: Double
  /// Two sliding, one torsional, two rolling coefficients (MuJoCo `mjContact.friction`).
  public let friction: (Double, Double, Double, Double, Double)
  /// MuJoCo `mjContact.solref`, `solimp`.
  public let softness: ConstraintSoftness

  /// By value; tuples keep the compiler from writing it.
  public static func == (a: Self, b: Self) -> Bool {
    a.first == b.first && a.second == b.second && a.dimension == b.dimension && a.margin == b.margin
      && a.gap == b.gap && a.friction == b.friction && a.softness == b.softness
  }
}

/// A scalar drive on one joint (MuJoCo `actuator_*`, `trntype` joint).
///
/// force = clamp(gain · clamp(control) + bias), where gain = g₀ + g₁ l + g₂ l̇ and
/// bias = b₀ + b₁ l + b₂ l̇, with length l = gear · joint position. The joint feels gear · force.
public struct Actuator: Equatable, Sendable {
  /// Index of the joint that it drives (MuJoCo `actuator_trnid`).
  public let joint: Int
  /// On a hinge or slide the first number; on a ball or free joint one per degree of freedom.
  public internal(set) var gear: (Double, Double, Double, Double, Double, Double)
  /// Minus and plus infinity where unlimited (MuJoCo `ctrlrange`).
  public internal(set) var controlRange: ClosedRange<Double>
  /// Minus and plus infinity where unlimited (MuJoCo `forcerange`).
  public internal(set) var forceRange: ClosedRange<Double>
  /// g₀, g₁, g₂ (MuJoCo `gainprm`, of gain type fixed or affine).
  public internal(set) var gain: Vector3
  /// b₀, b₁, b₂ (MuJoCo `biasprm`, of bias type none or affine).
  public internal(set) var bias: Vector3
  /// Of a position actuator (b₁ = -g₀): if above 0, b₂ follows from it and from the inertia that the joint
  /// feels (MuJoCo `dampratio`).
  public internal(set) var dampingRatio: Double
  /// Of a position actuator: if above 0, the control range is that of the joint, times this (MuJoCo
  /// `inheritrange`).
  public internal(set) var inheritedRange: Double

  /// By value; tuples keep the compiler from writing it.
  public static func == (a: Self, b: Self) -> Bool {
    a.joint == b.joint && a.gear == b.gear && a.controlRange == b.controlRange
      && a.forceRange == b.forceRange && a.gain == b.gain && a.bias == b.bias
      && a.dampingRatio == b.dampingRatio && a.inheritedRange == b.inheritedRange
  }
}

/// A marked frame on a body (MuJoCo `site_*`), for drawing and for measuring.
public struct Site: Equatable, Sendable {
  /// Index of its body (MuJoCo `site_bodyid`).
  public let body: Int
  /// Origin in the body's frame, m (MuJoCo `site_pos`).
  public internal(set) var position: Vector3
  /// Axes in the body's frame (MuJoCo `site_quat`).
  public internal(set) var orientation: Quaternion
  /// As it is drawn (MuJoCo `site_type`).
  public let shape: Geom.Shape
  /// As of a geom (MuJoCo `site_size`).
  public internal(set) var size: Vector3
  /// For drawing (MuJoCo `site_group`).
  public internal(set) var group: Int
  /// Index into `ModelVisuals.materials`, -1 if none.
  public let material: Int
  /// Red, green, blue, opacity.
  public internal(set) var color: SIMD4<Float>
}

/// A stored state (MuJoCo `key_*`).
public struct Keyframe: Equatable, Sendable {
  /// Seconds.
  public let time: Double
  /// Length `positionCount`.
  public internal(set) var position: [Double]
  /// Length `velocityCount`.
  public let velocity: [Double]
  /// Length `controlCount`.
  public let control: [Double]
  /// The document gives no position: it is the model's initial one.
  let isAtInitialPosition: Bool
}
