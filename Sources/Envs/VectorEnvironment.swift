import Dispatch
import IDQLPhysics
import IDQLPhysicsLanes

/// Environments of one id that take their steps together, several simulations in each vector register.
/// Each goes through the same episodes, to the bit, as an `Environment` of its own, however many there are
/// and whatever runs them.
///
/// As Gymnasium's vector environments with their default, `AutoresetMode.NEXT_STEP`: the step after the
/// last one of an episode ignores its action and begins the next episode, with reward 0.
///
/// ```swift
/// let crowd = try VectorEnvironment(EnvironmentID("Hopper-v4"), count: 1024)
/// crowd.reset(seed: 0)
/// let transitions = crowd.step(actions)
/// ```
///
/// An instance is for one thread at a time.
public final class VectorEnvironment {
  public let spec: EnvironmentSpec
  public let count: Int
  private let shares: [Share]

  /// - Parameters:
  ///   - count: how many environments, at least 1.
  ///   - laneCount: simulations in a register, one of `WideStepper.supportedLaneCounts`; the most if left
  ///     out.
  ///   - workers: how many threads take the steps, at least 1. Neither this nor `laneCount` moves a result.
  /// - Throws: as `makeEnvironment`.
  public init(
    _ id: EnvironmentID, count: Int, physics: PhysicsProfile? = nil,
    options: EnvironmentOptions = EnvironmentOptions(), laneCount: Int? = nil, workers: Int = 1
  ) throws {
    precondition(count > 0 && workers > 0, "\(count) environments for \(workers) workers")
    let first = try makeDividedEnvironment(id, physics: physics, options: options)
    spec = first.spec
    self.count = count
    let members = [first] + (1..<count).map { _ in first.another() }
    let shares = min(workers, count)
    self.shares = (0..<shares).map { share in
      let range = share * count / shares..<(share + 1) * count / shares
      return Share(Array(members[range]), first: range.lowerBound, laneCount)
    }
  }

  /// To be looked at; whoever steps or resets it takes it out of step with the others.
  public subscript(index: Int) -> any Environment {
    precondition((0..<count).contains(index), "\(index) is not one of \(count) environments")
    let share = shares.last { $0.first <= index } ?? shares[0]
    return share.members[index - share.first]
  }

  /// Environment i starts the episode of `seed` + i.
  public func reset(seed: UInt64) { everyShare { $0.reset(seed: seed) } }

  /// Every environment starts the next episode of its own stream.
  public func reset() { everyShare { $0.reset(seed: nil) } }

  /// Row-major (count, `spec.observationCount`).
  public var observations: [Double] { shares.flatMap(\.observations) }

  /// - Parameter actions: row-major (count, `spec.actionCount`).
  /// - Returns: one for each environment; of one that has begun an episode, reward 0 and no end.
  public func step(_ actions: [Double]) -> [Transition] {
    let width = spec.actionCount
    precondition(
      actions.count == count * width,
      "\(count) of \(spec.id) take \(count * width) numbers, not \(actions.count)")
    everyShare { $0.step(actions, width: width) }
    return shares.flatMap(\.transitions)
  }

  private func everyShare(_ body: @Sendable (Share) -> Void) {
    DispatchQueue.concurrentPerform(iterations: shares.count) { [shares] in body(shares[$0]) }
  }
}

/// The environments of one worker; it is only ever touched by one thread at a time.
private final class Share: @unchecked Sendable {
  let members: [any DividedEnvironment]
  /// The index of the first among all environments.
  let first: Int
  private let stepper: WideStepper
  private(set) var observations: [Double] = []
  private(set) var transitions: [Transition] = []

  init(_ members: [any DividedEnvironment], first: Int, _ laneCount: Int?) {
    self.members = members
    self.first = first
    stepper = WideStepper(model: members[0].simulation.model, laneCount: laneCount)
    reset(seed: nil)
  }

  func reset(seed: UInt64?) {
    for (index, member) in members.enumerated() {
      if let seed { member.reset(seed: seed &+ UInt64(first + index)) } else { member.reset() }
    }
    transitions = members.map { _ in .none }
    observe()
  }

  /// - Parameter actions: of all environments.
  func step(_ actions: [Double], width: Int) {
    var moving: [Simulation] = []
    moving.reserveCapacity(members.count)
    let hasEnded = transitions.map { $0.terminated || $0.truncated }
    for (index, member) in members.enumerated() {
      let row = (first + index) * width
      if hasEnded[index] {
        member.reset()
      } else if member.begin(Array(actions[row..<row + width])) {
        moving.append(member.simulation)
      }
    }
    stepper.step(moving, times: members[0].spec.substeps)
    for (index, member) in members.enumerated() {
      transitions[index] = hasEnded[index] ? .none : member.finish()
    }
    observe()
  }

  private func observe() {
    observations.removeAll(keepingCapacity: true)
    for member in members { observations += member.observation }
  }
}

extension Transition {
  /// Of a step that begins an episode.
  fileprivate static let none = Transition(reward: 0, terminated: false, truncated: false)
}
