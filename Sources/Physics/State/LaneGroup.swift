/// A group of simulations, one in each lane of vector registers; `WideStepper` chooses how many.
package protocol LaneGroup: AnyObject {
  init(model: Model)

  /// Copies all that determines the future of a simulation into a lane.
  func load(_ simulation: Simulation, lane: Int)

  /// One time step of every lane.
  func step()

  /// Whether `Simulation.isFinite` would be true.
  func isFinite(lane: Int) -> Bool

  /// Copies the state of a lane, and all derived quantities, into a simulation.
  func store(lane: Int, into simulation: Simulation)
}
