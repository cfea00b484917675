import Foundation
import Physics
import PhysicsLanes

/// The cost of one time step on one thread.
public struct PhysicsBenchmark: Codable, Equatable, Sendable {
  public var model: String
  public var physics: String
  /// Simulations in one vector register; 1 is a `Simulation`.
  public var lanes: Int
  public var steps: Int
  public var cpuSeconds: Double
  public var stepsPerCPUSecond: Double
  /// Motions that ended in a state which is not finite.
  public var nonfiniteResets: Int
  /// Digest of all last states: a change that is faster because it computes something else shows here.
  public var stateSHA256: String

  enum CodingKeys: String, CodingKey {
    case model, physics, lanes, steps
    case cpuSeconds = "cpu_seconds"
    case stepsPerCPUSecond = "steps_per_cpu_second"
    case nonfiniteResets = "nonfinite_resets"
    case stateSHA256 = "state_sha256"
  }

  /// Takes `steps` steps with random controls.
  public init(_ model: Model, steps: Int, seed: UInt64 = 0, lanes: Int = 1) {
    self.init(model, DrivenMotion.random(model, steps: steps, seed: seed), lanes: lanes)
  }

  /// Drives simulations through all motions; setting states and controls is timed only where a simulation
  /// would not stand still for it.
  ///
  /// - Parameter lanes: 1, or one of `WideSimulation.supportedLaneCounts`.
  public init(_ model: Model, _ motions: [DrivenMotion], lanes: Int) {
    let timed =
      lanes == 1
      ? Self.driveOne(model, motions) : Self.driveTogether(model, motions, lanes: lanes)
    self.model = model.name
    physics = model.profile.name
    self.lanes = lanes
    steps = motions.reduce(0) { $0 + $1.controls.count }
    cpuSeconds = timed.seconds
    stepsPerCPUSecond = Double(steps) / timed.seconds
    nonfiniteResets = timed.ends.count { !$0.isFinite }
    stateSHA256 = timed.ends.flatMap { $0.state.position + $0.state.velocity }
      .withUnsafeBytes(SHA256.hexDigest)
  }

  private typealias End = (state: State, isFinite: Bool)

  private static func driveOne(
    _ model: Model, _ motions: [DrivenMotion]
  ) -> (seconds: Double, ends: [End]) {
    let simulation = Simulation(model: model)
    var seconds = 0.0
    let ends = motions.map { motion in
      simulation.state = motion.start
      let start = threadSeconds()
      for control in motion.controls {
        simulation.control = control
        simulation.step()
      }
      seconds += threadSeconds() - start
      return (simulation.state, simulation.isFinite)
    }
    return (seconds, ends)
  }

  /// Each lane goes through one motion after the other, whatever the other lanes do; the last steps, when
  /// there are too few motions left to fill all lanes, count for those that still move.
  private static func driveTogether(
    _ model: Model, _ motions: [DrivenMotion], lanes: Int
  ) -> (seconds: Double, ends: [End]) {
    let crowd = WideSimulation(model: model, count: lanes, laneCount: lanes)
    var ends: [End?] = motions.map { _ in nil }
    var next = 0
    var places: [(motion: Int, step: Int)?] = (0..<lanes).map { _ in nil }
    let start = threadSeconds()
    while true {
      for lane in 0..<lanes {
        if let place = places[lane], place.step == motions[place.motion].controls.count {
          ends[place.motion] = (crowd.state(of: lane), crowd.isFinite(lane))
          places[lane] = nil
        }
        if places[lane] == nil, next < motions.count {
          crowd.setState(motions[next].start, of: lane)
          places[lane] = (next, 0)
          next += 1
        }
        if let place = places[lane], place.step < motions[place.motion].controls.count {
          crowd.setControl(motions[place.motion].controls[place.step], of: lane)
          places[lane] = (place.motion, place.step + 1)
        }
      }
      if places.allSatisfy({ $0 == nil }) { break }
      crowd.step()
    }
    return (threadSeconds() - start, ends.compactMap { $0 })
  }
}

/// Processor time of the calling thread.
func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
