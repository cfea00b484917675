import CIDQLKernels
import IDQLAgent

/// The inputs of a step of the actor.
struct ActorTask: Sendable {
  var configuration: LearnerConfiguration
  var networks: LearnerNetworks
  var schedule: NoiseSchedule
  var batch: Batch
  var draws: ActorDraws
  /// Length B; all 1 if nil.
  var weights: [Float]?
}

/// Memory for steps of the actor on up to `rows` transitions.
struct ActorWorkspace: Sendable {
  let rows: Int
  private let pass: ScorePass
  private let condition: ConditionPass
  private let losses: PanelMatrix
  private let steps: [Step]

  init(_ networks: LearnerNetworks, rows: Int, steps: Int) {
    self.rows = rows
    pass = ScorePass(networks.trunk, rows: rows)
    condition = ConditionPass(networks.condition, steps: steps)
    losses = PanelMatrix(rows: 1, columns: rows)
    self.steps = networks.trunk.steps(pass)
  }

  /// One step on w ‖eps(s, a_t, t) - z‖², averaged over the rows.
  ///
  /// - Returns: the loss before the step.
  func step(_ task: ActorTask, threads: Int, _ optimizer: idql_optimizer) -> Float {
    let rows = task.batch.count
    let networks = task.networks
    networks.condition.forward(condition)
    runTiles(rows, task.configuration.precision, threads: threads) { tile in
      task.draws.keepMasks.withUnsafeBufferPointer { masks in
        let dropout = dropout(task, masks)
        fill(task, tile)
        networks.trunk.forward(pass, tile, dropout: dropout)
        computeLoss(task, tile)
        networks.trunk.backward(pass, tile, dropout: dropout)
      }
    }
    // the condition first: it is the longest piece, and no other may wait for it in the end
    runTasks(steps.count + 1, threads: threads) { index in
      if index == 0 {
        networks.condition.backwardAndStep(
          condition, gradients: pass.gradients[0], times: task.draws.times, optimizer)
      } else {
        steps[index - 1].run(rows: rows, optimizer)
      }
    }
    return mean(losses, rows)
  }

  private func dropout(
    _ task: ActorTask, _ masks: UnsafeBufferPointer<UInt8>
  ) -> [Dropout?] {
    let (rows, width) = (task.batch.count, task.configuration.actor.width)
    // an empty array may have an address
    let first = masks.isEmpty ? nil : masks.baseAddress
    return (0..<task.configuration.actor.blocks).map { block in
      first.map {
        Dropout(
          mask: $0 + block * rows * width, width: width,
          rate: Float(task.configuration.actor.dropout))
      }
    }
  }

  /// a_t, then s; and each row's share of the condition.
  private func fill(_ task: ActorTask, _ tile: Range<Int>) {
    let (o, a) = (task.configuration.observationCount, task.configuration.actionCount)
    let (shares, hidden) = (condition.shares, pass.hidden[0])
    let width = PanelMatrix.panelWidth
    for row in tile {
      let t = task.draws.times[row]
      let (signal, spread) = task.schedule.forward(t)
      for i in 0..<a {
        pass.input[row, i] =
          signal * task.batch.actions[row * a + i] + spread * task.draws.noise[row * a + i]
      }
      for i in 0..<o { pass.input[row, a + i] = task.batch.observations[row * o + i] }
      for panel in 0..<hidden.panelCount {
        (hidden.pointer + panel * hidden.stride + row * width).update(
          from: shares.pointer + panel * shares.stride + t * width, count: width)
      }
    }
  }

  private func computeLoss(_ task: ActorTask, _ tile: Range<Int>) {
    let a = task.configuration.actionCount
    for row in tile {
      let weight = task.weights?[row] ?? 1
      var loss: Float = 0
      for i in 0..<a {
        let (error, square) = squaredError(pass.predicted[row, i], task.draws.noise[row * a + i])
        loss += square
        pass.predictedGradient[row, i] = 2 * weight * error / Float(task.batch.count)
      }
      losses.pointer[row] = weight * loss
    }
  }
}

/// Runs `body` for all rows in tiles. A tile's activations fit in the second-level cache, and a
/// tile is small enough that no thread waits for long at the end. In bfloat16, where every product of a tile
/// rounds the weights anew, there are only as many tiles as threads.
package func runTiles(
  _ rows: Int, _ precision: LearnerPrecision = .float32, threads: Int,
  _ body: @Sendable (Range<Int>) -> Void
) {
  let height = precision == .float32 ? 64 : max(64, (rows + threads - 1) / threads)
  runTasks((rows + height - 1) / height, threads: threads) { index in
    body(index * height..<min(rows, (index + 1) * height))
  }
}

/// The mean of the first `count` elements of a vector.
package func mean(_ vector: PanelMatrix, _ count: Int) -> Float {
  var sum = 0.0
  for i in 0..<count { sum += Double(vector.pointer[i]) }
  return Float(sum / Double(count))
}
