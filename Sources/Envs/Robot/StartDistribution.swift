import IDQLPhysics
import IDQLRandom
import IDQLSpelling

/// Distribution of a robot's initial state, and its text in the rules.
public struct StartDistribution: Sendable {
  /// Distribution of the initial velocities.
  public enum VelocityNoise: Hashable, Sendable {
    /// Uniform between minus and plus the scale.
    case uniform
    /// Normal with the scale as standard deviation.
    case normal
  }

  let text: @Sendable (Model) -> [String]
  let draw: @Sendable (Model, inout NumPyGenerator) -> (position: [Double], velocity: [Double])

  /// Positions: the model's initial configuration plus uniform noise between minus and plus
  /// `scale`. Velocities: noise of the same scale around zero. Drawn in Gymnasium's order, all
  /// positions before the first velocity.
  ///
  /// - Parameters:
  ///   - scale: in the units of positions and velocities.
  ///   - velocity: distribution of the velocities.
  public static func noise(_ scale: Double, velocity: VelocityNoise) -> StartDistribution {
    let noise = StartNoise(scale: scale, velocity: velocity)
    return StartDistribution(
      text: { noise.text(of: $0) }, draw: { model, generator in generator.start(of: model, noise) })
  }

  /// Any other distribution.
  ///
  /// - Parameters:
  ///   - text: lines of the rules.
  ///   - draw: `positionCount` positions and `velocityCount` velocities, drawn from nothing but the
  ///     generator, which is seeded as Gymnasium seeds `np_random`.
  public init(
    _ text: [String],
    draw:
      @escaping @Sendable (
        Model, inout NumPyGenerator
      ) -> (position: [Double], velocity: [Double])
  ) {
    self.init(text: { _ in text }, draw: draw)
  }

  private init(
    text: @escaping @Sendable (Model) -> [String],
    draw:
      @escaping @Sendable (
        Model, inout NumPyGenerator
      ) -> (position: [Double], velocity: [Double])
  ) {
    self.text = text
    self.draw = draw
  }
}

/// What is added to the model's initial configuration and to velocity zero.
struct StartNoise: Hashable, Sendable {
  /// Positions are uniform between minus and plus this.
  var scale: Double
  var velocity: StartDistribution.VelocityNoise

  /// Of HalfCheetah and of every ant and ball.
  static let large = StartNoise(scale: 0.1, velocity: .normal)

  fileprivate func text(of model: Model) -> [String] {
    let uniform = "uniform(-\(scale.shortText), \(scale.shortText))"
    let start = model.initialPosition.map { $0.shortText }.joined(separator: ", ")
    return [
      "positions: (\(start)) + \(uniform)",
      "velocities: " + (velocity == .uniform ? uniform : "\(scale.shortText) * normal(0, 1)"),
      "Seed s draws what Gymnasium's reset(seed=s) draws: numpy.random.default_rng(s), first all",
      "positions, then all velocities.",
    ]
  }
}

extension NumPyGenerator {
  /// Drawn in Gymnasium's order, all positions before the first velocity.
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
