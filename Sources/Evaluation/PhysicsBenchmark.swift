import Foundation
import Physics
import Random

/// The cost of one time step under random controls, on one thread.
public struct PhysicsBenchmark: Codable, Equatable, Sendable {
  public var model: String
  public var physics: String
  public var steps: Int
  public var cpuSeconds: Double
  public var stepsPerCPUSecond: Double
  /// Resets because a state was no longer finite.
  public var nonfiniteResets: Int
  /// Digest of the last state: a change that is faster because it computes something else shows here.
  public var stateSHA256: String

  enum CodingKeys: String, CodingKey {
    case model, physics, steps
    case cpuSeconds = "cpu_seconds"
    case stepsPerCPUSecond = "steps_per_cpu_second"
    case nonfiniteResets = "nonfinite_resets"
    case stateSHA256 = "state_sha256"
  }

  /// Simulated seconds between resets to the initial configuration.
  static let secondsPerReset = 10.0

  /// Takes `steps` steps; the controls are drawn anew for each, uniformly from their ranges, or from
  /// -1…1 where there is none. Drawing them and resetting is not timed.
  public init(_ model: Model, steps: Int, seed: UInt64 = 0) {
    var generator = NumPyGenerator(seed: seed)
    let simulation = Simulation(model: model)
    let stepsPerReset = max(1, Int((Self.secondsPerReset / model.options.timestep).rounded()))
    var done = 0
    var seconds = 0.0
    var nonfinite = 0
    while done < steps {
      let count = min(stepsPerReset, steps - done)
      let controls = (0..<count).map { _ in
        model.actuators.map { actuator in
          let range = actuator.controlRange
          return range.lowerBound.isFinite && range.upperBound.isFinite
            ? generator.uniform(range.lowerBound, range.upperBound) : generator.uniform(-1, 1)
        }
      }
      simulation.reset(
        position: model.initialPosition, velocity: Array(repeating: 0, count: model.velocityCount))
      let start = threadSeconds()
      for control in controls {
        simulation.control = control
        simulation.step()
      }
      seconds += threadSeconds() - start
      if !simulation.isFinite { nonfinite += 1 }
      done += count
    }

    self.model = model.name
    physics = model.profile.name
    self.steps = steps
    cpuSeconds = seconds
    stepsPerCPUSecond = Double(steps) / seconds
    nonfiniteResets = nonfinite
    let state = simulation.state
    stateSHA256 = (state.position + state.velocity).withUnsafeBytes(SHA256.hexDigest)
  }
}

/// Processor time of the calling thread.
private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
