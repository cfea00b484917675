internal import CIDQLLanes
import IDQLPhysics
internal import IDQLPhysicsLanes2

#if arch(x86_64)
  internal import IDQLPhysicsLanes4
  internal import IDQLPhysicsLanes8
#endif

/// Steps simulations of one model, several at a time in the lanes of vector registers. Afterwards each of
/// them is as if it had taken its steps alone, to the bit, whoever lay beside it.
///
/// ```swift
/// let crowd = (0..<64).map { _ in Simulation(model: model) }
/// let stepper = WideStepper(model: model)
/// for simulation in crowd { simulation.control = [0.5, -0.25, 0.125] }
/// stepper.step(crowd, times: 4)
/// ```
///
/// An instance is for one thread at a time; different instances share nothing.
public final class WideStepper {
  /// Simulations in one vector register.
  public let laneCount: Int
  /// Nil for one lane: then simulations step by themselves.
  private let group: (any LaneGroup)?
  /// Those that are being stepped together; empty between steps, and kept for its memory.
  private var moving: [IDQLPhysics.Simulation] = []

  /// How many lanes this processor can run at once, ascending: 1, 2 with SSE2 and NEON, 4 with AVX2, 8
  /// with AVX-512.
  public static let supportedLaneCounts = [1, 2, 4, 8].filter { $0 <= Int(idql_lanes_supported()) }

  /// - Parameter laneCount: one of `supportedLaneCounts`; the most if left out. Results do not depend on
  ///   it.
  public init(model: Model, laneCount: Int? = nil) {
    let lanes = laneCount ?? Self.supportedLaneCounts.last ?? 1
    precondition(Self.supportedLaneCounts.contains(lanes), "this processor has no \(lanes) lanes")
    self.laneCount = lanes
    group = Self.makeGroup(model, lanes)
  }

  private static func makeGroup(_ model: Model, _ laneCount: Int) -> (any LaneGroup)? {
    #if arch(x86_64)
      if laneCount == 8 { return IDQLPhysicsLanes8.Simulation(model: model) }
      if laneCount == 4 { return IDQLPhysicsLanes4.Simulation(model: model) }
    #endif
    return laneCount == 2 ? IDQLPhysicsLanes2.Simulation(model: model) : nil
  }

  /// As if each simulation called `step()` so many times.
  ///
  /// - Precondition: they are of the stepper's model, and no two are the same.
  public func step(_ simulations: [IDQLPhysics.Simulation], times count: Int = 1) {
    guard let group else {
      for simulation in simulations { step(simulation, times: count) }
      return
    }
    // nobody pulls at lanes, and what is not finite stays as it is
    for simulation in simulations {
      if simulation.perturbation != nil {
        step(simulation, times: count)
      } else if simulation.isFinite {
        moving.append(simulation)
      }
    }
    if moving.count > laneCount { moving = alikeSideBySide(moving) }
    for first in stride(from: 0, to: moving.count, by: laneCount) {
      step(moving[first..<min(first + laneCount, moving.count)], times: count, group)
    }
    moving.removeAll(keepingCapacity: true)
  }

  /// A contact or limit of one lane, and every iteration of the solver that it needs, costs all lanes.
  private func alikeSideBySide(_ simulations: [IDQLPhysics.Simulation]) -> [IDQLPhysics.Simulation]
  {
    let patterns = simulations.map(\.constraintPattern)
    return simulations.indices.sorted { (patterns[$0], $0) < (patterns[$1], $1) }
      .map { simulations[$0] }
  }

  private func step(_ simulation: IDQLPhysics.Simulation, times count: Int) {
    for _ in 0..<count { simulation.step() }
  }

  private func step(
    _ simulations: ArraySlice<IDQLPhysics.Simulation>, times count: Int, _ group: any LaneGroup
  ) {
    for lane in 0..<laneCount {
      // a lane without a simulation does what the last one does, which costs nothing
      let index = min(simulations.startIndex + lane, simulations.endIndex - 1)
      group.load(simulations[index], lane: lane)
    }
    for step in 0..<count {
      group.step()
      for (lane, simulation) in simulations.enumerated() where simulation.isFinite {
        simulation.time += simulation.model.options.timestep
        simulation.isFinite = group.isFinite(lane: lane)
        if !simulation.isFinite || step == count - 1 { group.store(lane: lane, into: simulation) }
      }
    }
  }
}
