/// A compiled mechanism: everything about it that no step changes (MuJoCo `mjModel`).
///
/// SI units throughout, angles in radians. Body 0 is the world. Parents precede their children; the
/// joints of a body are consecutive and in order, and so are the degrees of freedom of a joint.
///
/// Many quantities are derived from others: contact parameters from both geoms, inverse weights
/// from all inertia. So none can be set by itself; ``edited(_:)`` gives a model with other masses,
/// sizes, frictions … and with all derived quantities computed again.
///
/// ```swift
/// let model = try Model(contentsOf: "hopper.xml", profile: .mujoco4)
/// let heavier = try model.edited { $0.bodies["foot"].mass *= 1.2 }
/// ```
public struct Model: Equatable, Sendable {
  /// Name of the document's model.
  public internal(set) var name: String
  /// The MuJoCo release whose rules it is compiled and stepped by.
  public internal(set) var profile: PhysicsProfile
  /// Time step, gravity, fluid and what else concerns all elements.
  public internal(set) var options: ModelOptions

  /// The world, then all others, each after its parent.
  public internal(set) var bodies: ModelElements<Body>
  /// Ordered by body.
  public internal(set) var joints: ModelElements<Joint>
  /// Ordered by joint, length `velocityCount`.
  public internal(set) var degreesOfFreedom: [DegreeOfFreedom]
  /// Ordered by body.
  public internal(set) var geoms: ModelElements<Geom>
  /// Those that geoms have as their shape.
  public internal(set) var meshes: [Mesh] = []
  /// Those that geoms have as their shape.
  public internal(set) var heightFields: [HeightField] = []
  /// Ordered by body.
  public internal(set) var sites: ModelElements<Site>
  /// Lengths that depend on the configuration.
  public internal(set) var tendons: ModelElements<Tendon>
  /// Constraints that hold in both directions.
  public internal(set) var equalities: ModelElements<Equality>
  /// In the order of the controls, length `controlCount`.
  public internal(set) var actuators: ModelElements<Actuator>
  /// States that the document stores.
  public internal(set) var keyframes: ModelElements<Keyframe>

  /// The document's `<pair>` elements; `pairs` holds the pairs that result.
  public internal(set) var explicitPairs: [ExplicitPair]
  /// Pairs of bodies that never collide (MuJoCo `exclude_signature`).
  var exclusions: [IndexPair]

  /// Cameras, lights, materials and textures: for rendering, without effect on the motion.
  package internal(set) var visuals: ModelVisuals

  // derived from the above: see Model+Derivation.swift

  /// The geom pairs that can collide, in MuJoCo's order: by body pair, then by geom.
  public internal(set) var pairs: [ContactPair] = []
  /// Length `positionCount`: the configuration in which the document was written (MuJoCo `qpos0`).
  public internal(set) var initialPosition: [Double] = []
  /// Length `positionCount`: where springs are relaxed (MuJoCo `qpos_spring`).
  public internal(set) var springPosition: [Double] = []

  /// Whether its constraints are solved one simulation at a time, not in lanes.
  package var isSolvedApart: Bool { options.hasEllipticCones || options.noSlipIterations > 0 }

  /// Length of a position vector (MuJoCo `nq`).
  public var positionCount: Int { initialPosition.count }
  /// Length of a velocity vector (MuJoCo `nv`).
  public var velocityCount: Int { degreesOfFreedom.count }
  /// Length of the vector of actuators' states (MuJoCo `na`).
  public var activationCount: Int { actuators.count { $0.activation >= 0 } }
  /// Length of a control vector (MuJoCo `nu`).
  public var controlCount: Int { actuators.count }
}

/// The document's `<option>`, as far as it has an effect here (MuJoCo `mjOption`).
public struct ModelOptions: Equatable, Sendable {
  /// Methods of time integration (MuJoCo `mjtIntegrator`).
  public enum Integrator: String, Codable, Sendable {
    /// Semi-implicit Euler, implicit in joint damping.
    case euler = "Euler"
    /// Classic fourth-order Runge-Kutta.
    case rungeKutta4 = "RK4"
    /// Semi-implicit Euler, implicit in the dependence of smooth forces on velocity.
    case implicit
    /// The same without that of Coriolis and centrifugal forces.
    case implicitFast = "implicitfast"
  }

  /// Duration of a step, s (MuJoCo `timestep`).
  public internal(set) var timestep = 0.002
  /// m/s², world frame (MuJoCo `gravity`).
  public internal(set) var gravity = Vector3(0, 0, -9.81)
  /// Method of time integration (MuJoCo `integrator`).
  public internal(set) var integrator = Integrator.euler
  /// Density of the surrounding fluid, kg/m³, for drag on each body's equivalent inertia box
  /// (MuJoCo `density`).
  public internal(set) var fluidDensity = 0.0
  /// Viscosity of the surrounding fluid, Pa·s (MuJoCo `viscosity`).
  public internal(set) var fluidViscosity = 0.0
  /// Velocity of the surrounding fluid, m/s, world frame (MuJoCo `wind`).
  public internal(set) var wind = Vector3.zero
  /// Ratio of frictional to normal constraint impedance (MuJoCo `impratio`).
  public internal(set) var frictionImpedanceRatio = 1.0
  /// Whether friction cones are elliptic, else pyramidal (MuJoCo `cone`).
  public internal(set) var hasEllipticCones = false
  /// Most sweeps that remove slip from friction after the constraints are solved; 0 for none (MuJoCo
  /// `noslip_iterations`).
  public internal(set) var noSlipIterations = 0
  /// Sweeps end where one improves the scaled cost by less (MuJoCo `noslip_tolerance`).
  public internal(set) var noSlipTolerance = 1e-6
  /// Whether that is decided for each group of trees that constraints connect (flag `island`).
  public internal(set) var hasIslands = true
  /// The most steps of a search for the contact of two convex shapes (MuJoCo `ccd_iterations`).
  public internal(set) var convexIterations = 35
  /// Distance at which such a search ends, m (MuJoCo `ccd_tolerance`).
  public internal(set) var convexTolerance = 1e-6
  /// Parts of the physics that are left out (MuJoCo `disableflags`).
  public internal(set) var disabled: DisabledParts = []
}

/// Parts of the physics that `<flag>` can leave out (MuJoCo `mjtDisableBit`).
public struct DisabledParts: OptionSet, Sendable {
  /// A bit for each part.
  public let rawValue: Int

  /// - Parameter rawValue: a bit for each part.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// All contacts (flag `contact`).
  public static let contacts = DisabledParts(rawValue: 1 << 0)
  /// Limits of joints (flag `limit`).
  public static let limits = DisabledParts(rawValue: 1 << 1)
  /// Springs of joints (flag `spring`); with ``dampers``, the forces of the fluid as well.
  public static let springs = DisabledParts(rawValue: 1 << 2)
  /// Damping of joints (flag `damper`).
  public static let dampers = DisabledParts(rawValue: 1 << 3)
  /// Gravity (flag `gravity`).
  public static let gravity = DisabledParts(rawValue: 1 << 4)
  /// Clamping of controls to their ranges (flag `clampctrl`).
  public static let controlClamping = DisabledParts(rawValue: 1 << 5)
  /// Forces of actuators (flag `actuation`).
  public static let actuation = DisabledParts(rawValue: 1 << 6)
  /// The rule that a body does not collide with its parent (flag `filterparent`).
  public static let parentFilter = DisabledParts(rawValue: 1 << 7)
  /// The rule that a constraint's time constant is at least two time steps (flag `refsafe`).
  public static let timeConstantFloor = DisabledParts(rawValue: 1 << 8)
  /// The implicit treatment of joint damping in Euler's method (flag `eulerdamp`).
  public static let implicitDamping = DisabledParts(rawValue: 1 << 9)
  /// All equalities (flag `equality`).
  public static let equalities = DisabledParts(rawValue: 1 << 10)
  /// Dry friction of joints and tendons (flag `frictionloss`).
  public static let frictionLosses = DisabledParts(rawValue: 1 << 11)
  /// More than one contact of two convex shapes (flag `multiccd`).
  public static let severalConvexContacts = DisabledParts(rawValue: 1 << 12)
  /// MuJoCo's own search for contacts of convex shapes, in favour of that of libccd, which is not
  /// supported (flag `nativeccd`).
  public static let nativeConvexCollisions = DisabledParts(rawValue: 1 << 13)
}

/// A rigid body (MuJoCo `body_*`).
public struct Body: Equatable, Sendable {
  /// Index of the parent (MuJoCo `body_parentid`); 0 for the world itself.
  public let parent: Int
  /// The child of the world from which this body descends (MuJoCo `body_rootid`).
  package let root: Int
  /// The topmost body to which this one is rigidly fixed (MuJoCo `body_weldid`).
  package let weld: Int
  /// Index of its first joint (MuJoCo `body_jntadr`).
  public let firstJoint: Int
  /// How many joints it has (MuJoCo `body_jntnum`).
  public let jointCount: Int
  /// Index of its joints' first degree of freedom (MuJoCo `body_dofadr`).
  public let firstDegreeOfFreedom: Int
  /// How many degrees of freedom its joints have (MuJoCo `body_dofnum`).
  public let degreeOfFreedomCount: Int
  /// The last degree of freedom that moves this body, its own or an ancestor's; -1 if none does.
  package let lastMovingDegreeOfFreedom: Int

  /// Origin in the parent's frame, m (MuJoCo `body_pos`).
  public internal(set) var position: Vector3
  /// Axes in the parent's frame (MuJoCo `body_quat`).
  public internal(set) var orientation: Quaternion
  /// Centre of mass in the body's frame, m (MuJoCo `body_ipos`).
  public internal(set) var inertialPosition: Vector3
  /// Principal axes of inertia in the body's frame (MuJoCo `body_iquat`).
  public internal(set) var inertialOrientation: Quaternion
  /// Mass, kg (MuJoCo `body_mass`).
  public internal(set) var mass: Double
  /// Principal moments of inertia, kg m² (MuJoCo `body_inertia`).
  public internal(set) var inertia: Vector3
  /// The share of its weight that an upward force at its centre of mass carries (MuJoCo
  /// `body_gravcomp`).
  public internal(set) var gravityCompensation = 0.0

  /// Mean inverse effective mass at the centre of mass in the initial configuration, 1/kg (MuJoCo
  /// `body_invweight0`). Derived from all inertia.
  public internal(set) var inverseTranslationWeight = 0.0
  /// Mean inverse effective rotational inertia in the initial configuration, 1/(kg m²). Derived.
  public internal(set) var inverseRotationWeight = 0.0
}

/// A joint between a body and its parent (MuJoCo `jnt_*`).
public struct Joint: Equatable, Sendable {
  /// Types of joints (MuJoCo `mjtJoint`).
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

  /// Its type (MuJoCo `jnt_type`).
  public let kind: Kind
  /// Index of the body that it moves (MuJoCo `jnt_bodyid`).
  public let body: Int
  /// Index of its first entry in the position vector (MuJoCo `jnt_qposadr`).
  public let firstPosition: Int
  /// Index of its first degree of freedom (MuJoCo `jnt_dofadr`).
  public let firstDegreeOfFreedom: Int
  /// Anchor point in the body's frame, m (MuJoCo `jnt_pos`).
  public internal(set) var anchor: Vector3
  /// Unit vector in the body's frame (MuJoCo `jnt_axis`).
  public internal(set) var axis: Vector3
  /// Whether it has limits (MuJoCo `jnt_limited`).
  public internal(set) var isLimited: Bool
  /// Lower limit, rad or m (MuJoCo `jnt_range`). A ball joint has none.
  public internal(set) var lower: Double
  /// Upper limit, rad or m (MuJoCo `jnt_range`).
  public internal(set) var upper: Double
  /// Distance from a limit at which its constraint becomes active (MuJoCo `jnt_margin`).
  public internal(set) var margin: Double
  /// Spring stiffness, N/m or N m/rad (MuJoCo `jnt_stiffness`).
  public internal(set) var stiffness: Double
  /// Softness of its limits (MuJoCo `jnt_solref`, `jnt_solimp`).
  public internal(set) var limitSoftness: ConstraintSoftness
  /// Damping of each of its degrees of freedom, N s/m or N m s/rad (MuJoCo `dof_damping`).
  public internal(set) var damping: Double
  /// Added to the inertia of each of its degrees of freedom, kg or kg m² (MuJoCo `dof_armature`).
  public internal(set) var armature: Double
  /// Greatest force of dry friction on each of its degrees of freedom, N or N m (MuJoCo
  /// `dof_frictionloss`).
  public internal(set) var frictionLoss: Double
  /// Softness of that friction (MuJoCo `dof_solref`, `dof_solimp`).
  public internal(set) var frictionSoftness: ConstraintSoftness
  /// The sum of its actuators' forces is clamped to it, N or N m, of a hinge or slide; infinite where
  /// unlimited (MuJoCo `jnt_actfrcrange`).
  public internal(set) var actuatorForceRange = unlimited
  /// While a document is compiled: of what stiffness and damping are then derived, with the inertia of
  /// the initial configuration (MuJoCo `springdamper`).
  var springDamper: SpringDamper?
  /// Whether what compensates gravity counts as a force of its actuators (MuJoCo `jnt_actgravcomp`).
  public internal(set) var actuatorsCompensateGravity = false
  /// Position in the initial configuration, rad or m, of a hinge or slide; 0 for others (MuJoCo
  /// `ref`).
  public internal(set) var reference: Double
  /// Position at which the spring is relaxed, rad or m, of a hinge or slide; 0 for others (MuJoCo
  /// `springref`).
  public internal(set) var springReference: Double

  /// A spring with a damper, by the motion that it makes.
  struct SpringDamper: Equatable, Sendable {
    /// s.
    let timeConstant: Double
    /// 1 is critical.
    let dampingRatio: Double
  }

  /// Its rotational degrees of freedom.
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
  /// The previous degree of freedom on the path to the root, -1 at the root (MuJoCo
  /// `dof_parentid`).
  public let parent: Int

  /// Armature of its joint, kg or kg m² (MuJoCo `dof_armature`).
  public internal(set) var armature = 0.0
  /// Damping of its joint, N s/m or N m s/rad (MuJoCo `dof_damping`).
  public internal(set) var damping = 0.0
  /// Dry friction of its joint, N or N m (MuJoCo `dof_frictionloss`).
  public internal(set) var frictionLoss = 0.0
  /// Inverse effective inertia in the initial configuration, 1/kg or 1/(kg m²) (MuJoCo
  /// `dof_invweight0`). Derived from all inertia.
  public internal(set) var inverseWeight = 0.0
}

/// A shape fixed to a body (MuJoCo `geom_*`).
public struct Geom: Equatable, Sendable {
  /// Raw values are MuJoCo's `mjtGeom`; the geom of a pair with the lower one comes first.
  public enum Shape: UInt8, Sendable {
    /// An infinite plane; its normal is its +z axis.
    case plane = 0
    /// Ground as a grid of heights.
    case heightField = 1
    /// A ball.
    case sphere = 2
    /// A cylinder along z with hemispherical caps.
    case capsule = 3
    /// An ellipsoid with half axes along x, y, z.
    case ellipsoid = 4
    /// A cylinder along z.
    case cylinder = 5
    /// A cuboid.
    case box = 6
    /// Triangles; for contacts, their convex hull.
    case mesh = 7
  }

  /// Its shape (MuJoCo `geom_type`).
  public let shape: Shape
  /// Index of its body (MuJoCo `geom_bodyid`).
  public let body: Int
  /// Centre in the body's frame, m (MuJoCo `geom_pos`).
  public internal(set) var position: Vector3
  /// Axes in the body's frame (MuJoCo `geom_quat`).
  public internal(set) var orientation: Quaternion
  /// Plane: half sizes for drawing; sphere: radius; capsule and cylinder: radius, half length
  /// without the caps; box and ellipsoid: half sizes; mesh: those of a box about its centre of mass
  /// that contains it; height field: half its extents, and a height that means nothing.
  public internal(set) var size: Vector3
  /// Radius of its bounding sphere, m; 0 for a plane (MuJoCo `geom_rbound`). Derived from shape and
  /// size.
  public internal(set) var boundingRadius = 0.0
  /// Bits: two geoms can collide if the type of one and the affinity of the other have a bit in
  /// common (MuJoCo `geom_contype`).
  public internal(set) var contactType: Int
  /// Bits (MuJoCo `geom_conaffinity`).
  public internal(set) var contactAffinity: Int
  /// Dimension of the contact space, 1, 3, 4 or 6 (MuJoCo `geom_condim`).
  public internal(set) var contactDimension: Int
  /// The geom with the higher priority determines dimension, friction and softness of a contact
  /// (MuJoCo `geom_priority`).
  public internal(set) var priority: Int
  /// Sliding, torsional and rolling friction (MuJoCo `geom_friction`).
  public internal(set) var friction: Vector3
  /// Greatest distance at which a contact is listed, m (MuJoCo `geom_margin`). The margin of a pair
  /// is the sum of both with ``PhysicsProfile/mujoco4``, else the larger one.
  public internal(set) var margin: Double
  /// A contact has no force where its distance is above margin minus gap, m (MuJoCo `geom_gap`).
  public internal(set) var gap: Double
  /// Weight of this geom's softness in that of a contact (MuJoCo `geom_solmix`).
  public internal(set) var softnessMix: Double
  /// Softness of its contacts (MuJoCo `geom_solref`, `geom_solimp`).
  public internal(set) var softness: ConstraintSoftness
  /// Selects geoms for rendering and for the mass of bodies (MuJoCo `geom_group`).
  public internal(set) var group: Int
  /// Index into `ModelVisuals.materials`, -1 if none.
  package let material: Int
  /// Red, green, blue, opacity, 0 to 1.
  public internal(set) var color: SIMD4<Float>
  /// Index into ``Model/meshes``, -1 of another shape (MuJoCo `geom_dataid`).
  public internal(set) var mesh = -1
  /// Index into ``Model/heightFields``, -1 of another shape (MuJoCo `geom_dataid`).
  public internal(set) var heightField = -1
}

/// Softness of a constraint: MuJoCo's `solref` and `solimp`.
public struct ConstraintSoftness: Equatable, Sendable {
  /// Time constant, s; if negative, minus the stiffness, 1/s² (first of `solref`).
  public var timeConstant: Double
  /// Damping ratio; if both numbers are negative, minus the damping, 1/s (second of `solref`).
  public var dampingRatio: Double
  /// Impedance at depth 0 (`solimp`: d0).
  public var surfaceImpedance: Double
  /// Impedance from depth `width` on (`solimp`: dwidth).
  public var deepImpedance: Double
  /// Depth over which the impedance changes, m or rad (`solimp`).
  public var width: Double
  /// Inflection point of the impedance curve, as a fraction of `width` (`solimp`).
  public var midpoint: Double
  /// Exponent of the impedance curve, 1 or more (`solimp`).
  public var power: Double

  /// MuJoCo's defaults, except for the given values.
  ///
  /// - Parameters: as the properties.
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

/// Two geoms that collide regardless of their contact bits, with their own contact parameters
/// (MuJoCo `pair_*`).
public struct ExplicitPair: Equatable, Sendable {
  /// Index of the geom with the lower shape number.
  public let first: Int
  /// Index of the other geom.
  public let second: Int
  /// Dimension of the contact space, 1, 3, 4 or 6 (MuJoCo `condim`).
  public internal(set) var dimension: Int
  /// Greatest distance at which a contact is listed, m (MuJoCo `pair_margin`).
  public internal(set) var margin: Double
  /// A contact has no force where its distance is above margin minus gap, m (MuJoCo `pair_gap`).
  public internal(set) var gap: Double
  /// Friction coefficients: two sliding, one torsional, two rolling (MuJoCo `pair_friction`).
  public internal(set) var friction: (Double, Double, Double, Double, Double)
  /// Softness of its contacts (MuJoCo `pair_solref`, `pair_solimp`).
  public internal(set) var softness: ConstraintSoftness

  /// Whether all properties are equal.
  public static func == (a: Self, b: Self) -> Bool {
    a.first == b.first && a.second == b.second && a.dimension == b.dimension && a.margin == b.margin
      && a.gap == b.gap && a.friction == b.friction && a.softness == b.softness
  }
}

/// Two geoms that can collide, with the contact parameters derived from both.
public struct ContactPair: Equatable, Sendable {
  /// Index of the geom with the lower shape number; the contact normal points from it to `second`.
  public let first: Int
  /// Index of the other geom.
  public let second: Int
  /// Dimension of the contact space, 1, 3, 4 or 6 (MuJoCo `mjContact.dim`).
  public let dimension: Int
  /// Greatest distance at which a contact is listed, m.
  public let margin: Double
  /// A contact has a force where its distance is below `margin - gap`, m.
  public let gap: Double
  /// Friction coefficients: two sliding, one torsional, two rolling (MuJoCo `mjContact.friction`).
  public let friction: (Double, Double, Double, Double, Double)
  /// Softness of the contact (MuJoCo `mjContact.solref`, `solimp`).
  public let softness: ConstraintSoftness

  /// Whether all properties are equal.
  public static func == (a: Self, b: Self) -> Bool {
    a.first == b.first && a.second == b.second && a.dimension == b.dimension && a.margin == b.margin
      && a.gap == b.gap && a.friction == b.friction && a.softness == b.softness
  }
}

/// A scalar actuator of one joint or tendon (MuJoCo `actuator_*`, `trntype` joint, tendon).
///
/// force = clamp(gain · clamp(control) + bias), where gain = g₀ + g₁ l + g₂ l̇ and
/// bias = b₀ + b₁ l + b₂ l̇, with length l = gear · joint position. The force on the joint is
/// gear · force.
public struct Actuator: Equatable, Sendable {
  /// How a control becomes the state that acts in its place (MuJoCo `actuator_dyntype`).
  public enum Dynamics: UInt8, Sendable {
    /// Not at all: the control acts itself.
    case none
    /// Its rate is the control.
    case integrator
    /// It follows the control with a time constant, by Euler's method.
    case filter
    /// The same, exact for a constant control.
    case exactFilter
  }

  /// Index of the joint that it drives, -1 if it pulls a tendon (MuJoCo `actuator_trnid`).
  public let joint: Int
  /// Index of the tendon that it pulls, -1 if it drives a joint.
  public let tendon: Int
  /// Gear ratio: of a hinge or slide the first number; of a ball or free joint one number for each
  /// degree of freedom (MuJoCo `actuator_gear`).
  public internal(set) var gear: (Double, Double, Double, Double, Double, Double)
  /// Controls are clamped to it; infinite where unlimited (MuJoCo `actuator_ctrlrange`).
  public internal(set) var controlRange: ClosedRange<Double>
  /// Forces are clamped to it; infinite where unlimited (MuJoCo `actuator_forcerange`).
  public internal(set) var forceRange: ClosedRange<Double>
  /// Of a position servo on a ball joint, the length of a full turn, around which its error is taken;
  /// 0 for all others.
  package internal(set) var turn = 0.0
  /// g₀, g₁, g₂ (MuJoCo `actuator_gainprm`, of gain type fixed or affine).
  public internal(set) var gain: Vector3
  /// b₀, b₁, b₂ (MuJoCo `actuator_biasprm`, of bias type none or affine).
  public internal(set) var bias: Vector3
  /// How its state follows the control.
  public internal(set) var dynamics = Dynamics.none
  /// Of a filter, s (MuJoCo `actuator_dynprm`).
  public internal(set) var timeConstant = 1.0
  /// The state is clamped to it; infinite where unlimited (MuJoCo `actuator_actrange`).
  public internal(set) var activationRange = -Double.infinity...Double.infinity
  /// Whether the state of the end of the step acts (MuJoCo `actuator_actearly`).
  public internal(set) var actsEarly = false
  /// Index of its state, -1 if it has none (MuJoCo `actuator_actadr`).
  public internal(set) var activation = -1
  /// Damping ratio of a position actuator (b₁ = -g₀): if above 0, b₂ is derived from it and from
  /// the effective inertia (MuJoCo `dampratio`).
  public internal(set) var dampingRatio: Double
  /// Of a position actuator: if above 0, the control range is the range of the joint times this
  /// (MuJoCo `inheritrange`).
  public internal(set) var inheritedRange: Double

  /// Whether all properties are equal.
  public static func == (a: Self, b: Self) -> Bool {
    a.joint == b.joint && a.tendon == b.tendon && a.gear == b.gear
      && a.controlRange == b.controlRange
      && a.forceRange == b.forceRange && a.gain == b.gain && a.bias == b.bias
      && a.dampingRatio == b.dampingRatio && a.inheritedRange == b.inheritedRange
      && a.dynamics == b.dynamics && a.timeConstant == b.timeConstant
      && a.activationRange == b.activationRange && a.actsEarly == b.actsEarly
  }

  /// One of the gear ratios.
  @inline(__always)
  package func gear(_ index: Int) -> Double {
    switch index {
    case 0: gear.0
    case 1: gear.1
    case 2: gear.2
    case 3: gear.3
    case 4: gear.4
    default: gear.5
    }
  }

  /// Over how long its rate acts in a time step.
  package func reach(_ timestep: Double) -> Double {
    if dynamics != .exactFilter { return timestep }
    let constant = max(1e-15, timeConstant)
    return constant * (1 - exponential(-timestep / constant))
  }
}

/// A frame of interest fixed to a body (MuJoCo `site_*`), for rendering and measurement.
public struct Site: Equatable, Sendable {
  /// Index of its body (MuJoCo `site_bodyid`).
  public let body: Int
  /// Origin in the body's frame, m (MuJoCo `site_pos`).
  public internal(set) var position: Vector3
  /// Axes in the body's frame (MuJoCo `site_quat`).
  public internal(set) var orientation: Quaternion
  /// Shape in renderings (MuJoCo `site_type`).
  public let shape: Geom.Shape
  /// Size in renderings, as of a geom (MuJoCo `site_size`).
  public internal(set) var size: Vector3
  /// Selects sites for rendering (MuJoCo `site_group`).
  public internal(set) var group: Int
  /// Index into `ModelVisuals.materials`, -1 if none.
  package let material: Int
  /// Red, green, blue, opacity, 0 to 1.
  public internal(set) var color: SIMD4<Float>
}

/// A stored state (MuJoCo `key_*`).
public struct Keyframe: Equatable, Sendable {
  /// s (MuJoCo `key_time`).
  public let time: Double
  /// Length `positionCount` (MuJoCo `key_qpos`).
  public internal(set) var position: [Double]
  /// Length `velocityCount` (MuJoCo `key_qvel`).
  public let velocity: [Double]
  /// Length `controlCount` (MuJoCo `key_ctrl`).
  public let control: [Double]
  /// Length of `State.activation` (MuJoCo `key_act`).
  public let activation: [Double]
  /// As the document states it, without the coordinates that are the model's initial ones.
  let statedPosition: [Double]
}
