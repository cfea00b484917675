/// A compiled mechanism: everything about it that no step changes (MuJoCo `mjModel`).
///
/// SI units throughout, angles in radians. Body 0 is the world. Parents precede their children, the
/// joints of a body stand together and in order, and so do the degrees of freedom of a joint.
public struct Model: Sendable {
  public var name: String
  public var profile: PhysicsProfile
  public var options: ModelOptions

  public var bodies: [Body]
  public var joints: [Joint]
  public var degreesOfFreedom: [DegreeOfFreedom]
  public var geoms: [Geom]
  public var sites: [Site]
  public var actuators: [Actuator]

  /// The geom pairs that can touch, in MuJoCo's order: by body pair, then by geom.
  public var pairs: [ContactPair]

  /// Length `positionCount`: the configuration in which the document was written (MuJoCo `qpos0`).
  public var initialPosition: [Double]
  /// Length `positionCount`: where springs are relaxed (MuJoCo `qpos_spring`).
  public var springPosition: [Double]
  public var keyframes: [Keyframe]

  /// Cameras, lights, materials and colours: kept for drawing, without effect on the motion.
  public var visuals: ModelVisuals

  public var names: ModelNames

  /// MuJoCo `nq`.
  public var positionCount: Int { initialPosition.count }
  /// MuJoCo `nv`.
  public var velocityCount: Int { degreesOfFreedom.count }
  /// MuJoCo `nu`.
  public var controlCount: Int { actuators.count }
}

/// The document's `<option>`, as far as it acts on these models (MuJoCo `mjOption`).
public struct ModelOptions: Equatable, Sendable {
  public enum Integrator: String, Codable, Sendable {
    /// Semi-implicit Euler, implicit in joint damping.
    case euler = "Euler"
    /// Classic fourth-order Runge-Kutta.
    case rungeKutta4 = "RK4"
  }

  /// Seconds.
  public var timestep = 0.002
  public var gravity = Vector3(0, 0, -9.81)
  public var integrator = Integrator.euler
  /// Of the surrounding fluid, kg/m³ and Pa·s (MuJoCo `density`, `viscosity`), for drag on each body's
  /// equivalent inertia box.
  public var fluidDensity = 0.0
  public var fluidViscosity = 0.0
  public var wind = Vector3.zero
  /// Ratio of frictional to normal constraint impedance (MuJoCo `impratio`).
  public var frictionImpedanceRatio = 1.0

  public init() {}
}

/// A rigid body (MuJoCo `body_*`).
public struct Body: Equatable, Sendable {
  /// Index of the parent; the world is its own.
  public var parent: Int
  /// The child of the world from which this body descends (MuJoCo `body_rootid`).
  public var root: Int
  /// The topmost body to which this one is rigidly fixed (MuJoCo `body_weldid`).
  public var weld: Int
  public var firstJoint: Int
  public var jointCount: Int
  public var firstDegreeOfFreedom: Int
  public var degreeOfFreedomCount: Int
  /// The last degree of freedom that moves this body, its own or an ancestor's; -1 if none does.
  public var lastMovingDegreeOfFreedom: Int

  /// Frame in the parent's frame (MuJoCo `body_pos`, `body_quat`).
  public var position: Vector3
  public var orientation: Quaternion
  /// Inertial frame in the body's frame (MuJoCo `body_ipos`, `body_iquat`).
  public var inertialPosition: Vector3
  public var inertialOrientation: Quaternion
  public var mass: Double
  /// Principal moments, in the inertial frame (MuJoCo `body_inertia`).
  public var inertia: Vector3
  /// Mean inverse mass and inverse rotational inertia felt at the centre of mass in the initial
  /// configuration (MuJoCo `body_invweight0`).
  public var inverseTranslationWeight: Double
  public var inverseRotationWeight: Double
}

/// A joint between a body and its parent (MuJoCo `jnt_*`).
public struct Joint: Equatable, Sendable {
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

  public var kind: Kind
  public var body: Int
  /// Index of its first entry in the position vector (MuJoCo `jnt_qposadr`).
  public var firstPosition: Int
  /// Index of its first degree of freedom (MuJoCo `jnt_dofadr`).
  public var firstDegreeOfFreedom: Int
  /// Anchor and unit axis, in the body's frame.
  public var anchor: Vector3
  public var axis: Vector3
  public var isLimited: Bool
  /// Lower and upper limit, rad or m (MuJoCo `jnt_range`). A ball joint uses `upper` only.
  public var lower: Double
  public var upper: Double
  /// Distance from a limit at which its constraint becomes active (MuJoCo `jnt_margin`).
  public var margin: Double
  public var stiffness: Double
  public var limitSoftness: ConstraintSoftness

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
  public var body: Int
  public var joint: Int
  /// The previous degree of freedom on the way to the root, -1 at the root (MuJoCo `dof_parentid`).
  public var parent: Int
  public var armature: Double
  public var damping: Double
  /// Inverse inertia it feels in the initial configuration (MuJoCo `dof_invweight0`).
  public var inverseWeight: Double
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

  public var shape: Shape
  public var body: Int
  /// Frame in the body's frame.
  public var position: Vector3
  public var orientation: Quaternion
  /// Plane: half sizes for drawing; sphere: radius; capsule and cylinder: radius, half length without
  /// the caps; box and ellipsoid: half sizes.
  public var size: Vector3
  /// Radius of the sphere around its centre that holds it; 0 for a plane (MuJoCo `geom_rbound`).
  public var boundingRadius: Double
  public var contactType: Int
  public var contactAffinity: Int
  public var contactDimension: Int
  public var priority: Int
  /// Sliding, torsional and rolling friction.
  public var friction: Vector3
  public var margin: Double
  public var gap: Double
  public var softnessMix: Double
  public var softness: ConstraintSoftness
  public var group: Int
  /// Index into `ModelVisuals.materials`, -1 if none.
  public var material: Int
  /// Red, green, blue, opacity.
  public var color: SIMD4<Float>
}

/// How a constraint gives way: MuJoCo's `solref` and `solimp`.
public struct ConstraintSoftness: Equatable, Sendable {
  /// `solref`: time constant [s] and damping ratio if positive, else minus stiffness and minus damping.
  public var timeConstant: Double
  public var dampingRatio: Double
  /// `solimp`: impedance at the surface (d0) and at depth `width` (dwidth), then the shape of the
  /// curve between them.
  public var surfaceImpedance: Double
  public var deepImpedance: Double
  public var width: Double
  public var midpoint: Double
  public var power: Double

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

/// Two geoms that may touch, and the contact parameters that follow from both.
public struct ContactPair: Equatable, Sendable {
  /// Geom indices, the one with the lower shape number first; the normal points from `first` to
  /// `second`.
  public var first: Int
  public var second: Int
  /// 1, 3, 4 or 6 (MuJoCo `condim`).
  public var dimension: Int
  /// A contact is found where the distance is below `margin`; it pushes below `margin - gap`.
  public var margin: Double
  public var gap: Double
  /// Two sliding, one torsional, two rolling coefficients (MuJoCo `mjContact.friction`).
  public var friction: (Double, Double, Double, Double, Double)
  public var softness: ConstraintSoftness

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
  public var joint: Int
  /// On a hinge or slide the first number; on a ball or free joint one per degree of freedom.
  public var gear: (Double, Double, Double, Double, Double, Double)
  /// Minus and plus infinity where unlimited (MuJoCo `ctrlrange`).
  public var controlRange: ClosedRange<Double>
  public var forceRange: ClosedRange<Double>
  /// Coefficients g and b (MuJoCo `gainprm`, `biasprm`, of gain and bias type fixed or affine).
  public var gain: Vector3
  public var bias: Vector3

  public static func == (a: Self, b: Self) -> Bool {
    a.joint == b.joint && a.gear == b.gear && a.controlRange == b.controlRange
      && a.forceRange == b.forceRange && a.gain == b.gain && a.bias == b.bias
  }
}

/// A marked frame on a body (MuJoCo `site_*`), for drawing and for measuring.
public struct Site: Equatable, Sendable {
  public var body: Int
  public var position: Vector3
  public var orientation: Quaternion
  public var shape: Geom.Shape
  public var size: Vector3
  public var group: Int
  public var material: Int
  public var color: SIMD4<Float>
}

/// A stored state (MuJoCo `key_*`).
public struct Keyframe: Equatable, Sendable {
  public var time: Double
  public var position: [Double]
  public var velocity: [Double]
  public var control: [Double]
}

/// Names by index; an unnamed element has an empty name.
public struct ModelNames: Equatable, Sendable {
  public var bodies: [String] = []
  public var joints: [String] = []
  public var geoms: [String] = []
  public var sites: [String] = []
  public var actuators: [String] = []
  public var keyframes: [String] = []

  public init() {}
}
