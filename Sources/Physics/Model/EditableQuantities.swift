// The editable quantities of each element, one line for each; everything else is structure or
// derived. They accept what the compiler accepts.

extension Body: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of a body.
  public struct Quantities: Sendable {
    /// Origin in the parent's frame, m (MuJoCo `body_pos`); of a free body, its initial position.
    public let position = EditableQuantity(\Body.position)
    /// Axes in the parent's frame; of any length but 0 (MuJoCo `body_quat`).
    public let orientation = EditableQuantity(\Body.orientation)
    /// Centre of mass in the body's frame, m (MuJoCo `body_ipos`).
    public let inertialPosition = EditableQuantity(\Body.inertialPosition)
    /// Principal axes of inertia in the body's frame (MuJoCo `body_iquat`).
    public let inertialOrientation = EditableQuantity(\Body.inertialOrientation)
    /// Mass, kg (MuJoCo `body_mass`). It does not change the moments of inertia.
    public let mass = EditableQuantity(\Body.mass, nonnegative) { $0 >= 0 && $0.isFinite }
    /// Principal moments of inertia, kg m² (MuJoCo `body_inertia`).
    public let inertia = EditableQuantity(
      \Body.inertia, "three numbers of 0 or more, the sum of any two of which reaches the third"
    ) { $0.isFinite && $0.x >= 0 && $0.y >= 0 && $0.z >= 0 && isPossible(moments: $0) }
  }
  static let quantities = Quantities()
  static let kind = "body"
}

extension Joint: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of a joint.
  public struct Quantities: Sendable {
    /// Anchor point in the body's frame, m (MuJoCo `jnt_pos`).
    public let anchor = EditableQuantity(
      \Joint.anchor,
      accepts: { joint, _ in joint.kind == .free ? joint.anchor == .zero : joint.anchor.isFinite },
      accepted: { $0.kind == .free ? "0 0 0, of a free joint" : finiteNumbers })
    /// Axis in the body's frame, of any length but 0 (MuJoCo `jnt_axis`).
    public let axis = EditableQuantity(
      \Joint.axis,
      accepts: { joint, original in
        let length = joint.axis.length
        return joint.isScalar ? length >= 1e-14 && length.isFinite : joint.axis == original.axis
      },
      accepted: { $0.isScalar ? "any length but 0" : "no axis, of a \($0.kind) joint" })
    /// Whether it has limits (MuJoCo `jnt_limited`).
    public let isLimited = EditableQuantity(
      \Joint.isLimited, accepts: { joint, _ in joint.kind != .free || !joint.isLimited },
      accepted: { _ in "false, of a free joint" })
    /// Lower limit, rad or m (MuJoCo `jnt_range`).
    public let lower = EditableQuantity(
      \Joint.lower,
      accepts: { joint, _ in
        if !joint.isLimited { return !joint.lower.isNaN }
        return joint.kind == .ball ? joint.lower == 0 : joint.lower < joint.upper
      },
      accepted: { joint in
        joint.kind == .ball
          ? "0, of a ball joint" : "a number below 'upper', here \(joint.upper)"
      })
    /// Upper limit, rad or m (MuJoCo `jnt_range`).
    public let upper = EditableQuantity(\Joint.upper, "a number") { !$0.isNaN }
    /// Distance from a limit at which it begins to act, rad or m (MuJoCo `jnt_margin`).
    public let margin = EditableQuantity(\Joint.margin)
    /// Softness of its limits (MuJoCo `jnt_solref`, `jnt_solimp`).
    public let limitSoftness = EditableQuantity(\Joint.limitSoftness)
    /// Spring stiffness, N/m or N m/rad (MuJoCo `jnt_stiffness`).
    public let stiffness = EditableQuantity(\Joint.stiffness)
    /// Damping of each of its degrees of freedom, N s/m or N m s/rad (MuJoCo `dof_damping`).
    public let damping = EditableQuantity(\Joint.damping)
    /// Inertia added to each of its degrees of freedom, kg or kg m² (MuJoCo `dof_armature`).
    public let armature = EditableQuantity(\Joint.armature)
    /// Position in the initial configuration, rad or m (MuJoCo `qpos0`).
    public let reference = EditableQuantity(
      \Joint.reference,
      accepts: { joint, _ in joint.isScalar ? joint.reference.isFinite : joint.reference == 0 },
      accepted: scalarReference)
    /// Position at which the spring is relaxed, rad or m (MuJoCo `qpos_spring`).
    public let springReference = EditableQuantity(
      \Joint.springReference,
      accepts: { joint, _ in
        joint.isScalar ? joint.springReference.isFinite : joint.springReference == 0
      },
      accepted: scalarReference)
  }
  static let quantities = Quantities()
  static let kind = "joint"

  fileprivate var isScalar: Bool { kind == .hinge || kind == .slide }
}

extension Geom: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of a geom.
  public struct Quantities: Sendable {
    /// Centre in the body's frame, m (MuJoCo `geom_pos`).
    public let position = EditableQuantity(\Geom.position)
    /// Axes in the body's frame; of any length but 0 (MuJoCo `geom_quat`).
    public let orientation = EditableQuantity(\Geom.orientation)
    /// Sizes as of ``Geom/size``, m (MuJoCo `geom_size`). They do not change the body's mass.
    public let size = EditableQuantity(
      \Geom.size,
      accepts: { geom, original in
        geom.shape == .mesh || geom.shape == .heightField
          ? geom.size == original.size
          : geom.size.isFinite && geom.shape.firstImpossible(in: geom.size) == nil
      },
      accepted: { sizes(of: $0.shape) })
    /// Bits (MuJoCo `geom_contype`).
    public let contactType = EditableQuantity(\Geom.contactType)
    /// Bits (MuJoCo `geom_conaffinity`).
    public let contactAffinity = EditableQuantity(\Geom.contactAffinity)
    /// Dimension of the contact space, 1, 3, 4 or 6 (MuJoCo `geom_condim`).
    public let contactDimension = EditableQuantity(\Geom.contactDimension, dimensions) {
      contactDimensions.contains($0)
    }
    /// Priority of its contact parameters (MuJoCo `geom_priority`).
    public let priority = EditableQuantity(\Geom.priority)
    /// Sliding, torsional and rolling friction (MuJoCo `geom_friction`).
    public let friction = EditableQuantity(\Geom.friction)
    /// Greatest distance at which a contact is listed, m (MuJoCo `geom_margin`).
    public let margin = EditableQuantity(\Geom.margin)
    /// Part of the margin without force, m (MuJoCo `geom_gap`).
    public let gap = EditableQuantity(\Geom.gap)
    /// Weight of its softness in that of a contact (MuJoCo `geom_solmix`).
    public let softnessMix = EditableQuantity(\Geom.softnessMix)
    /// Softness of its contacts (MuJoCo `geom_solref`, `geom_solimp`).
    public let softness = EditableQuantity(\Geom.softness)
    /// Selects geoms for rendering (MuJoCo `geom_group`).
    public let group = EditableQuantity(\Geom.group)
    /// Red, green, blue, opacity, 0 to 1 (MuJoCo `geom_rgba`).
    public let color = EditableQuantity(\Geom.color)
  }
  static let quantities = Quantities()
  static let kind = "geom"
}

extension Site: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of a site.
  public struct Quantities: Sendable {
    /// Origin in the body's frame, m (MuJoCo `site_pos`).
    public let position = EditableQuantity(\Site.position)
    /// Axes in the body's frame; of any length but 0 (MuJoCo `site_quat`).
    public let orientation = EditableQuantity(\Site.orientation)
    /// Sizes as of ``Geom/size``, m (MuJoCo `site_size`).
    public let size = EditableQuantity(
      \Site.size,
      accepts: { site, _ in
        site.size.isFinite && site.shape.firstImpossible(in: site.size) == nil
      },
      accepted: { sizes(of: $0.shape) })
    /// Selects sites for rendering (MuJoCo `site_group`).
    public let group = EditableQuantity(\Site.group)
    /// Red, green, blue, opacity, 0 to 1 (MuJoCo `site_rgba`).
    public let color = EditableQuantity(\Site.color)
  }
  static let quantities = Quantities()
  static let kind = "site"
}

extension Actuator: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of an actuator.
  public struct Quantities: Sendable {
    /// Gear ratios as of ``Actuator/gear`` (MuJoCo `actuator_gear`).
    public let gear = EditableQuantity(\Actuator.gear, finiteNumbers) {
      [$0.0, $0.1, $0.2, $0.3, $0.4, $0.5].allSatisfy(\.isFinite)
    }
    /// Controls are clamped to it; infinite where unlimited (MuJoCo `actuator_ctrlrange`).
    public let controlRange = EditableQuantity(
      \Actuator.controlRange,
      accepts: { actuator, original in
        actuator.inheritedRange > 0
          ? actuator.controlRange == original.controlRange
          : actuator.controlRange.lowerBound < actuator.controlRange.upperBound
      },
      accepted: {
        $0.inheritedRange > 0 ? "what follows from inheritedRange, unless that is 0" : range
      })
    /// Forces are clamped to it; infinite where unlimited (MuJoCo `actuator_forcerange`).
    public let forceRange = EditableQuantity(\Actuator.forceRange, range) {
      $0.lowerBound < $0.upperBound
    }
    /// g₀, g₁, g₂ (MuJoCo `actuator_gainprm`).
    public let gain = EditableQuantity(\Actuator.gain)
    /// b₀, b₁, b₂ (MuJoCo `actuator_biasprm`). Where bias.y is -gain.x, bias.z is minus the
    /// damping, 0 or less; a damping ratio is set by ``dampingRatio``.
    public let bias = EditableQuantity(
      \Actuator.bias,
      accepts: { actuator, original in
        let (z, original) = (actuator.bias.z, original.bias.z)
        return actuator.bias.isFinite
          && (actuator.dampingRatio > 0 ? z == original : z <= 0 || !actuator.isPositionLike)
      },
      accepted: {
        $0.dampingRatio > 0
          ? "finite numbers; bias.z follows from dampingRatio, unless that is 0"
          : "finite numbers; where bias.y is -gain.x, a bias.z of 0 or less"
      })
    /// Damping ratio of a position actuator, from which bias.z is derived; 0 leaves bias.z as it is
    /// (MuJoCo `dampratio`).
    public let dampingRatio = EditableQuantity(
      \Actuator.dampingRatio,
      accepts: { actuator, _ in
        let ratio = actuator.dampingRatio
        return ratio == 0 || (ratio > 0 && ratio.isFinite && actuator.isPositionLike)
      },
      accepted: { $0.isPositionLike ? nonnegative : "0, unless bias.y is -gain.x" })
    /// Of a position actuator: its control range is the range of the joint times this; 0 leaves the
    /// control range as it is (MuJoCo `inheritrange`).
    public let inheritedRange = EditableQuantity(\Actuator.inheritedRange, nonnegative) {
      $0 >= 0 && $0.isFinite
    }
  }
  static let quantities = Quantities()
  static let kind = "actuator"
}

extension ExplicitPair: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of an explicit pair.
  public struct Quantities: Sendable {
    /// Dimension of the contact space, 1, 3, 4 or 6 (MuJoCo `pair_dim`).
    public let dimension = EditableQuantity(\ExplicitPair.dimension, dimensions) {
      contactDimensions.contains($0)
    }
    /// Greatest distance at which a contact is listed, m (MuJoCo `pair_margin`).
    public let margin = EditableQuantity(\ExplicitPair.margin)
    /// Part of the margin without force, m (MuJoCo `pair_gap`).
    public let gap = EditableQuantity(\ExplicitPair.gap)
    /// Friction coefficients: two sliding, one torsional, two rolling (MuJoCo `pair_friction`).
    public let friction = EditableQuantity(\ExplicitPair.friction, finiteNumbers) {
      [$0.0, $0.1, $0.2, $0.3, $0.4].allSatisfy(\.isFinite)
    }
    /// Softness of its contacts (MuJoCo `pair_solref`, `pair_solimp`).
    public let softness = EditableQuantity(\ExplicitPair.softness)
  }
  static let quantities = Quantities()
  static let kind = "explicit pair"
}

extension ModelVisuals.Material: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of a material.
  public struct Quantities: Sendable {
    /// Red, green, blue, opacity, 0 to 1: of geoms and sites without a colour of their own (MuJoCo
    /// `mat_rgba`).
    public let color = EditableQuantity(\ModelVisuals.Material.color)
    /// Specular reflection, 0 to 1 (MuJoCo `mat_specular`).
    public let specular = EditableQuantity(\ModelVisuals.Material.specular)
    /// Specular exponent, 0 to 1 (MuJoCo `mat_shininess`).
    public let shininess = EditableQuantity(\ModelVisuals.Material.shininess)
    /// Mirror reflection of planes, 0 to 1 (MuJoCo `mat_reflectance`).
    public let reflectance = EditableQuantity(\ModelVisuals.Material.reflectance)
  }
  static let quantities = Quantities()
  static let kind = "material"
}

extension ModelOptions: EditableElement, CheckedElement {
  /// The quantities that ``Model/edited(_:)`` can change of the options.
  public struct Quantities: Sendable {
    /// Duration of a step, s (MuJoCo `timestep`).
    public let timestep = EditableQuantity(\ModelOptions.timestep, positive) {
      $0 > 0 && $0.isFinite
    }
    /// m/s², world frame (MuJoCo `gravity`).
    public let gravity = EditableQuantity(\ModelOptions.gravity)
    /// Method of time integration (MuJoCo `integrator`).
    public let integrator = EditableQuantity(\ModelOptions.integrator, "any") { _ in true }
    /// Density of the surrounding fluid, kg/m³ (MuJoCo `density`).
    public let fluidDensity = EditableQuantity(\ModelOptions.fluidDensity)
    /// Viscosity of the surrounding fluid, Pa s (MuJoCo `viscosity`).
    public let fluidViscosity = EditableQuantity(\ModelOptions.fluidViscosity)
    /// Velocity of the surrounding fluid, m/s, world frame (MuJoCo `wind`).
    public let wind = EditableQuantity(\ModelOptions.wind)
    /// Ratio of frictional to normal constraint impedance (MuJoCo `impratio`).
    public let frictionImpedanceRatio = EditableQuantity(
      \ModelOptions.frictionImpedanceRatio, positive
    ) { $0 > 0 && $0.isFinite }
  }
  static let quantities = Quantities()
  static let kind = "options"
}

// MARK: Accepted values

private let nonnegative = "0 or more"
private let positive = "a number above 0"
private let finiteNumbers = "finite numbers"
private let dimensions = "1, 3, 4 or 6"
private let range = "a lower bound below the upper one"

@Sendable private func sizes(of shape: Geom.Shape) -> String {
  if shape == .mesh { return "what it was, of a mesh" }
  if shape == .heightField { return "what it was, of a height field" }
  if shape == .plane { return "0 or more twice, then a number above 0" }
  return shape.sizeCount == 1
    ? "a finite number above 0" : "\(shape.sizeCount) finite numbers above 0"
}

@Sendable private func scalarReference(_ joint: Joint) -> String {
  joint.isScalar ? "a finite number" : "0, of a \(joint.kind) joint"
}

// quantities that accept all finite numbers

extension EditableQuantity where Value == Double {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, "a finite number") { $0.isFinite }
  }
}

extension EditableQuantity where Value == Float {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, "a finite number") { $0.isFinite }
  }
}

extension EditableQuantity where Value == Vector3 {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, finiteNumbers) { $0.isFinite }
  }
}

extension EditableQuantity where Value == SIMD4<Float> {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, finiteNumbers) { color in color.indices.allSatisfy { color[$0].isFinite } }
  }
}

extension EditableQuantity where Value == ConstraintSoftness {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, finiteNumbers) { s in
      [
        s.timeConstant, s.dampingRatio, s.surfaceImpedance, s.deepImpedance, s.width, s.midpoint,
        s.power,
      ].allSatisfy(\.isFinite)
    }
  }
}

extension EditableQuantity where Value == Quaternion {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, "a quaternion of any length but 0") { q in
      let length = (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
      return length >= 1e-14 && length.isFinite
    }
  }
}

extension EditableQuantity where Value == Int {
  fileprivate init(_ path: WritableKeyPath<Subject, Value> & Sendable) {
    self.init(path, "a whole number of 32 bits") { Int32(exactly: $0) != nil }
  }
}

extension Vector3 {
  fileprivate var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}
