import IDQLPhysics
import IDQLSpelling

extension EpisodeRecording.Frame {
  /// The state as `Simulation` takes it: time, position, velocity, warm start.
  var json: String {
    (try? state.jsonText(indented: true)) ?? ""
  }
}

extension Model {
  /// A line for each element (after MuJoCo `mj_printModel`).
  var text: String {
    var lines = [
      "model \(name), physics \(profile.name), \(options.integrator.rawValue), "
        + "timestep \(options.timestep) s, gravity \(options.gravity.text) m/s²"
    ]
    for (index, body) in bodies.enumerated() {
      lines.append(
        "body \(index) '\(bodies.names[index])': parent \(body.parent), mass \(body.mass) kg, "
          + "inertia \(body.inertia.text) kg m², position \(body.position.text) m")
    }
    for (index, joint) in joints.enumerated() {
      let range = joint.isLimited ? ", range \(joint.lower) to \(joint.upper)" : ""
      lines.append(
        "joint \(index) '\(joints.names[index])': \(joint.kind) of body \(joint.body), "
          + "axis \(joint.axis.text), stiffness \(joint.stiffness)\(range)")
    }
    for (index, dof) in degreesOfFreedom.enumerated() {
      lines.append(
        "degree of freedom \(index): joint \(dof.joint), damping \(dof.damping), "
          + "armature \(dof.armature)")
    }
    for (index, geom) in geoms.enumerated() {
      lines.append(
        "geom \(index) '\(geoms.names[index])': \(geom.shape) of body \(geom.body), "
          + "size \(geom.size.text) m, position \(geom.position.text) m, "
          + "friction \(geom.friction.text)")
    }
    for (index, actuator) in actuators.enumerated() {
      lines.append(
        "actuator \(index) '\(actuators.names[index])': "
          + (actuator.joint < 0 ? "tendon \(actuator.tendon), " : "joint \(actuator.joint), ")
          + "gear \(actuator.gear.0), control \(actuator.controlRange.lowerBound) to "
          + "\(actuator.controlRange.upperBound)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Stage {
  /// Positions, velocities and forces, a line for each element (after MuJoCo `mj_printData`).
  var text: String {
    var lines = ["time \(simulation.time) s"]
    for (index, value) in simulation.state.position.enumerated() {
      lines.append("position \(index): \(value)")
    }
    let forces = [
      ("velocity", simulation.state.velocity), ("acceleration", simulation.acceleration),
      ("bias force", simulation.biasForce), ("passive force", simulation.passiveForce),
      ("actuator force", simulation.actuatorForce),
      ("constraint force", simulation.constraintForce),
    ]
    for index in 0..<model.velocityCount {
      let values = forces.map { "\($0.0) \($0.1[index])" }
      lines.append("degree of freedom \(index): " + values.joined(separator: ", "))
    }
    for (index, value) in simulation.control.enumerated() {
      lines.append("control \(index): \(value)")
    }
    for index in model.bodies.indices {
      let frame = frame(ofBody: index)
      lines.append(
        "body \(index) '\(model.bodies.names[index])': origin \(frame.origin.text) m, "
          + "centre of mass \(frame.centerOfMass.text) m")
    }
    for (index, contact) in contacts.enumerated() {
      let pair = model.pairs[contact.pair]
      lines.append(
        "contact \(index): geoms \(pair.first) and \(pair.second), distance \(contact.distance) m, "
          + "position \(contact.position.text) m, normal \(contact.normal.text), "
          + "force \((force(of: contact) ?? .zero).text) N")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Vector3 {
  fileprivate var text: String { "(\(x), \(y), \(z))" }
}
