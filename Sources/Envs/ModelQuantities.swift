import IDQLPhysics
import IDQLSpelling

/// What the numbers of a state, an action or contact forces are called, from the names of a model.
enum ModelQuantities {
  typealias Quantity = EnvironmentSpec.Quantity

  /// All positions in their order.
  ///
  /// - Parameter labels: what the first joints carry, for a reader; their own names follow in
  ///   parentheses.
  static func positions(of model: Model, labels: [String] = []) -> [Quantity] {
    byJoint(model, labels) { joint, name, body in
      let orientation = ["w", "x", "y", "z"].map {
        Quantity(name: "\(body) orientation \($0)", unit: "1")
      }
      return switch joint.kind {
      case .slide: [Quantity(name: name, unit: "m")]
      case .hinge: [Quantity(name: name, unit: "rad")]
      case .ball: orientation
      case .free:
        ["x", "y", "height"].map { Quantity(name: "\(body) \($0)", unit: "m") } + orientation
      }
    }
  }

  /// All velocities in their order.
  static func velocities(of model: Model, labels: [String] = []) -> [Quantity] {
    byJoint(model, labels) { joint, name, body in
      let rotation = axes.map { Quantity(name: "\(body) rotation \($0), own axes", unit: "rad/s") }
      return switch joint.kind {
      case .slide: [Quantity(name: "velocity of \(name)", unit: "m/s")]
      case .hinge: [Quantity(name: "velocity of \(name)", unit: "rad/s")]
      case .ball: rotation
      case .free:
        axes.map { Quantity(name: "\(body) velocity \($0), world", unit: "m/s") } + rotation
      }
    }
  }

  /// Positions but for the x and y of a free body that comes first, then velocities.
  static func stateWithoutPlace(of model: Model) -> [Quantity] {
    positions(of: model).dropFirst(2) + velocities(of: model)
  }

  /// By body but the world, in the model's order.
  static func contactForces(of model: Model) -> [Quantity] {
    let kinds = ["moment", "force"].flatMap { kind in axes.map { "\(kind) \($0)" } }
    return model.bodies.names.dropFirst().flatMap { body in
      kinds.map { Quantity(name: "\($0) of contacts on \(body)", unit: "N, N m") }
    }
  }

  /// By actuator: what a control of 1 stands for, where it is a force or a moment.
  static func actions(of model: Model) -> [Quantity] {
    zip(model.actuators, model.actuators.names).map { actuator, name in
      let joint = actuator.joint < 0 ? name : model.joints.names[actuator.joint]
      let isMotor = actuator.gain == Vector3(1, 0, 0) && actuator.bias == .zero
      let isForce = actuator.joint < 0 || model.joints[actuator.joint].kind == .slide
      let unit = isForce ? "N" : "N m"
      return Quantity(
        name: joint.isEmpty ? name : joint,
        unit: isMotor ? "\(actuator.gear.0.shortText) \(unit)" : "set point")
    }
  }

  static let axes = ["x", "y", "z"]

  private static func byJoint(
    _ model: Model, _ labels: [String],
    _ quantities: (Joint, _ name: String, _ body: String) -> [Quantity]
  ) -> [Quantity] {
    zip(model.joints, model.joints.names).enumerated().flatMap { index, joint in
      let (joint, ownName) = joint
      let name = ownName.isEmpty ? "joint \(index)" : ownName
      let label = index < labels.count ? labels[index] : nil
      return quantities(
        joint, label.map { "\($0) (\(name))" } ?? name, model.bodies.names[joint.body])
    }
  }
}
