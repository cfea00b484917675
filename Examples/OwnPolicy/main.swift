// A policy of one's own beside none at all: `swift run OwnPolicy`.
import Foundation
import IDQL

/// Swings every joint as a sine, each a quarter period behind of the one before.
struct Swing: Policy {
  let observationCount: Int
  let actionCount: Int
  /// Of the sines, in actions.
  let period: Double
  let amplitude: Double

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    steps.flatMap { step in
      (0..<actionCount).map { joint in
        Float(amplitude * sin(2 * .pi * (Double(step) / period - Double(joint) / 4)))
      }
    }
  }
}

let id = "HalfCheetah-v5"
let spec = try makeEnvironment(id: id).spec
for amplitude in [0, 0.8] {
  let policy = Swing(
    observationCount: spec.observationCount, actionCount: spec.actionCount, period: 20,
    amplitude: amplitude)
  let report = try await evaluate(policy, in: id, episodes: 4)
  print("amplitude \(amplitude): mean return \(report.summary.returns!.mean)")
}
