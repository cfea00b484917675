import CIDQLKernels
import IDQLAgent
import IDQLRandom

/// Trains an IDQL agent: implicit Q-learning for value network and critic, denoising for the
/// diffusion policy (`IDQL.swift` of IDQLAgent reads as the paper does).
///
/// Configuration, seed and batches determine a learner to the bit; the number of threads changes
/// only the time.
public final class Learner {
  /// How it learns.
  public let configuration: LearnerConfiguration
  /// Threads that an update may use, at least 1.
  public var threadCount = 1
  /// Steps that each network has taken.
  package private(set) var steps = LearnerState.StepCounts()
  var generator: NumPyGenerator

  let networks: LearnerNetworks
  let schedule: NoiseSchedule
  private var actorWorkspace: ActorWorkspace
  private var criticWorkspace: CriticWorkspace

  /// A new agent, its parameters drawn from `seed`.
  ///
  /// - Throws: `LearnerError.configuration`.
  public convenience init(
    _ configuration: LearnerConfiguration, seed: UInt64
  ) throws(LearnerError) {
    try self.init(configuration, generator: NumPyGenerator(seed: seed))
    for parameter in networks.parameters { parameter.initialize(&generator) }
  }

  /// Continues where `state` was taken.
  ///
  /// - Throws: `LearnerError`, also if the state is that of another configuration.
  public convenience init(
    _ configuration: LearnerConfiguration, state: LearnerState
  ) throws(LearnerError) {
    try self.init(configuration, generator: state.generator)
    try networks.load(state.tensors)
    steps = state.steps
  }

  private init(
    _ configuration: LearnerConfiguration, generator: NumPyGenerator
  ) throws(LearnerError) {
    try configuration.validate()
    self.configuration = configuration
    self.generator = generator
    networks = LearnerNetworks(configuration)
    schedule = NoiseSchedule(configuration.diffusion.schedule, steps: configuration.diffusion.steps)
    actorWorkspace = ActorWorkspace(
      networks, rows: configuration.actor.batchSize, steps: configuration.diffusion.steps)
    criticWorkspace = CriticWorkspace(networks, rows: configuration.critic.batchSize)
  }

  /// Everything that its continuation depends on, apart from configuration and data.
  public var state: LearnerState {
    LearnerState(tensors: networks.tensors, steps: steps, generator: generator)
  }

  /// One step of actor, value network and critic each, in the reference's order.
  ///
  /// - Parameters:
  ///   - batch: what value network and critic learn from.
  ///   - actorBatches: one for each step of the actor; `batch` for all of them if nil.
  public func update(_ batch: Batch, actorBatches: [Batch]? = nil) -> UpdateReport {
    update(batch, actorBatches: actorBatches, draws: nil)
  }

  /// - Parameter draws: one for each step of the actor; drawn from the learner's generator if nil.
  package func update(
    _ batch: Batch, actorBatches: [Batch]? = nil, draws: [ActorDraws]?
  ) -> UpdateReport {
    let count = configuration.actor.stepsPerUpdate
    let batches = actorBatches ?? Array(repeating: batch, count: count)
    precondition(batches.count == count, "one batch for each step of the actor")
    precondition(draws == nil || draws?.count == count, "one set of draws for each step")
    var loss: Float = 0
    for (index, batch) in batches.enumerated() {
      loss += updateActor(batch, draws: draws?[index])
    }
    var report = updateCritic(batch)
    report.actorLoss = loss / Float(count)
    return report
  }

  /// One step of the actor.
  ///
  /// - Returns: the loss before it.
  package func updateActor(_ batch: Batch, draws: ActorDraws? = nil) -> Float {
    batch.check(configuration)
    let draws = draws ?? drawForActor(rows: batch.count)
    draws.check(configuration, rows: batch.count)
    if batch.count > actorWorkspace.rows {
      actorWorkspace = ActorWorkspace(
        networks, rows: batch.count, steps: configuration.diffusion.steps)
    }
    var weights: [Float]?
    if configuration.actor.objective != .behaviourCloning {
      weights = advantages(batch).map {
        configuration.actor.objective.weight(
          advantage: $0, parameter: configuration.critic.tau)
      }
    }
    let optimizer = Optimizer(
      rate: configuration.actor.learningRate(step: steps.actor),
      weightDecay: Float(configuration.actor.weightDecay),
      averageRate: configuration.actor.averageRate, step: steps.actor + 1)
    steps.actor += 1
    return actorWorkspace.step(
      ActorTask(
        configuration: configuration, networks: networks, schedule: schedule,
        batch: batch, draws: draws, weights: weights),
      threads: threadCount, optimizer.kernel)
  }

  /// One step of the value network, then one of the critic, whose targets take the new values. The
  /// actor stays as it is.
  public func updateCritic(_ batch: Batch) -> UpdateReport {
    let task = criticTask(batch)
    let value = Optimizer(
      rate: Float(configuration.critic.valueLearningRate), weightDecay: 0, averageRate: 0,
      step: steps.value + 1)
    let critic = Optimizer(
      rate: Float(configuration.critic.learningRate), weightDecay: 0,
      averageRate: configuration.critic.averageRate, step: steps.critic + 1)
    steps.value += 1
    steps.critic += 1
    let (valueLoss, meanValue) = criticWorkspace.stepValue(
      task, threads: threadCount, value.kernel)
    let (criticLoss, meanQ) = criticWorkspace.stepCritic(task, threads: threadCount, critic.kernel)
    return UpdateReport(
      actorLoss: nil, valueLoss: valueLoss, criticLoss: criticLoss, meanQ: meanQ,
      meanValue: meanValue)
  }

  /// Resets the optimisers of value network and critic: moments and step counts are zero again.
  package func resetCriticOptimizers() {
    for parameter in networks.value.parameters + networks.criticParameters {
      parameter.resetMoments()
    }
    (steps.value, steps.critic) = (0, 0)
  }

  /// min Q - V of each transition, by the target critic.
  func advantages(_ batch: Batch) -> [Float] {
    let task = criticTask(batch)
    return criticWorkspace.advantages(task, threads: threadCount)
  }

  private func criticTask(_ batch: Batch) -> CriticTask {
    batch.check(configuration)
    if batch.count > criticWorkspace.rows {
      criticWorkspace = CriticWorkspace(networks, rows: batch.count)
    }
    return CriticTask(configuration: configuration, networks: networks, batch: batch)
  }

  /// `count` uniform draws of 0 ..< `bound`: which transitions to learn from.
  package func drawRows(_ count: Int, of bound: Int) -> [Int] {
    (0..<count).map { _ in generator.integer(below: bound) }
  }

  /// In this order: the diffusion steps, the noise, the masks.
  func drawForActor(rows: Int) -> ActorDraws {
    let times = drawRows(rows, of: configuration.diffusion.steps)
    let noise = (0..<rows * configuration.actionCount).map { _ in generator.standardNormalFloat() }
    guard configuration.actor.dropout > 0 else {
      return ActorDraws(times: times, noise: noise, keepMasks: [])
    }
    let count = configuration.actor.blocks * rows * configuration.actor.width
    let threshold = UInt32(configuration.actor.dropout * 0x1p32)
    let masks = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // a copy that the compiler can keep in registers
      var local = generator
      for i in 0..<count {
        buffer.initializeElement(at: i, to: local.nextUInt32() < threshold ? 0 : 1)
      }
      generator = local
      initialized = count
    }
    return ActorDraws(times: times, noise: noise, keepMasks: masks)
  }
}
