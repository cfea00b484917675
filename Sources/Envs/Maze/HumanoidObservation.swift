import IDQLPhysics

/// The 69 numbers that OGBench's humanoid observes.
///
/// Source: OGBench 1.2.2, `ogbench/locomaze/humanoid.py`, after the DeepMind Control Suite.
enum HumanoidObservation {
  /// Bodies by index, and what the quantities call them.
  private static let (torso, head) = (1, 2)
  private static let extremities = [
    (body: 16, name: "left hand"), (body: 10, name: "left foot"), (body: 13, name: "right hand"),
    (body: 7, name: "right foot"),
  ]

  /// Frames must belong to the state, as after `Simulation.placeBodies`.
  static func values(_ simulation: Simulation) -> [Double] {
    let state = simulation.state
    let torso = simulation.frame(ofBody: torso)
    var values = Array(state.position.prefix(2))
    values += state.position.dropFirst(7)
    values.append(simulation.frame(ofBody: head).origin.z)
    for (body, _) in extremities {
      let reach = simulation.frame(ofBody: body).origin - torso.origin
      values += torso.rotation.transposed(times: reach).components
    }
    values += torso.rotation.transposed(times: Vector3(0, 0, 1)).components
    values += simulation.velocityOfCenterOfMass(ofTreeUnder: Self.torso).components
    return values + state.velocity
  }

  static func quantities(of model: Model) -> [EnvironmentSpec.Quantity] {
    func vector(_ name: String, _ unit: String) -> [EnvironmentSpec.Quantity] {
      ModelQuantities.axes.map { .init(name: "\(name) \($0)", unit: unit) }
    }
    let positions = ModelQuantities.positions(of: model)
    var quantities = Array(positions.prefix(2))
    quantities += positions.dropFirst(7)
    quantities.append(.init(name: "head height", unit: "m"))
    for (_, name) in extremities { quantities += vector("\(name) from torso, own axes,", "m") }
    quantities += vector("upwards in the torso's axes,", "1")
    quantities += vector("velocity of the centre of mass", "m/s")
    return quantities + ModelQuantities.velocities(of: model)
  }
}
