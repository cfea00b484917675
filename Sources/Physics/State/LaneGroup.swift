/// Registers that hold one simulation in each lane; `WideStepper` chooses how many lanes.
package protocol LaneGroup: AnyObject {
  init(model: Model)

  /// Puts into a lane all that the future of a simulation depends on.
  func load(_ simulation: Simulation, lane: Int)

  /// One time step of every lane.
  func step()

  /// Whether `Simulation.isFinite` would be true.
  func isFinite(lane: Int) -> Bool

  /// Puts into a simulation the state that a lane has reached, and all that can be read off it besides.
  func store(lane: Int, into simulation: Simulation)
}
