import IDQLPhysics

/// How far an environment strays from what was recorded of the original simulator.
public struct Verification: Equatable, Sendable {
  public var environment: String
  public var physics: PhysicsProfile
  /// What made the recordings, each once.
  public var references: [String] = []
  /// How many steps were compared.
  public var stepCount = 0
  /// Of all differences the one that is nearest to its bar, or furthest beyond it.
  public var worst: Difference?

  public var isWithinBars: Bool { worst?.isWithinBar ?? true }

  init(environment: String, physics: PhysicsProfile) {
    self.environment = environment
    self.physics = physics
  }

  /// One quantity at one moment, here and in the recording.
  public struct Difference: Equatable, Sendable {
    public var quantity: String
    public var moment: String
    /// Largest absolute difference of its numbers; infinite if there are not as many, if one is NaN,
    /// or if a flag differs.
    public var size: Double
    public var bar: Double

    public var isWithinBar: Bool { size <= bar }

    /// In bars.
    fileprivate var severity: Double { size == 0 ? 0 : size / bar }
  }

  mutating func name(_ reference: String) {
    if !references.contains(reference) { references.append(reference) }
  }

  mutating func compare(
    _ quantity: String, _ found: [Double], _ recorded: [Double], bar: Double, at moment: String
  ) {
    var size = found.count == recorded.count ? 0 : Double.infinity
    for (a, b) in zip(found, recorded) where a != b {
      // written so that NaN counts as infinitely far
      let distance = abs(a - b)
      size = max(size, distance < .infinity ? distance : .infinity)
    }
    let difference = Difference(quantity: quantity, moment: moment, size: size, bar: bar)
    if worst.map({ difference.severity > $0.severity }) ?? true { worst = difference }
  }

  mutating func compare(_ quantity: String, _ found: Bool?, _ recorded: Bool?, at moment: String) {
    let size = found == recorded ? [] : [Double.infinity]
    compare(quantity, [], size, bar: 0, at: moment)
  }
}
