import IDQLPhysics
import IDQLPhysicsLanes
import IDQLThreads

/// Environments of one kind that take their steps together, several simulations in each vector
/// register. Each has the same episodes, to the bit, as a single `Environment`, whatever the number
/// of environments, lanes and threads.
///
/// Resets follow the default of Gymnasium's vector environments, `AutoresetMode.NEXT_STEP`: the
/// step after the last one of an episode ignores its action and begins the next episode, with
/// reward 0.
///
/// ```swift
/// let hoppers = try VectorEnvironment(EnvironmentID("Hopper-v4"), count: 1024)
/// hoppers.reset(seed: 0)
/// let transitions = hoppers.step(actions)
/// ```
///
/// Environments that are `divided` and have the model of the first one share registers; others step
/// one by one.
///
/// An instance is for one thread at a time.
public final class VectorEnvironment {
  /// That of every environment.
  public let spec: EnvironmentSpec
  /// How many environments.
  public let count: Int
  private let shares: [Share]

  /// Environments of the catalog.
  ///
  /// - Parameters:
  ///   - id: that of every environment.
  ///   - count: how many environments, at least 1.
  ///   - physics: nil for the default of the id.
  ///   - options: what else can be chosen.
  ///   - laneCount: simulations in a register, one of `WideStepper.supportedLaneCounts`; the most
  ///     if left out.
  ///   - workers: how many threads take the steps, at least 1. Neither this nor `laneCount` moves a
  ///     result.
  /// - Throws: as `makeEnvironment`.
  public convenience init(
    _ id: EnvironmentID, count: Int, physics: PhysicsProfile? = nil,
    options: EnvironmentOptions = EnvironmentOptions(), laneCount: Int? = nil, workers: Int = 1
  ) throws {
    // one request, so that all of them share a model
    let request = id.entry.request(physics: physics, options: options)
    try self.init(count: count, laneCount: laneCount, workers: workers) { _ in
      try id.entry.make(request)
    }
  }

  /// Environments that `make` creates.
  ///
  /// - Parameters:
  ///   - count: how many environments, at least 1.
  ///   - laneCount: as for environments of the catalog.
  ///   - workers: likewise.
  ///   - make: makes environment number `index`, from 0; all must have equal specs.
  /// - Throws: `EnvironmentError.differentSpecs`, or what `make` throws.
  public init(
    count: Int, laneCount: Int? = nil, workers: Int = 1,
    make: (_ index: Int) throws -> any Environment
  ) throws {
    precondition(count > 0 && workers > 0, "\(count) environments for \(workers) workers")
    let members = try (0..<count).map(make)
    let spec = members[0].spec
    if let index = members.firstIndex(where: { $0.spec != spec }) {
      throw EnvironmentError.differentSpecs(id: spec.id, index: index)
    }
    self.spec = spec
    self.count = count
    let model = members[0].simulation.model
    let shares = min(workers, count)
    self.shares = (0..<shares).map { share in
      let range = share * count / shares..<(share + 1) * count / shares
      return Share(Array(members[range]), first: range.lowerBound, model, laneCount)
    }
  }

  /// Environment number `index`, to be inspected; it must not be stepped or reset by itself.
  ///
  /// - Precondition: `index` is one of 0 ..< `count`.
  public subscript(index: Int) -> any Environment {
    precondition((0..<count).contains(index), "\(index) is not one of \(count) environments")
    let share = shares.last { $0.first <= index } ?? shares[0]
    return share.members[index - share.first]
  }

  /// Environment i starts the episode of `seed` + i.
  public func reset(seed: UInt64) { everyShare { $0.reset(seed: seed) } }

  /// Every environment starts the next episode of its own stream.
  public func reset() { everyShare { $0.reset(seed: nil) } }

  /// Some of the environments start an episode.
  ///
  /// - Parameter starts: length `count`; nil where the episode goes on.
  /// - Throws: `EnvironmentError.noTask`; then some may have started.
  package func reset(_ starts: [EpisodeStart?]) throws {
    precondition(starts.count == count, "\(count) environments, not \(starts.count)")
    for share in shares { try share.reset(starts) }
  }

  /// Whether the episode of each environment has ended, so that with `Autoreset.nextStep` the next
  /// step begins another.
  package var hasEnded: [Bool] {
    get { shares.flatMap(\.hasEnded) }
    set {
      precondition(newValue.count == count, "\(count) environments, not \(newValue.count)")
      for share in shares {
        share.hasEnded = Array(newValue[share.first...].prefix(share.hasEnded.count))
      }
    }
  }

  /// One step of every environment, from and to memory of the caller.
  package func step(_ buffers: StepBuffers, _ autoreset: Autoreset) {
    everyShare { $0.step(buffers, autoreset) }
  }

  /// Whatever the environments observe and tell now, as after a reset.
  package func write(_ buffers: StateBuffers) {
    for share in shares { share.write(buffers) }
  }

  /// Actions of an episode at most, if fewer than `spec.stepLimit`.
  package var stepLimit: Int {
    get { shares[0].stepLimit }
    set { for share in shares { share.stepLimit = newValue } }
  }

  /// Row-major (count, `spec.observationCount`).
  public var observations: [Double] { shares.flatMap(\.observations) }

  /// One step of every environment.
  ///
  /// - Parameter actions: row-major (count, `spec.actionCount`).
  /// - Returns: one transition for each environment; where an episode has begun, reward 0 and no
  ///   end.
  public func step(_ actions: [Double]) -> [Transition] {
    let width = spec.actionCount
    precondition(
      actions.count == count * width,
      "\(count) of \(spec.id) take \(count * width) numbers, not \(actions.count)")
    everyShare { $0.step(actions, width: width) }
    return shares.flatMap(\.transitions)
  }

  private func everyShare(_ body: @Sendable (Share) -> Void) {
    concurrently(shares.count) { [shares] in body(shares[$0]) }
  }
}

/// The environments of one worker, used by one thread at a time.
private final class Share: @unchecked Sendable {
  let members: [any Environment]
  /// The index of the first among all environments.
  let first: Int
  /// The members again, nil where one does not share registers.
  private let divided: [(any DividedEnvironment)?]
  private let stepper: WideStepper
  private(set) var observations: [Double] = []
  private(set) var transitions: [Transition] = []
  var stepLimit: Int

  init(_ members: [any Environment], first: Int, _ model: Model, _ laneCount: Int?) {
    self.members = members
    self.first = first
    divided = members.map { $0.simulation.model == model ? $0.divided : nil }
    stepper = WideStepper(model: model, laneCount: laneCount)
    stepLimit = members[0].spec.stepLimit
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
      if hasEnded[index] {
        member.reset()
        transitions[index] = .none
        continue
      }
      let row = (first + index) * width
      let action = Array(actions[row..<row + width])
      if let divided = divided[index] {
        if divided.begin(action) { moving.append(divided.simulation) }
      } else {
        transitions[index] = member.step(action)
      }
    }
    stepper.step(moving, times: members[0].spec.substeps)
    for (index, divided) in divided.enumerated() where !hasEnded[index] {
      if let divided { transitions[index] = divided.finish() }
    }
    observe()
  }

  var hasEnded: [Bool] {
    get { transitions.map { $0.terminated || $0.truncated } }
    set {
      for (index, hasEnded) in newValue.enumerated() {
        transitions[index] = .none
        transitions[index].truncated = hasEnded
      }
    }
  }

  func reset(_ starts: [EpisodeStart?]) throws {
    for (index, member) in members.enumerated() {
      guard let start = starts[first + index] else { continue }
      switch start {
      case .next: member.reset()
      case .seed(let seed): member.reset(seed: seed)
      case .task(let task, let seed): try member.reset(seed: seed, task: task)
      }
      transitions[index] = .none
    }
  }

  func step(_ buffers: StepBuffers, _ autoreset: Autoreset) {
    let spec = members[0].spec
    var moving: [Simulation] = []
    moving.reserveCapacity(members.count)
    var begun: [Bool] = []
    begun.reserveCapacity(members.count)
    for (index, member) in members.enumerated() {
      let last = transitions[index]
      let begins = autoreset == .nextStep && (last.terminated || last.truncated)
      begun.append(begins)
      if begins {
        member.reset()
        transitions[index] = .none
        continue
      }
      let row = buffers.actions + (first + index) * spec.actionCount
      let action = Array(UnsafeBufferPointer(start: row, count: spec.actionCount))
      if let divided = divided[index] {
        if divided.begin(action) { moving.append(divided.simulation) }
      } else {
        transitions[index] = member.step(action)
      }
    }
    stepper.step(moving, times: spec.substeps)
    for (index, member) in members.enumerated() {
      if !begun[index] {
        if let divided = divided[index] { transitions[index] = divided.finish() }
        if member.stepCount >= stepLimit { transitions[index].truncated = true }
      }
      let (i, transition) = (first + index, transitions[index])
      buffers.rewards[i] = transition.reward
      buffers.terminated[i] = transition.terminated ? 1 : 0
      buffers.truncated[i] = transition.truncated ? 1 : 0
      buffers.begun[i] = begun[index] ? 1 : 0
      if autoreset == .sameStep, transition.terminated || transition.truncated {
        write(index, after: transition, buffers.final)
        member.reset()
        transitions[index] = .none
        write(index, after: nil, buffers.state)
      } else {
        write(index, after: begun[index] ? nil : transition, buffers.state)
      }
    }
  }

  func write(_ buffers: StateBuffers) {
    for index in members.indices { write(index, after: nil, buffers) }
  }

  /// Observation, goal and information of one environment.
  ///
  /// - Parameter transition: of the step; nil after a reset.
  private func write(_ index: Int, after transition: Transition?, _ buffers: StateBuffers) {
    let (i, member) = (first + index, members[index])
    buffers.observations.write(member.observation, row: i)
    if buffers.goals.width > 0 { buffers.goals.write(member.goal ?? [], row: i) }
    if buffers.achieved.width > 0, let mover = member.maze?.mover {
      buffers.achieved.write([mover.x, mover.y], row: i)
    }
    guard buffers.information.width > 0 else { return }
    var information = member.information
    if transition == nil {
      for column in member.informationCountAtReset..<information.count { information[column] = 0 }
    }
    if buffers.information.width > information.count {
      information.append(transition?.isSuccess == true ? 1 : 0)
    }
    buffers.information.write(information, row: i)
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
