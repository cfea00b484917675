import IDQLAgent
import IDQLPhysics
import IDQLRandom

@testable import IDQLEnvs
@testable import IDQLEvaluation

/// A walk on a line without physics: its length and rewards follow from the seed and the actions.
final class ToyTask: Environment {
  enum Fault: Sendable { case none, brokenState, infiniteReward }

  static let reference = ReferenceScore(minimum: -10, maximum: 40, source: "none")

  let spec: EnvironmentSpec
  let fault: Fault
  private var generator = NumPyGenerator(seed: 0)
  private var place = 0.0
  private var stepsLeft = 0
  private(set) var stepCount = 0

  init(fault: Fault = .none, reference: ReferenceScore? = ToyTask.reference) {
    spec = EnvironmentSpec(
      id: "Toy-v0", physics: .mujoco4,
      observation: [.init(name: "place", unit: "m"), .init(name: "time", unit: "step")],
      action: [.init(name: "move", unit: "m")], substeps: 1, timestep: 1, stepLimit: 30,
      referenceScore: reference)
    self.fault = fault
    simulation = Simulation(model: Self.emptyModel)
  }

  private static let emptyModel: Model = {
    do {
      return try Model(mjcf: "<mujoco><worldbody/></mujoco>", profile: .mujoco4)
    } catch { fatalError("\(error)") }
  }()

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    reset()
  }

  func reset() {
    place = generator.uniform(-1, 1)
    stepsLeft = 1 + generator.integer(below: 40)
    stepCount = 0
  }

  var observation: [Double] { [place, Double(stepCount)] }

  func step(_ action: [Double]) -> Transition {
    place += action[0] + generator.uniform(-0.1, 0.1)
    stepsLeft -= 1
    stepCount += 1
    let hasEnded = stepsLeft == 0
    return Transition(
      reward: hasEnded && fault == .infiniteReward ? .infinity : place, terminated: hasEnded,
      truncated: stepCount == spec.stepLimit,
      isBroken: place.isNaN || hasEnded && fault == .brokenState)
  }

  /// Nothing moves in it: an evaluation only asks how often its solver failed.
  let simulation: Simulation
  // an evaluation has no business with the rest
  var snapshot: EnvironmentSnapshot { fatalError("a toy has no snapshot") }
  func restore(_ snapshot: EnvironmentSnapshot) { fatalError("a toy has no snapshot") }
  let rules = "none"
}

/// Moves by noise, by the step and by what it sees, and remembers how it was called.
final class ToyPolicy: Policy {
  let observationCount = 2
  let actionCount: Int
  private let answersNaNAt: Int?
  private let onCall: @Sendable (Int) -> Void
  private let batches = Locked<[Int]>([])

  init(
    actionCount: Int = 1, answersNaNAt step: Int? = nil,
    onCall: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.actionCount = actionCount
    answersNaNAt = step
    self.onCall = onCall
  }

  /// Rows of every call so far.
  var calls: [Int] { batches.withLock { $0 } }

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    let count = batches.withLock { batches in
      batches.append(steps.count)
      return batches.count
    }
    onCall(count)
    return steps.indices.map { row in
      if let answersNaNAt, steps[row] == answersNaNAt { return .nan }
      let drift = Float(observations[2 * row]) * 0.01 + Float(steps[row]) * 0.001
      return drift + noise[row].randomFloat() - 0.5
    }
  }
}
