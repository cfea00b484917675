import IDQLRandom
import IDQLTensors
import IDQLTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Diagnostics of an update of soft actor-critic: means over its batch, before the step.
public struct SACReport: Equatable, Sendable {
  /// ½ (Q - target)², summed over both critics.
  public var criticLoss: Float
  /// α log π(a|s) - min Q(s, a).
  public var actorLoss: Float
  /// Entropy of the policy, estimated from its own draws.
  public var entropy: Float
  /// α, the weight of the entropy.
  public var temperature: Float
}

/// Soft actor-critic (Haarnoja et al. 2018): two critics, the smaller of which is used, a squashed
/// normal actor, and a temperature that is adjusted to a target entropy.
///
/// Configuration, seed and batches determine it to the bit; the number of threads changes only the
/// time.
final class SoftActorCritic {
  let configuration: SACConfiguration
  let observationCount: Int
  let actionCount: Int
  var threadCount = 1
  private(set) var stepCount = 0
  private var generator: NumPyGenerator

  /// Observation to μ and log σ of every action.
  let actor: Perceptron
  /// Observation and action to Q.
  let critics: [Perceptron]
  /// log α.
  let logTemperature: Parameter
  private var workspace: SACWorkspace

  init(
    _ configuration: SACConfiguration, observationCount: Int, actionCount: Int, seed: UInt64
  ) {
    self.configuration = configuration
    self.observationCount = observationCount
    self.actionCount = actionCount
    actor = Self.makeActor(
      observationCount: observationCount, actionCount: actionCount, widths: configuration.widths,
      precision: configuration.precision)
    critics = (0..<2).map { index in
      Builder(
        root: "critic_\(index)", hasTarget: true, precision: configuration.precision
      ).perceptron(
        [("hidden_", configuration.widths), ("output", [1])],
        inputs: observationCount + actionCount, activation: .relu, start: .inputUniform)
    }
    logTemperature = Builder(root: "temperature", hasTarget: false).vector(
      "log", shape: [1], .zeros)
    workspace = SACWorkspace(
      actor: actor, critics: critics, logTemperature: logTemperature,
      rows: configuration.batchSize)
    generator = NumPyGenerator(seed: seed, spawnKey: [0, 0])
    for parameter in parameters { parameter.initialize(&generator) }
  }

  /// What its future depends on beside its configuration and the values of its parameters.
  struct Memory: Codable {
    var stepCount: Int
    var generator: NumPyGenerator
  }

  var memory: Memory { Memory(stepCount: stepCount, generator: generator) }

  /// Goes on from where a learner of this configuration was.
  ///
  /// - Parameter tensors: of its `parameters`.
  /// - Throws: `LearnerError` for the first tensor that is missing or of another shape.
  func restore(_ memory: Memory, _ tensors: [String: Tensor<Float>]) throws {
    try parameters.load(tensors)
    stepCount = memory.stepCount
    generator = memory.generator
  }

  static func makeActor(
    observationCount: Int, actionCount: Int, widths: [Int], precision: LearnerPrecision = .float32
  ) -> Perceptron {
    Builder(root: "actor", hasTarget: false, precision: precision).perceptron(
      [("hidden_", widths), ("output", [2 * actionCount])], inputs: observationCount,
      activation: .relu, start: .inputUniform)
  }

  var parameters: [Parameter] {
    actor.parameters + critics.flatMap(\.parameters) + [logTemperature]
  }

  /// The random numbers of an update: ε, (B, a) each.
  struct Noise {
    /// For the actions at the next observations.
    var next: [Float]
    /// For the actions at the observations.
    var now: [Float]
  }

  func drawNoise(rows: Int) -> Noise {
    func normal() -> [Float] {
      (0..<rows * actionCount).map { _ in generator.standardNormalFloat() }
    }
    return Noise(next: normal(), now: normal())
  }

  /// `count` uniform draws of 0 ..< `bound`: which transitions to learn from.
  func drawRows(_ count: Int, of bound: Int) -> [Int] {
    (0..<count).map { _ in generator.integer(below: bound) }
  }

  /// One step of the critics, then one of actor and temperature.
  ///
  /// - Parameter noise: drawn from the learner's generator if nil.
  func update(_ batch: Batch, noise: Noise? = nil) -> SACReport {
    if batch.count > workspace.rows {
      workspace = SACWorkspace(
        actor: actor, critics: critics, logTemperature: logTemperature, rows: batch.count)
    }
    let task = UpdateTask(
      observationCount: observationCount, actionCount: actionCount,
      discount: Float(configuration.discount), precision: configuration.precision, actor: actor,
      critics: critics, batch: batch,
      noise: noise ?? drawNoise(rows: batch.count), temperature: temperature)
    stepCount += 1
    let criticLoss = workspace.stepCritics(task, threads: threadCount, optimizer(average: true))
    let (actorLoss, entropy) = workspace.stepActor(
      task, threads: threadCount, optimizer(average: false))
    return SACReport(
      criticLoss: criticLoss, actorLoss: actorLoss, entropy: entropy,
      temperature: task.temperature)
  }

  var temperature: Float { expf(logTemperature.value[0, 0]) }

  private func optimizer(average: Bool) -> Optimizer {
    Optimizer(
      rate: Float(configuration.rate), weightDecay: 0,
      averageRate: average ? configuration.averageRate : 0, step: stepCount)
  }
}

/// The inputs of a step.
private struct UpdateTask: Sendable {
  var observationCount: Int
  var actionCount: Int
  /// γ.
  var discount: Float
  var precision: LearnerPrecision
  var actor: Perceptron
  var critics: [Perceptron]
  var batch: Batch
  var noise: SoftActorCritic.Noise
  /// α, constant in every loss but its own.
  var temperature: Float

  /// To which the temperature adjusts the entropy: -|A|.
  var targetEntropy: Float { -Float(actionCount) }
}

/// Memory for steps on up to `rows` transitions.
private struct SACWorkspace: Sendable {
  let rows: Int
  private let actor: PerceptronPass
  /// Both read the same input: [s, a].
  private let critics: [PerceptronPass]
  private let actorSteps: [Step]
  private let criticSteps: [Step]
  /// (B, 1): the loss's gradient with respect to log α.
  private let temperatureGradient: PanelMatrix
  // vectors over the rows
  private let logDensities: PanelMatrix
  private let targets: PanelMatrix
  private let losses: PanelMatrix

  init(actor: Perceptron, critics: [Perceptron], logTemperature: Parameter, rows: Int) {
    self.rows = rows
    func vector() -> PanelMatrix { PanelMatrix(rows: 1, columns: rows) }
    (logDensities, targets, losses) = (vector(), vector(), vector())
    temperatureGradient = PanelMatrix(rows: rows, columns: 1)
    self.actor = PerceptronPass(
      actor, input: PanelMatrix(rows: rows, columns: actor.layers[0].kernel.rows))
    let input = PanelMatrix(rows: rows, columns: critics[0].layers[0].kernel.rows)
    self.critics = critics.map { PerceptronPass($0, input: input, wantsInputGradient: true) }
    actorSteps =
      actor.steps(self.actor) + [.vector(logTemperature, dy: temperatureGradient, factor: nil)]
    criticSteps = zip(critics, self.critics).flatMap { $0.steps($1) }
  }

  /// One step of both critics towards r + γ mask (min Q'(s', a') - α log π(a'|s')), a' ~ π(s').
  ///
  /// - Returns: ½ (Q - target)², summed over the critics, before the step.
  func stepCritics(_ task: UpdateTask, threads: Int, _ optimizer: Optimizer) -> Float {
    let (batch, rows) = (task.batch, task.batch.count)
    let input = critics[0].input
    let (o, a) = (task.observationCount, task.actionCount)
    runTiles(rows, task.precision, threads: threads) { tile in
      fill(actor.input, at: 0, batch.nextObservations, width: o, tile)
      fill(input, at: 0, batch.nextObservations, width: o, tile)
      act(task, task.noise.next, tile)
      for (network, pass) in zip(task.critics, critics) { network.forward(pass, tile, .target) }
      for row in tile {
        let value = smallestQ(row) - task.temperature * logDensities[0, row]
        targets[0, row] =
          batch.rewards[row] + task.discount * batch.masks[row] * value
      }
      fill(input, at: 0, batch.observations, width: o, tile)
      fill(input, at: o, batch.actions, width: a, tile)
      for (network, pass) in zip(task.critics, critics) { network.forward(pass, tile) }
      for row in tile {
        var loss: Float = 0
        for pass in critics {
          let error = pass.output[row, 0] - targets[0, row]
          loss += 0.5 * error * error
          pass.outputGradient[row, 0] = error / Float(rows)
        }
        losses[0, row] = loss
      }
      for (network, pass) in zip(task.critics, critics) { network.backward(pass, tile) }
    }
    runTasks(criticSteps.count, threads: threads) {
      criticSteps[$0].run(rows: rows, optimizer.kernel)
    }
    return mean(losses, rows)
  }

  /// One step of the actor on α log π(a|s) - min Q(s, a), a ~ π(s), and of log α on
  /// -log α (log π(a|s) + target entropy).
  ///
  /// - Returns: the actor's loss and entropy before the step.
  func stepActor(
    _ task: UpdateTask, threads: Int, _ optimizer: Optimizer
  ) -> (loss: Float, entropy: Float) {
    let (batch, rows) = (task.batch, task.batch.count)
    let (input, o) = (critics[0].input, task.observationCount)
    runTiles(rows, task.precision, threads: threads) { tile in
      fill(actor.input, at: 0, batch.observations, width: o, tile)
      fill(input, at: 0, batch.observations, width: o, tile)
      act(task, task.noise.now, tile)
      for (network, pass) in zip(task.critics, critics) { network.forward(pass, tile) }
      for row in tile {
        let smallest = smallestQ(row)
        losses[0, row] = task.temperature * logDensities[0, row] - smallest
        temperatureGradient[row, 0] =
          -(logDensities[0, row] + task.targetEntropy) / Float(rows)
        // of two equal values the first is the smaller one
        let isFirst = critics[0].output[row, 0] <= critics[1].output[row, 0]
        critics[0].outputGradient[row, 0] = isFirst ? -1 / Float(rows) : 0
        critics[1].outputGradient[row, 0] = isFirst ? 0 : -1 / Float(rows)
      }
      for (network, pass) in zip(task.critics, critics) { network.backward(pass, tile) }
      propagateToActor(task, tile)
      task.actor.backward(actor, tile)
    }
    runTasks(actorSteps.count, threads: threads) {
      actorSteps[$0].run(rows: rows, optimizer.kernel)
    }
    return (mean(losses, rows), -mean(logDensities, rows))
  }

  /// Draws an action for every row of the actor's input, into the critics' input.
  private func act(_ task: UpdateTask, _ noise: [Float], _ tile: Range<Int>) {
    let (o, a) = (task.observationCount, task.actionCount)
    let (input, output) = (critics[0].input, actor.output)
    task.actor.forward(actor, tile)
    for row in tile {
      var sum: Float = 0
      for i in 0..<a {
        let draw = output.normal(row, i, of: a).draw(noise[row * a + i])
        input[row, o + i] = draw.action
        sum += draw.logDensity
      }
      logDensities[0, row] = sum
    }
  }

  /// The loss's gradient with respect to the actor's outputs, from that with respect to the
  /// actions.
  private func propagateToActor(_ task: UpdateTask, _ tile: Range<Int>) {
    let (o, a) = (task.observationCount, task.actionCount)
    let (output, outputGradient) = (actor.output, actor.outputGradient)
    let inputGradients = critics.compactMap(\.inputGradient)
    for row in tile {
      for i in 0..<a {
        let normal = output.normal(row, i, of: a)
        let slope = inputGradients.reduce(0) { $0 + $1[row, o + i] }
        let gradient = normal.gradient(
          normal.draw(task.noise.now[row * a + i]), action: slope,
          logDensity: task.temperature / Float(task.batch.count))
        outputGradient[row, i] = gradient.mean
        outputGradient[row, a + i] = gradient.logDeviation
      }
    }
  }

  private func smallestQ(_ row: Int) -> Float {
    let (first, second) = (critics[0].output[row, 0], critics[1].output[row, 0])
    return first <= second ? first : second
  }

  /// Copies the rows `tile` of row-major `values` into the columns from `column` on.
  private func fill(
    _ matrix: PanelMatrix, at column: Int, _ values: [Float], width: Int, _ tile: Range<Int>
  ) {
    for row in tile {
      for i in 0..<width { matrix[row, column + i] = values[row * width + i] }
    }
  }
}

extension PanelMatrix {
  /// The distribution of action `index` of `count` in that row of an actor's output.
  func normal(_ row: Int, _ index: Int, of count: Int) -> SquashedNormal {
    SquashedNormal(mean: self[row, index], logDeviation: self[row, count + index])
  }
}
