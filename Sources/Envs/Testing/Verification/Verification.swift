import IDQLPhysics

/// Differences between an environment and recordings of the original simulator.
package struct Verification: Equatable, Sendable {
  package var environment: String
  package var physics: PhysicsProfile
  /// Which simulators made the recordings, each once.
  package var references: [String] = []
  /// How many steps were compared.
  package var stepCount = 0
  /// The difference that is greatest relative to its tolerance (bar).
  package var worst: Difference?

  package var isWithinBars: Bool { worst?.isWithinBar ?? true }

  init(environment: String, physics: PhysicsProfile) {
    self.environment = environment
    self.physics = physics
  }

  /// One quantity at one moment, here and in the recording.
  package struct Difference: Equatable, Sendable {
    package var quantity: String
    package var moment: String
    /// Largest absolute difference of its numbers; infinite if there are not as many, if one is
    /// NaN, or if a flag differs.
    package var size: Double
    package var bar: Double

    package var isWithinBar: Bool { size <= bar }

    /// Relative to the bar.
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
      // a NaN gives infinity
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
