import CIDQLInterface
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLSpelling

var lanesSupported: [Int] { WideStepper.supportedLaneCounts }

@_cdecl("idql_simulation_make")
package func makeSimulation(
  _ request: UnsafePointer<CChar>?, _ simulation: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let request = try Request(request, known: ["mjcf", "path", "physics"])
    let profile = try physicsProfile(try request.text("physics")) ?? .mujoco4
    let model: Model
    switch (try request.text("mjcf"), try request.text("path")) {
    case (let document?, nil): model = try Model(mjcf: document, profile: profile)
    case (nil, let path?): model = try Model(contentsOf: path, profile: profile)
    default: throw CallError.invalid("either 'mjcf' or 'path' is needed.")
    }
    try give(.simulation(Simulation(model: model)), simulation)
  }
}

private struct ModelDescription: Encodable {
  let name, physics, integrator: String
  let timestep: Double
  let positions, velocities, controls: Int
  let bodies, joints, geoms, sites, actuators, keyframes: [String]

  init(_ model: Model) {
    name = model.name
    physics = model.profile.name
    integrator = model.options.integrator.rawValue
    timestep = model.options.timestep
    (positions, velocities, controls) = (
      model.positionCount, model.velocityCount, model.controlCount
    )
    bodies = model.bodies.names
    joints = model.joints.names
    geoms = model.geoms.names
    sites = model.sites.names
    actuators = model.actuators.names
    keyframes = model.keyframes.names
  }
}

@_cdecl("idql_simulation_describe")
package func describeSimulation(
  _ simulation: Int64, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    try Handles.simulation(simulation) { try give(ModelDescription($0.model).jsonText(), json) }
  }
}

@_cdecl("idql_simulation_step")
package func stepSimulation(
  _ simulation: Int64, _ count: Int64, _ isFinite: UnsafeMutablePointer<Int32>?
) -> Int32 {
  call {
    try Handles.simulation(simulation) { simulation in
      guard (0...1_000_000_000).contains(count) else {
        throw CallError.invalid("steps must number 0 to 1000000000, not \(count).")
      }
      for _ in 0..<count where simulation.isFinite { simulation.step() }
      isFinite?.pointee = simulation.isFinite ? 1 : 0
    }
  }
}

@_cdecl("idql_simulation_reset")
package func resetSimulation(_ simulation: Int64, _ keyframe: Int64) -> Int32 {
  call {
    try Handles.simulation(simulation) { simulation in
      let model = simulation.model
      guard keyframe != -1 else {
        return simulation.reset(
          position: model.initialPosition,
          velocity: Array(repeating: 0, count: model.velocityCount))
      }
      guard (0..<Int64(model.keyframes.count)).contains(keyframe) else {
        throw CallError.invalid(
          "keyframe \(keyframe) is none of the model's, which number \(model.keyframes.count).")
      }
      let frame = model.keyframes[Int(keyframe)]
      simulation.reset(position: frame.position, velocity: frame.velocity)
      var state = simulation.state
      (state.time, state.activation) = (frame.time, frame.activation)
      simulation.state = state
      simulation.control = frame.control
    }
  }
}

@_cdecl("idql_simulation_refresh")
package func refreshSimulation(_ simulation: Int64) -> Int32 {
  call { try Handles.simulation(simulation) { $0.refresh() } }
}

@_cdecl("idql_simulation_time")
package func timeOfSimulation(_ simulation: Int64, _ seconds: UnsafeMutablePointer<Double>?)
  -> Int32
{
  call {
    try Handles.simulation(simulation) { simulation in
      guard let seconds else { throw CallError.invalid("there is no place for the time.") }
      seconds.pointee = simulation.time
    }
  }
}

@_cdecl("idql_simulation_set_state")
package func setState(
  _ simulation: Int64, _ seconds: Double, _ position: UnsafePointer<Double>?,
  _ velocity: UnsafePointer<Double>?, _ warmStart: UnsafePointer<Double>?
) -> Int32 {
  call {
    try Handles.simulation(simulation) { simulation in
      let model = simulation.model
      func numbers(_ pointer: UnsafePointer<Double>?, _ count: Int, _ name: String) throws
        -> [Double]
      {
        guard let pointer else { throw CallError.invalid("\(name) is missing.") }
        let values = Array(UnsafeBufferPointer(start: pointer, count: count))
        guard let index = values.firstIndex(where: { !$0.isFinite }) else { return values }
        throw CallError.invalid("number \(index) of \(name) is \(values[index]).")
      }
      guard seconds.isFinite else { throw CallError.invalid("the time is \(seconds).") }
      simulation.state = State(
        time: seconds, position: try numbers(position, model.positionCount, "position"),
        velocity: try numbers(velocity, model.velocityCount, "velocity"),
        warmStart: try numbers(warmStart, model.velocityCount, "warm_start"))
    }
  }
}

@_cdecl("idql_simulation_array")
package func arrayOfSimulation(
  _ simulation: Int64, _ name: UnsafePointer<CChar>?,
  _ values: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>?,
  _ count: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    try Handles.simulation(simulation) { simulation in
      guard let values, let count else {
        throw CallError.invalid("there is no place for the array.")
      }
      let name = try textArgument(name, "the name")
      let (w, m) = (simulation.workspace, simulation.model)
      let arrays: [(String, UnsafeMutablePointer<Double>, Int)] = [
        ("position", w.position, m.positionCount), ("velocity", w.velocity, m.velocityCount),
        ("control", w.control, m.controlCount), ("warm_start", w.warmStart, m.velocityCount),
        ("acceleration", w.acceleration, m.velocityCount),
        ("bias_force", w.biasForce, m.velocityCount),
        ("passive_force", w.passiveForce, m.velocityCount),
        ("actuator_force", w.actuatorForce, m.velocityCount),
        ("constraint_force", w.constraintForce, m.velocityCount),
      ]
      guard let array = arrays.first(where: { $0.0 == name }) else {
        throw CallError.invalid(
          "no array is named '\(name)'; there are \(arrays.map(\.0).joined(separator: ", ")).")
      }
      values.pointee = array.1
      count.pointee = Int64(array.2)
    }
  }
}

/// Quantities that are computed for a call.
private let computed: [(name: String, values: @Sendable (Simulation) -> [Double])] = [
  (
    "body_position",
    { simulation in
      simulation.model.bodies.indices.flatMap { simulation.frame(ofBody: $0).origin.components }
    }
  ),
  (
    "body_orientation",
    { simulation in
      simulation.model.bodies.indices.flatMap { index -> [Double] in
        let q = simulation.frame(ofBody: index).orientation
        return [q.w, q.x, q.y, q.z]
      }
    }
  ),
  (
    "body_center_of_mass",
    { simulation in
      simulation.model.bodies.indices.flatMap {
        simulation.frame(ofBody: $0).centerOfMass.components
      }
    }
  ),
  ("mass_matrix", { $0.massMatrix }),
  ("contact_position", { $0.contacts.flatMap(\.position.components) }),
  ("contact_normal", { $0.contacts.flatMap(\.normal.components) }),
  ("contact_distance", { $0.contacts.map(\.distance) }),
  (
    "contact_geoms",
    { simulation in
      simulation.contacts.flatMap { contact -> [Double] in
        let pair = simulation.model.pairs[contact.pair]
        return [Double(pair.first), Double(pair.second)]
      }
    }
  ),
]

@_cdecl("idql_simulation_copy")
package func copyOfSimulation(
  _ simulation: Int64, _ name: UnsafePointer<CChar>?, _ values: UnsafeMutablePointer<Double>?,
  _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    try Handles.simulation(simulation) { simulation in
      guard let count, values != nil || capacity == 0, capacity >= 0 else {
        throw CallError.invalid("there is no place for the numbers.")
      }
      let name = try textArgument(name, "the name")
      guard let quantity = computed.first(where: { $0.name == name }) else {
        throw CallError.invalid(
          "no quantity is named '\(name)'; there are \(computed.map(\.name).joined(separator: ", "))."
        )
      }
      let numbers = quantity.values(simulation)
      values?.update(from: numbers, count: min(numbers.count, Int(capacity)))
      count.pointee = Int64(numbers.count)
    }
  }
}
