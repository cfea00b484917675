import IDQLPhysics

/// What the numbers of a state, an action or contact forces are called, from the names of a model.
enum ModelQuantities {
  typealias Quantity = EnvironmentSpec.Quantity

  /// All positions in their order. Free bodies and hinges.
  static func positions(of model: Model) -> [Quantity] {
    byJoint(model) { joint, name, body in
      guard joint.kind == .free else { return [Quantity(name: name, unit: "rad")] }
      return ["x", "y", "height"].map { Quantity(name: "\(body) \($0)", unit: "m") }
        + ["w", "x", "y", "z"].map { Quantity(name: "\(body) orientation \($0)", unit: "1") }
    }
  }

  /// All velocities in their order. Free bodies and hinges.
  static func velocities(of model: Model) -> [Quantity] {
    byJoint(model) { joint, name, body in
      guard joint.kind == .free else {
        return [Quantity(name: "velocity of \(name)", unit: "rad/s")]
      }
      return axes.map { Quantity(name: "\(body) velocity \($0), world", unit: "m/s") }
        + axes.map { Quantity(name: "\(body) rotation \($0), own axes", unit: "rad/s") }
    }
  }

  /// Positions but for the x and y of a free body that comes first, then velocities.
  static func stateWithoutPlace(of model: Model) -> [Quantity] {
    positions(of: model).dropFirst(2) + velocities(of: model)
  }

  /// By body but the world, in the model's order.
  static func contactForces(of model: Model) -> [Quantity] {
    let kinds = ["moment", "force"].flatMap { kind in axes.map { "\(kind) \($0)" } }
    return model.names.bodies.dropFirst().flatMap { body in
      kinds.map { Quantity(name: "\($0) of contacts on \(body)", unit: "N, N m") }
    }
  }

  /// Motors at hinges.
  static func actions(of model: Model) -> [Quantity] {
    model.actuators.map { actuator in
      Quantity(name: model.names.joints[actuator.joint], unit: "\(brief(actuator.gear.0)) N m")
    }
  }

  static let axes = ["x", "y", "z"]

  private static func byJoint(
    _ model: Model, _ quantities: (Joint, _ name: String, _ body: String) -> [Quantity]
  ) -> [Quantity] {
    zip(model.joints, model.names.joints).flatMap { joint, name in
      quantities(joint, name, model.names.bodies[joint.body])
    }
  }
}
