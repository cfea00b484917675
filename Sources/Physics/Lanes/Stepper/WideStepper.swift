internal import CIDQLLanes
import IDQLPhysics
internal import IDQLPhysicsLanes2

#if arch(x86_64)
  internal import IDQLPhysicsLanes4
  internal import IDQLPhysicsLanes8
#endif

/// Steps simulations of one model, several at a time in the lanes of vector registers. The results
/// are those of stepping each simulation by itself, to the bit, whichever share a register.
///
/// ```swift
/// let simulations = (0..<64).map { _ in Simulation(model: model) }
/// let stepper = WideStepper(model: model)
/// for simulation in simulations { simulation.control = [0.5, -0.25, 0.125] }
/// stepper.step(simulations, times: 4)
/// ```
///
/// An instance is used by one thread at a time; different instances share nothing.
public final class WideStepper {
  /// How many simulations share a vector register.
  public let laneCount: Int
  /// Nil for one lane: then simulations step by themselves.
  private let group: (any LaneGroup)?
  /// The simulations of the current call; empty between calls, kept for its memory.
  private var moving: [IDQLPhysics.Simulation] = []

  /// Numbers of lanes that this processor supports, ascending: 1, 2 with SSE2 and NEON, 4 with
  /// AVX2, 8 with AVX-512.
  public static let supportedLaneCounts = [1, 2, 4, 8].filter { $0 <= Int(idql_lanes_supported()) }

  /// - Parameters:
  ///   - model: that of all simulations to be stepped.
  ///   - laneCount: one of `supportedLaneCounts`; the greatest if left out. Results do not depend
  ///     on it.
  public init(model: Model, laneCount: Int? = nil) {
    let lanes = laneCount ?? Self.supportedLaneCounts.last ?? 1
    precondition(Self.supportedLaneCounts.contains(lanes), "this processor has no \(lanes) lanes")
    self.laneCount = lanes
    // elliptic cones and the removal of slip have no lanes
    group = model.isSolvedApart ? nil : Self.makeGroup(model, lanes)
  }

  private static func makeGroup(_ model: Model, _ laneCount: Int) -> (any LaneGroup)? {
    #if arch(x86_64)
      if laneCount == 8 { return IDQLPhysicsLanes8.Simulation(model: model) }
      if laneCount == 4 { return IDQLPhysicsLanes4.Simulation(model: model) }
    #endif
    return laneCount == 2 ? IDQLPhysicsLanes2.Simulation(model: model) : nil
  }

  /// Takes the same number of time steps with each simulation, as by `Simulation.step()`.
  ///
  /// - Precondition: they are of the stepper's model, and no two are the same.
  public func step(_ simulations: [IDQLPhysics.Simulation], times count: Int = 1) {
    guard let group else {
      for simulation in simulations { step(simulation, times: count) }
      return
    }
    // lanes have no perturbations, and simulations that are not finite stay as they are
    for simulation in simulations {
      if simulation.perturbation != nil {
        step(simulation, times: count)
      } else if simulation.isFinite {
        moving.append(simulation)
      }
    }
    if moving.count > laneCount { moving = sortedByConstraints(moving) }
    for first in stride(from: 0, to: moving.count, by: laneCount) {
      step(moving[first..<min(first + laneCount, moving.count)], times: count, group)
    }
    moving.removeAll(keepingCapacity: true)
  }

  /// Simulations with similar constraints in the same register: a contact or limit of one lane, and
  /// every iteration of the solver for it, costs all lanes.
  private func sortedByConstraints(
    _ simulations: [IDQLPhysics.Simulation]
  ) -> [IDQLPhysics.Simulation] {
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
      // a lane without a simulation repeats the last one, at no cost
      let index = min(simulations.startIndex + lane, simulations.endIndex - 1)
      group.load(simulations[index], lane: lane)
    }
    var step = 0
    while step < count {
      group.step()
      step += 1
      // between the first and the last step simulations are left alone, whose references are counted
      let areFinite = (0..<simulations.count).allSatisfy { group.isFinite(lane: $0) }
      if areFinite && step < count { continue }
      for (lane, simulation) in simulations.enumerated() where simulation.isFinite {
        simulation.isFinite = group.isFinite(lane: lane)
        if simulation.isFinite && step < count { continue }
        for _ in 0..<step { simulation.time += simulation.model.options.timestep }
        group.store(lane: lane, into: simulation)
      }
    }
  }
}
