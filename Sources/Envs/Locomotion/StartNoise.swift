import IDQLPhysics
import IDQLRandom

/// What is added to the model's initial configuration and to velocity zero.
struct StartNoise: Equatable, Sendable {
  enum Velocity: Equatable, Sendable {
    /// Uniform between minus and plus `scale`.
    case uniform
    /// `scale` times a standard normal.
    case normal
  }

  /// Positions are uniform between minus and plus this.
  var scale: Double
  var velocity: Velocity

  /// Of HalfCheetah and of every ant and ball.
  static let large = StartNoise(scale: 0.1, velocity: .normal)
}

extension NumPyGenerator {
  /// As Gymnasium draws them, all positions before the first velocity.
  mutating func start(
    of model: Model, _ noise: StartNoise
  ) -> (position: [Double], velocity: [Double]) {
    let scale = noise.scale
    let position = model.initialPosition.map { $0 + uniform(-scale, scale) }
    let velocity = (0..<model.velocityCount).map { _ in
      switch noise.velocity {
      case .uniform: uniform(-scale, scale)
      case .normal: scale * standardNormal()
      }
    }
    return (position, velocity)
  }
}
