import IDQLEnvs
import IDQLEvaluation
import IDQLSpelling

/// Where two episodes that began in the same state part, found by playing both again.
package struct Parting: Equatable, Sendable {
  /// Actions that both had taken with the same outcome.
  package var step: Int
  /// What differs there, for a reader, with its unit.
  package var quantity: String
  package var first: Double
  package var second: Double

  /// - Returns: nil if they are the same to the bit, to their ends.
  /// - Throws: what making an environment throws.
  package static func of(_ first: Replay, _ second: Replay) throws -> Parting? {
    let one = try first.session.recording(of: first.episode.index)
    let two = try second.session.recording(of: second.episode.index)
    let spec = one.environment.spec
    // of the last step
    var rewards = (0.0, 0.0)
    while true {
      let (a, b) = (one.frame(one.lastFrame), two.frame(two.lastFrame))
      if let index = mostDifferent(a.observation, b.observation) {
        let name =
          spec.observation.indices.contains(index)
          ? named(spec.observation[index]) : ("goal \(index - spec.observationCount)", "")
        return Parting(
          step: a.stepCount, name, a.observation[index], b.observation[index])
      }
      if rewards.0.bitPattern != rewards.1.bitPattern {
        return Parting(step: a.stepCount, ("reward", ""), rewards.0, rewards.1)
      }
      guard one.canAdvance || two.canAdvance else { return nil }
      guard one.canAdvance, two.canAdvance else {
        return Parting(
          step: a.stepCount, ("end of the episode", ""), one.canAdvance ? 0 : 1,
          two.canAdvance ? 0 : 1)
      }
      one.advance()
      two.advance()
      guard let mine = one.frame(one.lastFrame - 1).step,
        let other = two.frame(two.lastFrame - 1).step
      else { return nil }
      if let index = mostDifferent(mine.action, other.action) {
        let name =
          spec.action.indices.contains(index) ? named(spec.action[index]) : ("action \(index)", "")
        return Parting(
          step: a.stepCount, ("action, \(name.0)", ""), mine.action[index], other.action[index])
      }
      rewards = (mine.transition.reward, other.transition.reward)
    }
  }

  private init(
    step: Int, _ quantity: (name: String, unit: String), _ first: Double, _ second: Double
  ) {
    self.step = step
    self.quantity = quantity.name + (quantity.unit.isEmpty ? "" : " [\(quantity.unit)]")
    (self.first, self.second) = (first, second)
  }

  private static func named(_ quantity: EnvironmentSpec.Quantity) -> (String, String) {
    (quantity.name, quantity.unit == "1" ? "" : quantity.unit)
  }

  /// Of numbers that differ, that which differs most; nil if all have the same bits.
  private static func mostDifferent(_ a: [Double], _ b: [Double]) -> Int? {
    let different = a.indices.filter {
      b.indices.contains($0) && a[$0].bitPattern != b[$0].bitPattern
    }
    // one that is not a number first: nothing differs more
    return different.first { (a[$0] - b[$0]).isNaN }
      ?? different.max { abs(a[$0] - b[$0]) < abs(a[$1] - b[$1]) }
  }

  /// `at step 12: torso height [m] 1.2034 beside 1.2035, 8.1e-05 apart`.
  package var text: String {
    "at step \(step): \(quantity) \(first.text(digits: 6)) beside \(second.text(digits: 6)), "
      + "\(abs(first - second).text(digits: 2)) apart"
  }
}
