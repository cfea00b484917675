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
  /// Whatever a step asks of the task.
  private let asked: AskedOfTask
  /// What each piece of information measured before that step.
  private var informationMeasures: [Double]
  /// Of the last step; nil after a reset.
  private var lastParts: RewardParts?
  /// The terms of the reward of that step.
  private var lastTerms: [Double]

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
    lastTerms = measures
    informationMeasures = Array(repeating: 0, count: task.information.count)
    spec = EnvironmentSpec(
      id: request.name, physics: request.physics,
      observation: task.observation.flatMap { $0.quantities(model, task.jointLabels) },
      action: task.action ?? ModelQuantities.actions(of: model),
      substeps: task.substeps, timestep: model.options.timestep, stepLimit: task.stepLimit,
      referenceScore: task.referenceScore)
    asked = AskedOfTask(task, stepDuration: spec.stepDuration)
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
    asked.observe(moment, &values)
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
    isBroken = isBroken || !action.allSatisfy { $0.isFinite }
    self.action = task.clipsAction ? action.map { max(-1, min(1, $0)) } : action
    let moment = moment
    for (index, measure) in asked.measures { measures[index] = measure(moment) }
    for (index, measure) in asked.informationMeasures {
      informationMeasures[index] = measure(moment)
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

    let isHealthy = isHealthy
    var step = RobotStep(
      after: moment, action: action, duration: asked.stepDuration, isHealthy: isHealthy,
      measured: (0, 0))
    var parts = RewardParts()
    for (index, term) in asked.reward.enumerated() {
      step.measured = (measures[index], term.measure?(step.after) ?? 0)
      lastTerms[index] = term.value(step)
      parts.add(lastTerms[index], to: term.part)
    }
    lastParts = parts
    return Transition(
      reward: parts.sum, rewardParts: parts, terminated: !isHealthy, truncated: truncated)
  }

  /// Gym also asks for finite numbers in some robots: such a state is broken here.
  var isHealthy: Bool {
    let moment = moment
    return asked.healthy.allSatisfy { $0(moment) }
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
    var moment = StepInformation.Moment(
      robot: moment, parts: lastParts ?? RewardParts(), terms: lastTerms, before: 0,
      duration: asked.stepDuration)
    var values: [Double] = []
    values.reserveCapacity(informationMeasures.count)
    let tell = lastParts == nil ? asked.tellAfterReset : asked.tell
    tell(&moment, informationMeasures, &values)
    values += repeatElement(.nan, count: informationMeasures.count - values.count)
    return values
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

/// The functions of a task apart from its texts, which a step would copy as well. Those that are called in
/// every step are one function that calls the others: a loop over them would count references to each.
private struct AskedOfTask {
  typealias Observing = (RobotMoment, inout [Double]) -> Void
  typealias Telling =
    (inout StepInformation.Moment, _ measures: [Double], inout [Double]) -> Void
  typealias Measure = (RobotMoment) -> Double

  let stepDuration: Double
  let observe: Observing
  let healthy: [(RobotMoment) -> Bool]
  let reward: [(part: RewardTerm.Part, measure: Measure?, value: (RobotStep) -> Double)]
  let tell, tellAfterReset: Telling
  /// Of those terms and pieces of information that measure before the step.
  let measures, informationMeasures: [(index: Int, measure: Measure)]

  init(_ task: RobotTask, stepDuration: Double) {
    self.stepDuration = stepDuration
    observe = Self.observing(task.observation)
    healthy = task.healthy.map(\.holds)
    reward = task.reward.map { ($0.part, $0.measure, $0.value) }
    tell = Self.telling(task.information)
    tellAfterReset = Self.telling(Array(task.information.prefix(while: \.isKnownAtReset)))
    measures = Self.measuring(task.reward.map(\.measure))
    informationMeasures = Self.measuring(task.information.map(\.measure))
  }

  private static func observing(_ parts: [ObservationPart]) -> Observing {
    var all: Observing = { _, _ in }
    for append in parts.map(\.append).reversed() {
      let others = all
      all = {
        append($0, &$1)
        others($0, &$1)
      }
    }
    return all
  }

  private static func telling(_ pieces: [StepInformation]) -> Telling {
    var all: Telling = { _, _, _ in }
    for (index, value) in pieces.map(\.value).enumerated().reversed() {
      let others = all
      all = {
        $0.before = $1[index]
        $2.append(value($0))
        others(&$0, $1, &$2)
      }
    }
    return all
  }

  private static func measuring(_ measures: [Measure?]) -> [(index: Int, measure: Measure)] {
    measures.enumerated().compactMap { index, measure in measure.map { (index, $0) } }
  }
}
