// What can be changed of each element, a line for each quantity; what these lines do not name is structure
// or follows from them. They accept what the compiler accepts.

extension Body: EditableElement {
  /// What ``Model/edited(_:)`` can change of a body.
  public struct Quantities: Sendable {
    /// Frame in the parent's frame, m (MuJoCo `body_pos`). A free body starts there.
    public let position = EditableQuantity(\Body.position)
    /// Of any length but 0 (MuJoCo `body_quat`).
    public let orientation = EditableQuantity(\Body.orientation)
    /// Centre of mass in the body's frame, m (MuJoCo `body_ipos`).
    public let inertialPosition = EditableQuantity(\Body.inertialPosition)
    /// Principal axes in the body's frame (MuJoCo `body_iquat`).
    public let inertialOrientation = EditableQuantity(\Body.inertialOrientation)
    /// kg (MuJoCo `body_mass`). It does not change the moments.
    public let mass = EditableQuantity(\Body.mass, nonnegative) { $0 >= 0 && $0.isFinite }
    /// Principal moments, kg m² (MuJoCo `body_inertia`).
    public let inertia = EditableQuantity(
      \Body.inertia, "three numbers of 0 or more, the sum of any two of which reaches the third"
    ) { $0.isFinite && $0.x >= 0 && $0.y >= 0 && $0.z >= 0 && isPossible(moments: $0) }
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "body"
}

extension Joint: EditableElement {
  /// What ``Model/edited(_:)`` can change of a joint.
  public struct Quantities: Sendable {
    /// In the body's frame, m (MuJoCo `jnt_pos`).
    public let anchor = EditableQuantity(
      \Joint.anchor,
      accepts: { joint, _ in joint.kind == .free ? joint.anchor == .zero : joint.anchor.isFinite },
      accepted: { $0.kind == .free ? "0 0 0, of a free joint" : finiteNumbers })
    /// In the body's frame, of any length but 0 (MuJoCo `jnt_axis`).
    public let axis = EditableQuantity(
      \Joint.axis,
      accepts: { joint, original in
        let length = joint.axis.length
        return joint.isScalar ? length >= 1e-14 && length.isFinite : joint.axis == original.axis
      },
      accepted: { $0.isScalar ? "any length but 0" : "no axis, of a \($0.kind) joint" })
    /// MuJoCo `jnt_limited`.
    public let isLimited = EditableQuantity(
      \Joint.isLimited, accepts: { joint, _ in joint.kind != .free || !joint.isLimited },
      accepted: { _ in "false, of a free joint" })
    /// rad or m (MuJoCo `jnt_range`).
    public let lower = EditableQuantity(
      \Joint.lower,
      accepts: { joint, _ in
        if !joint.isLimited { return joint.lower.isFinite }
        return joint.kind == .ball
          ? joint.lower == 0 : -.infinity < joint.lower && joint.lower < joint.upper
      },
      accepted: { joint in
        joint.kind == .ball
          ? "0, of a ball joint" : "a finite number below 'upper', here \(joint.upper)"
      })
    /// rad or m (MuJoCo `jnt_range`).
    public let upper = EditableQuantity(\Joint.upper)
    /// Distance from a limit at which it begins to act, rad or m (MuJoCo `jnt_margin`).
    public let margin = EditableQuantity(\Joint.margin)
    /// MuJoCo `jnt_solref`, `jnt_solimp`.
    public let limitSoftness = EditableQuantity(\Joint.limitSoftness)
    /// N/m or N m/rad (MuJoCo `jnt_stiffness`).
    public let stiffness = EditableQuantity(\Joint.stiffness)
    /// Of all its degrees of freedom, N s/m or N m s/rad (MuJoCo `dof_damping`).
    public let damping = EditableQuantity(\Joint.damping)
    /// Of all its degrees of freedom, kg or kg m² (MuJoCo `dof_armature`).
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
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "joint"

  fileprivate var isScalar: Bool { kind == .hinge || kind == .slide }
}

extension Geom: EditableElement {
  /// What ``Model/edited(_:)`` can change of a geom.
  public struct Quantities: Sendable {
    /// Frame in the body's frame, m (MuJoCo `geom_pos`).
    public let position = EditableQuantity(\Geom.position)
    /// Of any length but 0 (MuJoCo `geom_quat`).
    public let orientation = EditableQuantity(\Geom.orientation)
    /// m (MuJoCo `geom_size`). It does not change the body's mass.
    public let size = EditableQuantity(
      \Geom.size,
      accepts: { geom, _ in
        geom.size.isFinite && geom.shape.firstImpossible(in: geom.size) == nil
      },
      accepted: { sizes(of: $0.shape) })
    /// MuJoCo `geom_contype`.
    public let contactType = EditableQuantity(\Geom.contactType)
    /// MuJoCo `geom_conaffinity`.
    public let contactAffinity = EditableQuantity(\Geom.contactAffinity)
    /// MuJoCo `geom_condim`.
    public let contactDimension = EditableQuantity(\Geom.contactDimension, dimensions) {
      contactDimensions.contains($0)
    }
    /// MuJoCo `geom_priority`.
    public let priority = EditableQuantity(\Geom.priority)
    /// Sliding, torsional, rolling (MuJoCo `geom_friction`).
    public let friction = EditableQuantity(\Geom.friction)
    /// m (MuJoCo `geom_margin`).
    public let margin = EditableQuantity(\Geom.margin)
    /// m (MuJoCo `geom_gap`).
    public let gap = EditableQuantity(\Geom.gap)
    /// MuJoCo `geom_solmix`.
    public let softnessMix = EditableQuantity(\Geom.softnessMix)
    /// MuJoCo `geom_solref`, `geom_solimp`.
    public let softness = EditableQuantity(\Geom.softness)
    /// For drawing (MuJoCo `geom_group`).
    public let group = EditableQuantity(\Geom.group)
    /// Red, green, blue, opacity, 0 to 1 (MuJoCo `geom_rgba`).
    public let color = EditableQuantity(\Geom.color)
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "geom"
}

extension Site: EditableElement {
  /// What ``Model/edited(_:)`` can change of a site.
  public struct Quantities: Sendable {
    /// Frame in the body's frame, m (MuJoCo `site_pos`).
    public let position = EditableQuantity(\Site.position)
    /// Of any length but 0 (MuJoCo `site_quat`).
    public let orientation = EditableQuantity(\Site.orientation)
    /// m (MuJoCo `site_size`).
    public let size = EditableQuantity(
      \Site.size,
      accepts: { site, _ in
        site.size.isFinite && site.shape.firstImpossible(in: site.size) == nil
      },
      accepted: { sizes(of: $0.shape) })
    /// For drawing (MuJoCo `site_group`).
    public let group = EditableQuantity(\Site.group)
    /// Red, green, blue, opacity, 0 to 1 (MuJoCo `site_rgba`).
    public let color = EditableQuantity(\Site.color)
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "site"
}

extension Actuator: EditableElement {
  /// What ``Model/edited(_:)`` can change of an actuator.
  public struct Quantities: Sendable {
    /// MuJoCo `actuator_gear`.
    public let gear = EditableQuantity(\Actuator.gear, finiteNumbers) {
      [$0.0, $0.1, $0.2, $0.3, $0.4, $0.5].allSatisfy(\.isFinite)
    }
    /// MuJoCo `actuator_ctrlrange`; infinite where there is no limit.
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
    /// MuJoCo `actuator_forcerange`; infinite where there is no limit.
    public let forceRange = EditableQuantity(\Actuator.forceRange, range) {
      $0.lowerBound < $0.upperBound
    }
    /// g₀, g₁, g₂ (MuJoCo `actuator_gainprm`).
    public let gain = EditableQuantity(\Actuator.gain)
    /// b₀, b₁, b₂ (MuJoCo `actuator_biasprm`). Beside a bias.y of -gain.x, bias.z is damping as it stands,
    /// below 0; a damping ratio is ``dampingRatio``.
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
    /// Of a position actuator, whose bias.z follows from it. Set to 0, it leaves bias.z as it was
    /// (MuJoCo `dampratio`).
    public let dampingRatio = EditableQuantity(
      \Actuator.dampingRatio,
      accepts: { actuator, _ in
        let ratio = actuator.dampingRatio
        return ratio == 0 || (ratio > 0 && ratio.isFinite && actuator.isPositionLike)
      },
      accepted: { $0.isPositionLike ? nonnegative : "0, unless bias.y is -gain.x" })
    /// Of a position actuator, whose control range is its joint's, times this. Set to 0, it leaves the
    /// control range as it was (MuJoCo `inheritrange`).
    public let inheritedRange = EditableQuantity(\Actuator.inheritedRange, nonnegative) {
      $0 >= 0 && $0.isFinite
    }
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "actuator"
}

extension ExplicitPair: EditableElement {
  /// What ``Model/edited(_:)`` can change of an explicit pair.
  public struct Quantities: Sendable {
    /// MuJoCo `pair_dim`.
    public let dimension = EditableQuantity(\ExplicitPair.dimension, dimensions) {
      contactDimensions.contains($0)
    }
    /// m (MuJoCo `pair_margin`).
    public let margin = EditableQuantity(\ExplicitPair.margin)
    /// m (MuJoCo `pair_gap`).
    public let gap = EditableQuantity(\ExplicitPair.gap)
    /// Two sliding, one torsional, two rolling coefficients (MuJoCo `pair_friction`).
    public let friction = EditableQuantity(\ExplicitPair.friction, finiteNumbers) {
      [$0.0, $0.1, $0.2, $0.3, $0.4].allSatisfy(\.isFinite)
    }
    /// MuJoCo `pair_solref`, `pair_solimp`.
    public let softness = EditableQuantity(\ExplicitPair.softness)
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "explicit pair"
}

extension ModelVisuals.Material: EditableElement {
  /// What ``Model/edited(_:)`` can change of a material.
  public struct Quantities: Sendable {
    /// Red, green, blue, opacity, 0 to 1, of what has the default colour itself (MuJoCo `mat_rgba`).
    public let color = EditableQuantity(\ModelVisuals.Material.color)
    /// MuJoCo `mat_specular`.
    public let specular = EditableQuantity(\ModelVisuals.Material.specular)
    /// MuJoCo `mat_shininess`.
    public let shininess = EditableQuantity(\ModelVisuals.Material.shininess)
    /// MuJoCo `mat_reflectance`.
    public let reflectance = EditableQuantity(\ModelVisuals.Material.reflectance)
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "material"
}

extension ModelOptions: EditableElement {
  /// What ``Model/edited(_:)`` can change of the options.
  public struct Quantities: Sendable {
    /// s (MuJoCo `timestep`).
    public let timestep = EditableQuantity(\ModelOptions.timestep, positive) {
      $0 > 0 && $0.isFinite
    }
    /// m/s² (MuJoCo `gravity`).
    public let gravity = EditableQuantity(\ModelOptions.gravity)
    /// MuJoCo `integrator`.
    public let integrator = EditableQuantity(\ModelOptions.integrator, "any") { _ in true }
    /// kg/m³ (MuJoCo `density`).
    public let fluidDensity = EditableQuantity(\ModelOptions.fluidDensity)
    /// Pa s (MuJoCo `viscosity`).
    public let fluidViscosity = EditableQuantity(\ModelOptions.fluidViscosity)
    /// m/s (MuJoCo `wind`).
    public let wind = EditableQuantity(\ModelOptions.wind)
    /// MuJoCo `impratio`.
    public let frictionImpedanceRatio = EditableQuantity(
      \ModelOptions.frictionImpedanceRatio, positive
    ) { $0 > 0 && $0.isFinite }
  }
  /// See ``EditableElement``.
  public static let quantities = Quantities()
  /// See ``EditableElement``.
  public static let kind = "options"
}

// MARK: What is acceptable

private let nonnegative = "0 or more"
private let positive = "a number above 0"
private let finiteNumbers = "finite numbers"
private let dimensions = "1, 3, 4 or 6"
private let range = "a lower bound below the upper one"

@Sendable private func sizes(of shape: Geom.Shape) -> String {
  if shape == .plane { return "0 or more twice, then a number above 0" }
  return shape.sizeCount == 1
    ? "a finite number above 0" : "\(shape.sizeCount) finite numbers above 0"
}

@Sendable private func scalarReference(_ joint: Joint) -> String {
  joint.isScalar ? "a finite number" : "0, of a \(joint.kind) joint"
}

// quantities of which more need not be asked than that they are numbers

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
