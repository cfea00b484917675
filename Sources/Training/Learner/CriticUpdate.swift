import CIDQLKernels
import IDQLAgent

/// The inputs of a step of value network and critic.
struct CriticTask: Sendable {
  var configuration: LearnerConfiguration
  var networks: LearnerNetworks
  var batch: Batch
}

/// Memory for steps of value network and critic on up to `rows` transitions.
struct CriticWorkspace: Sendable {
  let rows: Int
  private let value: PerceptronPass
  private let heads: [PerceptronPass]
  /// Vectors over the rows.
  private let smallestQ: PanelMatrix
  private let losses: PanelMatrix
  private let means: PanelMatrix
  private let valueSteps: [Step]
  private let criticSteps: [Step]

  init(_ networks: LearnerNetworks, rows: Int) {
    self.rows = rows
    let inputs = networks.heads[0].layers[0].kernel.rows
    let observations = networks.value.layers[0].kernel.rows
    value = PerceptronPass(
      networks.value, input: PanelMatrix(rows: rows, columns: observations))
    // the heads read the same input: [s, a]
    let input = PanelMatrix(rows: rows, columns: inputs)
    heads = networks.heads.map { PerceptronPass($0, input: input) }
    smallestQ = PanelMatrix(rows: 1, columns: rows)
    losses = PanelMatrix(rows: 1, columns: rows)
    means = PanelMatrix(rows: 1, columns: rows)
    valueSteps = networks.value.steps(value)
    criticSteps = zip(networks.heads, heads).flatMap { $0.steps($1) }
  }

  /// One step of V towards the target critic's min Q, by the critic's objective: `ValueLoss`.
  ///
  /// - Returns: the loss and the mean of V, before the step.
  func stepValue(
    _ task: CriticTask, threads: Int, _ optimizer: idql_optimizer
  ) -> (loss: Float, meanValue: Float) {
    let (rows, f) = (task.batch.count, task.configuration.critic.valueLoss)
    runTiles(rows, task.configuration.precision, threads: threads) { tile in
      evaluate(task, tile)
      for row in tile {
        let v = value.output[row, 0]
        let (loss, slope) = f(smallestQ.pointer[row] - v)
        losses.pointer[row] = loss
        means.pointer[row] = v
        value.outputGradient[row, 0] = -slope / Float(rows)
      }
      task.networks.value.backward(value, tile)
    }
    runTasks(valueSteps.count, threads: threads) { valueSteps[$0].run(rows: rows, optimizer) }
    return (mean(losses, rows), mean(means, rows))
  }

  /// One step of all heads towards r + γ mask V(s′): `criticTarget`.
  ///
  /// - Returns: the loss and the mean of Q, before the step.
  func stepCritic(
    _ task: CriticTask, threads: Int, _ optimizer: idql_optimizer
  ) -> (loss: Float, meanQ: Float) {
    let (rows, batch) = (task.batch.count, task.batch)
    let networks = task.networks
    let scale = 2 / Float(heads.count * rows)
    runTiles(rows, task.configuration.precision, threads: threads) { tile in
      fillObservations(value.input, batch.nextObservations, task, tile)
      networks.value.forward(value, tile)
      for (network, pass) in zip(networks.heads, heads) { network.forward(pass, tile) }
      for row in tile {
        let target = criticTarget(
          reward: batch.rewards[row], discount: Float(task.configuration.discount),
          mask: batch.masks[row], nextValue: value.output[row, 0])
        var (loss, sum): (Float, Float) = (0, 0)
        for pass in heads {
          let (error, square) = squaredError(pass.output[row, 0], target)
          loss += square
          sum += pass.output[row, 0]
          pass.outputGradient[row, 0] = scale * error
        }
        losses.pointer[row] = loss / Float(heads.count)
        means.pointer[row] = sum / Float(heads.count)
      }
      for (network, pass) in zip(networks.heads, heads) { network.backward(pass, tile) }
    }
    runTasks(criticSteps.count, threads: threads) { criticSteps[$0].run(rows: rows, optimizer) }
    return (mean(losses, rows), mean(means, rows))
  }

  /// min Q - V of each row.
  func advantages(_ task: CriticTask, threads: Int) -> [Float] {
    runTiles(task.batch.count, task.configuration.precision, threads: threads) {
      evaluate(task, $0)
    }
    return (0..<task.batch.count).map { smallestQ.pointer[$0] - value.output[$0, 0] }
  }

  /// Computes V(s), and the smallest of the target critic's Q(s, a).
  private func evaluate(_ task: CriticTask, _ tile: Range<Int>) {
    let (o, a) = (task.configuration.observationCount, task.configuration.actionCount)
    let input = heads[0].input
    fillObservations(input, task.batch.observations, task, tile)
    for row in tile {
      for i in 0..<a { input[row, o + i] = task.batch.actions[row * a + i] }
    }
    for (network, pass) in zip(task.networks.heads, heads) { network.forward(pass, tile, .target) }
    for row in tile {
      smallestQ.pointer[row] = heads.map { $0.output[row, 0] }.reduce(.infinity, smallerQ)
    }
    fillObservations(value.input, task.batch.observations, task, tile)
    task.networks.value.forward(value, tile)
  }

  private func fillObservations(
    _ matrix: PanelMatrix, _ observations: [Float], _ task: CriticTask, _ tile: Range<Int>
  ) {
    let o = task.configuration.observationCount
    for row in tile {
      for i in 0..<o { matrix[row, i] = observations[row * o + i] }
    }
  }
}
