import IDQLEvaluation
import IDQLPhysics
import IDQLTensors

/// Initial states of independent simulations of one model, and their controls.
package struct SimulationStarts: Sendable {
  let count: Int
  /// Row-major (count, positionCount), (count, velocityCount), (count, velocityCount).
  let position: [Double]
  let velocity: [Double]
  let warmStart: [Double]
  /// Row-major (count, controlSteps, controlCount).
  let control: [Double]
  /// One if the same control is held for all steps.
  let controlSteps: Int

  /// Reads `qpos` (K, nq), `qvel` (K, nv), `ctrl` (K, nu) held or (K, steps, nu), and, if it is
  /// there, `qacc_warmstart` (K, nv).
  ///
  /// - Throws: `TensorFileError` for a missing array, `ArrayError` for one of another shape.
  package init(_ file: TensorFile, model: Model, steps: Int) throws {
    let position = try file.matrix("qpos", columns: model.positionCount, rowName: "starts")
    let count = position.shape[0]
    self.count = count
    self.position = position.values
    velocity = try file.matrix(
      "qvel", rows: count, columns: model.velocityCount, rowName: "starts"
    ).values
    warmStart =
      file.contains("qacc_warmstart")
      ? try file.matrix(
        "qacc_warmstart", rows: count, columns: model.velocityCount, rowName: "starts"
      ).values
      : Array(repeating: 0, count: count * model.velocityCount)

    if model.controlCount == 0, !file.contains("ctrl") {
      (control, controlSteps) = ([], 1)
      return
    }
    let found = try file.shape("ctrl")
    let held = [count, model.controlCount]
    let varying = [count, steps, model.controlCount]
    guard found == held || found == varying else {
      throw ArrayError.shape(
        file: file.name, tensor: "ctrl", found: found, expected: "\(held) or \(varying)")
    }
    control = try file.doubles("ctrl").values
    controlSteps = found.count == 3 ? steps : 1
  }

  func row(_ values: [Double], _ row: Int, _ width: Int) -> [Double] {
    Array(values[row * width..<(row + 1) * width])
  }
}

/// Runs every start for `steps` time steps.
///
/// - Returns: `qpos` (K, nq), `qvel` and `qacc` (K, nv), `contact_count`, `nonfinite` and
///   `unconverged` (K; solves that did not find the minimum so far), as they are after the last
///   step; with `keepsTrajectory`, each with a second axis of length steps + 1 that begins at the
///   start. As in MuJoCo, `qacc` and `contact_count` are those of the last force evaluation. A
///   start whose state stops being finite keeps its last values.
/// - Throws: `ArrayError.tooManyValues`.
package func simulate(
  _ model: Model, from starts: SimulationStarts, steps: Int, keepsTrajectory: Bool
) throws -> [NamedTensor] {
  let width = model.positionCount + 2 * model.velocityCount + 3
  let moments = keepsTrajectory ? steps + 1 : 1
  try ArrayError.checkSize(starts.count, moments, width)

  var record = StateRecord()
  let simulation = Simulation(model: model)
  let controlWidth = model.controlCount
  for start in 0..<starts.count {
    func control(_ step: Int) -> [Double] {
      let row = start * starts.controlSteps + min(step, starts.controlSteps - 1)
      return starts.row(starts.control, row, controlWidth)
    }
    // the controls come first, because setting the state computes the acceleration they cause
    simulation.control = control(0)
    simulation.state = State(
      position: starts.row(starts.position, start, model.positionCount),
      velocity: starts.row(starts.velocity, start, model.velocityCount),
      warmStart: starts.row(starts.warmStart, start, model.velocityCount))
    if keepsTrajectory { record.append(simulation) }
    for step in 0..<steps {
      simulation.control = control(step)
      simulation.step()
      if keepsTrajectory || step == steps - 1 { record.append(simulation) }
    }
  }
  let rows = keepsTrajectory ? [starts.count, steps + 1] : [starts.count]
  return record.tensors(rows: rows, model: model)
}

/// The rows of `simulate`'s answer.
private struct StateRecord {
  var position: [Double] = []
  var velocity: [Double] = []
  var acceleration: [Double] = []
  var contactCount: [Int64] = []
  var nonfinite: [UInt8] = []
  var unconverged: [Int64] = []

  mutating func append(_ simulation: Simulation) {
    let state = simulation.state
    position += state.position
    velocity += state.velocity
    acceleration += simulation.acceleration
    contactCount.append(Int64(simulation.contactCount))
    nonfinite.append(simulation.isFinite ? 0 : 1)
    unconverged.append(Int64(simulation.unconvergedSolveCount))
  }

  func tensors(rows: [Int], model: Model) -> [NamedTensor] {
    [
      NamedTensor("qpos", shape: rows + [model.positionCount], .doubles(position)),
      NamedTensor("qvel", shape: rows + [model.velocityCount], .doubles(velocity)),
      NamedTensor("qacc", shape: rows + [model.velocityCount], .doubles(acceleration)),
      NamedTensor("contact_count", shape: rows, .integers(contactCount)),
      NamedTensor("nonfinite", shape: rows, .bytes(nonfinite)),
      NamedTensor("unconverged", shape: rows, .integers(unconverged)),
    ]
  }
}
