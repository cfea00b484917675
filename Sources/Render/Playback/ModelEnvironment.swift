import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// An environment without a task around any model: an action sets the controls for one time step,
/// and the reward is 0.
package final class ModelEnvironment: Environment {
  package let spec: EnvironmentSpec
  package let simulation: Simulation
  package private(set) var stepCount = 0

  package init(_ model: Model) {
    simulation = Simulation(model: model)
    let names = model.actuators.names
    spec = EnvironmentSpec(
      id: model.name, physics: model.profile, observation: [],
      action: model.actuators.indices.map { index in
        let name = index < names.count && !names[index].isEmpty ? names[index] : "control \(index)"
        return EnvironmentSpec.Quantity(name: name, unit: "1")
      },
      substeps: 1, timestep: model.options.timestep, stepLimit: .max)
  }

  /// The configuration in which the document was written (MuJoCo `mj_resetData`).
  package func reset() {
    let model = simulation.model
    simulation.reset(
      position: model.initialPosition, velocity: Array(repeating: 0, count: model.velocityCount))
    stepCount = 0
  }

  package func reset(seed: UInt64) { reset() }

  package var observation: [Double] { [] }

  package func step(_ action: [Double]) -> Transition {
    simulation.control = action
    simulation.step()
    stepCount += 1
    return Transition(
      reward: 0, terminated: !simulation.isFinite, truncated: false,
      isBroken: !simulation.isFinite)
  }

  package var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: !simulation.isFinite, generator: NumPyGenerator(seed: 0))
  }

  package func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot)
    simulation.state = snapshot.state
    stepCount = snapshot.stepCount
  }

  package var rules: String { "No task: an action sets the controls for one time step." }
}
