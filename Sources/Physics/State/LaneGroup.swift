/// Simulations of one model side by side in vector registers; `WideSimulation` chooses how many.
///
/// Lanes are 0 ..< `laneCount`; arrays have the model's lengths.
package protocol LaneGroup: AnyObject {
  static var laneCount: Int { get }

  /// All lanes in the initial configuration, at rest.
  init(model: Model)

  /// One time step of every lane.
  func step()

  func time(lane: Int) -> Double
  func isFinite(lane: Int) -> Bool
  func readState(
    lane: Int, position: UnsafeMutablePointer<Double>, velocity: UnsafeMutablePointer<Double>,
    warmStart: UnsafeMutablePointer<Double>)
  func writeState(
    lane: Int, time: Double, position: UnsafePointer<Double>, velocity: UnsafePointer<Double>,
    warmStart: UnsafePointer<Double>)
  func setControl(_ index: Int, lane: Int, _ value: Double)
  /// A lane that nobody needs: it keeps its state.
  func stop(lane: Int)
}
