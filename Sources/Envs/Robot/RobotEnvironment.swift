import IDQLPhysics
import IDQLRandom

/// An environment by the rules of a `RobotTask`.
///
/// It can share vector registers with others of its kind, a restored snapshot continues to the bit,
/// and its rules text is generated from the task.
public final class RobotEnvironment: DividedEnvironment {
  /// Its rules.
  public let task: RobotTask
  /// From the task and its model.
  public let spec: EnvironmentSpec
  /// Of the task's document.
  public let simulation: Simulation
  /// How many actions the running episode has taken.
  public private(set) var stepCount = 0

  let defaultPhysics: PhysicsProfile
  private var isBroken = false
  private var generator = NumPyGenerator(seed: 0)
  private var lastEvaluation: LastEvaluation
  /// Of the current step, clipped if the task clips it.
  private var action: [Double] = []
  /// What each term of the reward measured before that step.
  private var measures: [Double]
  /// Which pieces of information need the state before the step.
  private let measuredInformation: [Int]
  /// What each piece of information measured before that step.
  private var informationMeasures: [Double]
  /// Of the last step; nil after a reset.
  private var lastParts: RewardParts?

  /// Makes the environment, at the start of its episode of seed 0.
  ///
  /// - Parameters:
  ///   - task: its rules.
  ///   - request: its id, physics and options.
  /// - Throws: `MJCFError`.
  public init(_ task: RobotTask, _ request: EnvironmentRequest) throws {
    let model = try request.model(mjcf: task.mjcf, named: task.documentName)
    self.task = task
    defaultPhysics = request.defaultPhysics
    simulation = Simulation(model: model)
    lastEvaluation = LastEvaluation(reads: task.reads)
    simulation.keepsBodyVelocities = task.reads.contains(.bodyVelocities)
    measures = Array(repeating: 0, count: task.reward.count)
    measuredInformation = task.information.indices.filter { task.information[$0].measure != nil }
    informationMeasures = Array(repeating: 0, count: task.information.count)
    spec = EnvironmentSpec(
      id: request.name, physics: request.physics,
      observation: task.observation.flatMap { $0.quantities(model, task.jointLabels) },
      action: task.action ?? ModelQuantities.actions(of: model),
      substeps: task.substeps, timestep: model.options.timestep, stepLimit: task.stepLimit,
      referenceScore: task.referenceScore)
    reset(seed: 0)
  }

  // MARK: Episode

  /// Starts an episode, drawn from `numpy.random.default_rng(seed)` as in Gymnasium.
  public func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    reset()
  }

  /// Starts the next episode of the stream that the last seed began.
  public func reset() {
    let start = task.start.draw(simulation.model, &generator)
    simulation.reset(position: start.position, velocity: start.velocity)
    lastEvaluation.start(simulation)
    stepCount = 0
    isBroken = false
    lastParts = nil
  }

  /// Whether the observation has numbers that are computed from the state, up to rounding.
  package var observesDerivedQuantities: Bool {
    task.observation.contains { !$0.reads.isEmpty }
  }

  private var moment: RobotMoment { RobotMoment(simulation, lastEvaluation) }

  /// The task's `observation` parts in order, length `spec.observationCount`.
  public var observation: [Double] {
    let moment = moment
    var values: [Double] = []
    values.reserveCapacity(spec.observationCount)
    for part in task.observation { part.append(moment, &values) }
    return values
  }

  /// Sets the controls, unless the episode is broken.
  ///
  /// - Parameter action: length `spec.actionCount`.
  /// - Returns: false if the episode is broken.
  public func begin(_ action: [Double]) -> Bool {
    precondition(
      action.count == spec.actionCount,
      "\(spec.id) takes \(spec.actionCount) actions, not \(action.count)")
    stepCount += 1
    // before anything clamps it to a number
    isBroken = isBroken || !action.allSatisfy(\.isFinite)
    self.action = task.clipsAction ? action.map { max(-1, min(1, $0)) } : action
    let moment = moment
    for (index, term) in task.reward.enumerated() {
      if let measure = term.measure { measures[index] = measure(moment) }
    }
    for index in measuredInformation {
      informationMeasures[index] = task.information[index].measure?(moment) ?? 0
    }
    if !isBroken { simulation.control = self.action }
    return !isBroken
  }

  /// Reward and end of the step.
  public func finish() -> Transition {
    let truncated = stepCount >= task.stepLimit
    isBroken = isBroken || !simulation.isFinite
    lastEvaluation.forget()
    lastParts = nil
    if isBroken {
      return Transition(reward: .nan, terminated: true, truncated: truncated, isBroken: true)
    }

    let (moment, isHealthy) = (moment, isHealthy)
    var parts = RewardParts()
    for (term, before) in zip(task.reward, measures) {
      let step = RobotStep(
        after: moment, action: action, duration: spec.stepDuration, isHealthy: isHealthy,
        measured: (before, term.measure?(moment) ?? 0))
      parts.add(term.value(step), to: term.part)
    }
    lastParts = parts
    return Transition(
      reward: parts.sum, rewardParts: parts, terminated: !isHealthy, truncated: truncated)
  }

  /// Gym also asks for finite numbers in some robots: such a state is broken here.
  var isHealthy: Bool {
    let moment = moment
    return task.healthy.allSatisfy { $0.holds(moment) }
  }

  // MARK: Information

  /// Those of the task.
  public var informationNames: [String] { task.information.map(\.name) }

  /// Those that a reset tells.
  public var informationCountAtReset: Int {
    task.information.prefix(while: \.isKnownAtReset).count
  }

  /// By `informationNames`. NaN for what only a step tells, before the first and in a broken episode.
  public var information: [Double] {
    let moment = moment
    return task.information.enumerated().map { index, piece in
      if lastParts == nil && !piece.isKnownAtReset { return .nan }
      return piece.value(
        StepInformation.Moment(
          robot: moment, parts: lastParts ?? RewardParts(), before: informationMeasures[index],
          duration: spec.stepDuration))
    }
  }

  // MARK: Snapshot

  /// All that the future of the episode depends on, including what the task reads of the last
  /// evaluation of forces.
  public var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: isBroken, generator: generator, memory: lastEvaluation.values(simulation))
  }

  /// Continues the episode of a snapshot.
  ///
  /// - Throws: `EnvironmentError` unless the snapshot is of this id, physics and model.
  public func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot)
    let values = try snapshot.memory(as: LastEvaluation.Values.self)
    try requireFit(snapshot, memory: lastEvaluation.counts(values, simulation))
    simulation.state = snapshot.state
    // the simulation may have normalised the quaternions of the snapshot
    lastEvaluation.restore(values, simulation.state)
    stepCount = snapshot.stepCount
    isBroken = snapshot.isBroken
    generator = snapshot.generator
    lastParts = nil
  }
}
