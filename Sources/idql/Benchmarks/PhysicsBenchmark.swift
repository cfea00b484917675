import Foundation
import IDQLEvaluation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLTensors

/// The cost of one time step on one thread.
package struct PhysicsBenchmark: Codable, Equatable, Sendable {
  package var model: String
  package var physics: String
  /// Simulations in one vector register.
  package var lanes: Int
  package var steps: Int
  package var cpuSeconds: Double
  package var stepsPerCPUSecond: Double
  /// Motions that ended in a state which is not finite.
  package var nonfiniteResets: Int
  /// Digest of all last states: a change that is faster because it computes something else shows here.
  package var stateSHA256: String

  enum CodingKeys: String, CodingKey {
    case model, physics, lanes, steps
    case cpuSeconds = "cpu_seconds"
    case stepsPerCPUSecond = "steps_per_cpu_second"
    case nonfiniteResets = "nonfinite_resets"
    case stateSHA256 = "state_sha256"
  }

  /// Takes `steps` steps with random controls.
  package init(_ model: Model, steps: Int, seed: UInt64 = 0, lanes: Int = 1) {
    self.init(model, DrivenMotion.random(model, steps: steps, seed: seed), lanes: lanes)
  }

  /// Drives simulations through all motions: with one lane one after the other, with more all at once.
  ///
  /// - Parameter lanes: one of `WideStepper.supportedLaneCounts`.
  package init(_ model: Model, _ motions: [DrivenMotion], lanes: Int) {
    let stepper = WideStepper(model: model, laneCount: lanes)
    let simulations = motions.map { motion in
      let simulation = Simulation(model: model)
      simulation.state = motion.start
      return simulation
    }
    let atOnce = lanes == 1 ? 1 : motions.count
    let start = ProcessUse.threadSeconds
    for first in stride(from: 0, to: motions.count, by: atOnce) {
      var moving = Array(first..<first + atOnce)
      var together = moving.map { simulations[$0] }
      for step in 0..<(moving.map { motions[$0].controls.count }.max() ?? 0) {
        if moving.contains(where: { step == motions[$0].controls.count }) {
          moving.removeAll { step == motions[$0].controls.count }
          together = moving.map { simulations[$0] }
        }
        for index in moving { simulations[index].control = motions[index].controls[step] }
        stepper.step(together, times: motions[first].substeps)
      }
    }
    cpuSeconds = ProcessUse.threadSeconds - start
    self.model = model.name
    physics = model.profile.name
    self.lanes = lanes
    steps = motions.reduce(0) { $0 + $1.controls.count * $1.substeps }
    stepsPerCPUSecond = Double(steps) / cpuSeconds
    nonfiniteResets = simulations.count { !$0.isFinite }
    stateSHA256 = simulations.flatMap { $0.state.position + $0.state.velocity }
      .withUnsafeBytes(SHA256.hexDigest)
  }
}
