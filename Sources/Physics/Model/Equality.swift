/// A constraint that holds in both directions (MuJoCo `eq_*`).
public struct Equality: Equatable, Sendable {
  /// What it keeps equal.
  public enum Kind: Equatable, Sendable {
    /// Two points, as a ball joint does (MuJoCo `mjEQ_CONNECT`).
    case connect(Anchor, Anchor)
    /// Two frames; rotation errors count `torqueScale` times (MuJoCo `mjEQ_WELD`).
    case weld(Anchor, Anchor, torqueScale: Double)
    /// The displacement of a joint and a polynomial in that of another one, or the first
    /// coefficient (MuJoCo `mjEQ_JOINT`).
    case joints(Int, Int?, Polynomial)
    /// The same for the lengths of tendons (MuJoCo `mjEQ_TENDON`).
    case tendons(Int, Int?, Polynomial)
  }

  /// A frame on a body: the point that is kept, and the axes that are.
  public struct Anchor: Equatable, Sendable {
    /// Index of the body.
    public let body: Int
    /// In the body's frame, m.
    public internal(set) var position: Vector3
    /// In the body's frame.
    public internal(set) var orientation: Quaternion
  }

  /// c₀ + c₁ x + c₂ x² + c₃ x³ + c₄ x⁴ (MuJoCo `polycoef`).
  public struct Polynomial: Equatable, Sendable {
    /// c₀.
    public let constant: Double
    /// c₁ to c₄.
    public let coefficients: SIMD4<Double>
  }

  /// What it keeps equal.
  public internal(set) var kind: Kind
  /// Its softness (MuJoCo `eq_solref`, `eq_solimp`).
  public internal(set) var softness: ConstraintSoftness
  /// Whether it acts (MuJoCo `eq_active0`).
  public internal(set) var isActive: Bool
  /// Whether the second anchor follows from the first and the initial configuration.
  let derivesSecondAnchor: Bool
}
