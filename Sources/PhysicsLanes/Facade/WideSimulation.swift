import Physics

internal import CLanes
internal import PhysicsLanes2

#if arch(x86_64)
  internal import PhysicsLanes4
  internal import PhysicsLanes8
#endif

/// Many simulations of one model that step together, several in each vector register. Each of them moves as
/// a `Simulation` of its own would, to the bit, whatever lies beside it.
///
/// ```swift
/// let crowd = WideSimulation(model: model, count: 64)
/// for index in 0..<crowd.count { crowd.setControl([0.5, -0.25, 0.125], of: index) }
/// crowd.step()
/// let height = crowd.state(of: 12).position[1]
/// ```
///
/// An instance is for one thread at a time; different instances share nothing.
public final class WideSimulation {
  public let model: Model
  public let count: Int
  /// Simulations in one vector register.
  public let laneCount: Int
  private let groups: [any LaneGroup]

  /// How many lanes this processor can run at once, ascending: 2 with SSE2 and NEON, 4 with AVX2, 8 with
  /// AVX-512.
  public static let supportedLaneCounts = [2, 4, 8].filter { $0 <= Int(lanes_supported()) }

  /// All in the initial configuration, at rest.
  ///
  /// - Parameters:
  ///   - count: at least 1.
  ///   - laneCount: one of `supportedLaneCounts`; the most if left out. Results do not depend on it.
  public init(model: Model, count: Int, laneCount: Int? = nil) {
    precondition(count > 0, "a crowd has at least one member")
    let lanes = laneCount ?? Self.supportedLaneCounts.last ?? 2
    precondition(Self.supportedLaneCounts.contains(lanes), "this processor has no \(lanes) lanes")
    self.model = model
    self.count = count
    self.laneCount = lanes
    groups = (0..<(count + lanes - 1) / lanes).map { _ in Self.makeGroup(model, lanes) }
    for index in count..<groups.count * lanes {
      groups[index / lanes].stop(lane: index % lanes)
    }
  }

  private static func makeGroup(_ model: Model, _ laneCount: Int) -> any LaneGroup {
    #if arch(x86_64)
      if laneCount == 8 { return PhysicsLanes8.Simulation(model: model) }
      if laneCount == 4 { return PhysicsLanes4.Simulation(model: model) }
    #endif
    return PhysicsLanes2.Simulation(model: model)
  }

  /// One time step of every simulation whose state is finite.
  public func step() { for group in groups { group.step() } }

  /// False once a number is beyond what `Simulation.isFinite` allows; the state then stays.
  public func isFinite(_ index: Int) -> Bool {
    let (group, lane) = place(index)
    return group.isFinite(lane: lane)
  }

  public func state(of index: Int) -> State {
    let (group, lane) = place(index)
    let zeros = Array(repeating: 0.0, count: model.velocityCount)
    var state = State(
      time: group.time(lane: lane), position: model.initialPosition, velocity: zeros,
      warmStart: zeros)
    group.readState(
      lane: lane, position: &state.position, velocity: &state.velocity,
      warmStart: &state.warmStart)
    return state
  }

  /// - Precondition: the arrays have the model's lengths.
  public func setState(_ state: State, of index: Int) {
    precondition(state.position.count == model.positionCount)
    precondition(state.velocity.count == model.velocityCount)
    precondition(state.warmStart.count == model.velocityCount)
    let (group, lane) = place(index)
    group.writeState(
      lane: lane, time: state.time, position: state.position, velocity: state.velocity,
      warmStart: state.warmStart)
  }

  /// Length `controlCount`: held until set again, clamped where it acts (MuJoCo `ctrl`).
  public func setControl(_ control: [Double], of index: Int) {
    precondition(control.count == model.controlCount)
    let (group, lane) = place(index)
    for (i, value) in control.enumerated() { group.setControl(i, lane: lane, value) }
  }

  private func place(_ index: Int) -> (any LaneGroup, Int) {
    precondition((0..<count).contains(index), "\(index) is not one of \(count) simulations")
    return (groups[index / laneCount], index % laneCount)
  }
}
