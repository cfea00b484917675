import IDQLRandom
import IDQLTensors

/// A deterministic MLP actor, as Stable-Baselines3 trains them (PPO, TRPO, A2C, ARS, SAC, TD3, TQC).
///
/// Order of operations: zeros are appended to the observation, then the time feature; the result is
/// normalised and clipped in 64-bit arithmetic, rounded to 32 bits, and goes through the network;
/// the output is squashed by tanh or clipped, to [-1, 1] or to the bounds of the actions it learnt with.
struct ActorPolicy: Policy {
  let description: PolicyDescription
  let observationCount: Int
  let actionCount: Int

  /// Whether zeros are appended in place of the contact forces that Gym's Ant may leave out.
  let padsObservations: Bool
  let timeFeature: TimeFeature?
  let normalization: ObservationNormalization?
  let network: ActorNetwork
  /// Whether the output goes through tanh, or is clipped.
  let squashes: Bool
  /// Nil for -1 to 1.
  let bounds: ActionBounds?

  /// What is left of the episode, as one more entry of the observation: 1 - step / limit.
  struct TimeFeature: Sendable {
    var stepLimit: Int
  }

  /// Six for each of 14 bodies.
  private static let contactForceCount = 84

  func accepts(observationCount: Int) -> Bool {
    let missing = self.observationCount - observationCount
    return missing == 0 || padsObservations && missing == Self.contactForceCount
  }

  /// Draws nothing from `noise`.
  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    let rows = steps.count
    guard rows > 0 else { return [] }
    let given = observations.count / rows
    precondition(
      given * rows == observations.count && accepts(observationCount: given),
      "observations: (rows, observationCount)")

    var input: [Float] = []
    for row in 0..<rows {
      var observation = Array(observations[row * given..<(row + 1) * given])
      observation.append(contentsOf: repeatElement(0, count: observationCount - given))
      if let timeFeature {
        observation.append(1 - Double(steps[row]) / Double(timeFeature.stepLimit))
      }
      input += normalization.map { $0(observation) } ?? observation.map(Float.init)
    }
    let output = network.apply(input, rows: rows, finally: squashes ? .tanh : .identity)
    guard let bounds else { return squashes ? output : output.map(clip) }
    return output.enumerated().map { index, value in
      bounds.action(value, at: index % actionCount, isSquashed: squashes)
    }
  }
}

/// Between which numbers an environment takes actions, if they are not -1 and 1.
struct ActionBounds: Equatable, Sendable {
  /// For each number of an action, as `high`.
  var low: [Float]
  var high: [Float]

  /// One number of an action: what tanh gave, stretched from -1 … 1 to the bounds as Stable-Baselines3's
  /// `unscale_action` does it, or a network's output, clipped to them.
  func action(_ value: Float, at index: Int, isSquashed: Bool) -> Float {
    let (low, high) = (low[index], high[index])
    return isSquashed ? low + 0.5 * (value + 1) * (high - low) : min(max(value, low), high)
  }

  /// For people: `[-0.4, 0.4]`, or one such pair for each number.
  var text: String {
    let pairs = zip(low, high).map { "[\($0), \($1)]" }
    return Set(pairs).count == 1 ? pairs[0] : pairs.joined(separator: ", ")
  }
}

/// Layers one after the other, with one activation between them.
struct ActorNetwork: Sendable {
  /// What happens to the numbers of a row.
  enum Step: Sendable {
    case dense(Dense, isActivated: Bool)
    case norm(LayerNorm, isActivated: Bool)
    /// To ±bound.
    case clip(Float)
  }

  var steps: [Step]
  var activation: Activation

  var layers: [Dense] {
    steps.compactMap { if case .dense(let layer, _) = $0 { layer } else { nil } }
  }

  /// Its modules in the order in which PyTorch's `Sequential` numbers them: `Linear`, `relu`, `Linear`.
  ///
  /// - Parameter activation: the name of that between the layers.
  func modules(activation: String) -> [String] {
    steps.flatMap { step in
      switch step {
      case .dense(_, let isActivated): ["Linear"] + (isActivated ? [activation] : [])
      case .norm(_, let isActivated): ["LayerNorm"] + (isActivated ? [activation] : [])
      case .clip(let bound): ["clip to ±\(bound)"]
      }
    }
  }

  /// - Parameters:
  ///   - input: (rows, inputs).
  ///   - last: after all steps.
  /// - Returns: (rows, outputs).
  func apply(_ input: [Float], rows: Int, finally last: Activation) -> [Float] {
    var values = input
    for step in steps {
      switch step {
      case .dense(let layer, let isActivated):
        var next = [Float](repeating: 0, count: rows * layer.outputCount)
        layer.apply(
          values, rows: rows, into: &next, activation: isActivated ? activation : .identity)
        values = next
      case .norm(let norm, let isActivated):
        values.withUnsafeMutableBufferPointer {
          guard let start = $0.baseAddress else { return }
          norm.apply(start, rows: rows, into: start)
          if isActivated { activation.apply(start, count: $0.count) }
        }
      case .clip(let bound): values = values.map { min(max($0, -bound), bound) }
      }
    }
    values.withUnsafeMutableBufferPointer {
      guard let start = $0.baseAddress else { return }
      last.apply(start, count: $0.count)
    }
    return values
  }
}
