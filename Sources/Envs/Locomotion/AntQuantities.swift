import Physics

/// What the numbers of an ant's observation and action are called.
enum AntQuantities {
  /// Positions, then velocities; x and y are left out where the policy does not see them.
  static func state(of model: Model, withPlace: Bool) -> [EnvironmentSpec.Quantity] {
    var positions: [EnvironmentSpec.Quantity] =
      withPlace ? [.init(name: "torso x", unit: "m"), .init(name: "torso y", unit: "m")] : []
    positions.append(.init(name: "torso height", unit: "m"))
    positions += ["w", "x", "y", "z"].map { .init(name: "torso orientation \($0)", unit: "1") }
    let hinges = model.names.joints.dropFirst()
    positions += hinges.map { .init(name: $0, unit: "rad") }

    let axes = ["x", "y", "z"]
    return positions
      + axes.map { .init(name: "torso velocity \($0), world", unit: "m/s") }
      + axes.map { .init(name: "torso rotation \($0), own axes", unit: "rad/s") }
      + hinges.map { .init(name: "velocity of \($0)", unit: "rad/s") }
  }

  static func forces(
    of model: Model, _ observed: AntTask.ObservedForces
  ) -> [EnvironmentSpec.Quantity] {
    let kinds = ["moment x", "moment y", "moment z", "force x", "force y", "force z"]
    switch observed {
    case .none: return []
    case .zeros:
      return (0..<6 * model.bodies.count).map { .init(name: "always zero (\($0))", unit: "1") }
    case .contacts:
      return model.names.bodies.dropFirst().flatMap { body in
        kinds.map { .init(name: "\($0) of contacts on \(body)", unit: "N, N m") }
      }
    }
  }

  static func action(of model: Model) -> [EnvironmentSpec.Quantity] {
    model.actuators.map { actuator in
      .init(name: model.names.joints[actuator.joint], unit: "\(brief(actuator.gear.0)) N m")
    }
  }
}
