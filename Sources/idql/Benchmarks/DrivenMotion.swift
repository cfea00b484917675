import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRandom
import IDQLSpelling

/// An initial state, and the controls of every time step from there, which can be replayed.
package struct DrivenMotion: Sendable {
  package var start: State
  /// (steps, controlCount).
  package var controls: [[Double]]
  /// For how many time steps each of them is held.
  package var substeps = 1

  /// Motions of ten simulated seconds from the initial configuration, `steps` in all: controls
  /// drawn anew for every step, uniformly from their ranges, or from -1…1 where there is none.
  static func random(_ model: Model, steps: Int, seed: UInt64) -> [DrivenMotion] {
    var generator = NumPyGenerator(seed: seed)
    // any number of steps is possible in ten seconds: a document may have any time step
    let length = (10 / model.options.timestep).rounded().wholeNumber(in: 1...max(1, steps))
    let zeros = Array(repeating: 0.0, count: model.velocityCount)
    return stride(from: 0, to: steps, by: length).map { first in
      let controls = (0..<min(length, steps - first)).map { _ in
        model.actuators.map { actuator in
          let range = actuator.controlRange
          return range.lowerBound.isFinite && range.upperBound.isFinite
            ? generator.uniform(range.lowerBound, range.upperBound) : generator.uniform(-1, 1)
        }
      }
      return DrivenMotion(
        start: State(position: model.initialPosition, velocity: zeros, warmStart: zeros),
        controls: controls)
    }
  }

  /// The motions of a policy's episodes 0 ..< `episodes`; a replay gives the same states to the
  /// bit.
  package static func recorded(
    in environment: any Environment, policy: any Policy, episodes: Int, seed: UInt64
  ) -> [DrivenMotion] {
    (0..<episodes).map { index in
      var noise = [NumPyGenerator(seed: seed, spawnKey: [UInt32(index)])]
      environment.reset(seed: seed + UInt64(index))
      var motion = DrivenMotion(
        start: environment.simulation.state, controls: [], substeps: environment.spec.substeps)
      var hasEnded = false
      while !hasEnded {
        let actions = policy.actions(
          observations: environment.observation, steps: [environment.stepCount], noise: &noise)
        let transition = environment.step(actions.map(Double.init))
        hasEnded = transition.terminated || transition.truncated || transition.isBroken
        motion.controls.append(environment.simulation.control)
      }
      return motion
    }
  }
}
