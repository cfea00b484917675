import IDQLPhysics
import IDQLRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A robot in a maze, by the rules of a `MazeTask`.
///
/// The observation is that of `MazeTask.Body` and includes the robot's position in the maze, except
/// in Gymnasium-Robotics. The reward is that of being at the goal.
final class MazeRunner: MazeEnvironment, DividedEnvironment {
  let mazeTask: MazeTask
  let spec: EnvironmentSpec
  let simulation: Simulation
  let defaultPhysics: PhysicsProfile
  /// The goal of ids that keep one for all episodes.
  private let lastingGoal: MazePoint

  private(set) var stepCount = 0
  var target = MazePoint(0, 0)
  private(set) var task: Int?
  /// OGBench's goal: an observation of the robot there. Empty where the id has none.
  private var goalObservation: [Double] = []
  /// The observation before a teleport, which OGBench returns from the step that ends in one.
  private var departure: [Double]?
  private var isBroken = false
  private var generator = NumPyGenerator(seed: 0)
  private var lastEvaluation: LastEvaluation
  /// Whether the current step began at the goal.
  private var wasAtGoal = false

  init(_ mazeTask: MazeTask, _ request: EnvironmentRequest) throws {
    let model = try request.model(mjcf: mazeTask.document)
    self.mazeTask = mazeTask
    defaultPhysics = request.defaultPhysics
    simulation = Simulation(model: model)
    lastEvaluation = LastEvaluation(reads: mazeTask.body.observesForces ? [.contactForces] : [])
    spec = EnvironmentSpec(
      id: mazeTask.name, physics: request.physics,
      observation: mazeTask.body.observedQuantities(of: model),
      action: mazeTask.body.actedQuantities(of: model), substeps: mazeTask.body.substeps,
      timestep: model.options.timestep, stepLimit: mazeTask.stepLimit,
      referenceScore: mazeTask.referenceScore,
      successTiming: mazeTask.successTiming.map { request.options.successTiming ?? $0 })
    var goalGenerator = NumPyGenerator(seed: request.options.goalSeed, spawnKey: [0x60a1])
    lastingGoal = goalGenerator.d4rlGoal(in: mazeTask.layout)
    reset(seed: 0)
  }

  var layout: MazeLayout { mazeTask.layout }
  var successRadius: Double { mazeTask.successRadius }
  var taskCount: Int { mazeTask.taskCount }
  var place: MazePoint { MazePoint(simulation.position(0), simulation.position(1)) }
  var ball: MazePoint? {
    mazeTask.body.ballPosition.map {
      MazePoint(simulation.position($0), simulation.position($0 + 1))
    }
  }
  private var distanceToGoal: Double { mover.distance(to: target) }
  private var isAtGoal: Bool { distanceToGoal <= successRadius }

  var goal: [Double]? {
    switch mazeTask.rules {
    case .d4rlAnt, .maze2d, .ogbench(_, .some): nil
    case .ogbench(_, nil): goalObservation
    case .robotics: [target.x, target.y]
    }
  }

  // MARK: Reset

  func reset(seed: UInt64) {
    generator = NumPyGenerator(seed: seed)
    start(task: nil)
  }

  func reset() { start(task: nil) }

  func reset(seed: UInt64, task: Int) throws {
    guard task >= 1 && task <= taskCount else {
      throw EnvironmentError.noTask(task, id: spec.id, count: taskCount)
    }
    generator = NumPyGenerator(seed: seed)
    start(task: task)
  }

  private func start(task asked: Int?) {
    let model = simulation.model
    goalObservation = []
    departure = nil
    task = nil
    switch mazeTask.rules {
    case .d4rlAnt(let drawsGoalAtReset):
      let start = generator.start(of: model, .large)
      target = drawsGoalAtReset ? generator.d4rlGoal(in: layout) : lastingGoal
      simulation.reset(position: start.position, velocity: start.velocity)
    case .maze2d:
      // cell indices are coordinates: D4RL's origin is 0.2 m off the centre of cell (0, 0)
      let cells = layout.cells(.free, .goal)
      let cell = cells[generator.integer(below: cells.count)]
      let start = generator.start(of: model, .large)
      let goal = layout.cells(.goal)[0]
      target = MazePoint(Double(goal.row), Double(goal.column))
      simulation.reset(
        position: [start.position[0] + Double(cell.row), start.position[1] + Double(cell.column)],
        velocity: start.velocity)
    case .ogbench(let routes, let task):
      startOGBench(routes, task: task ?? asked, isGoalConditioned: task == nil)
    case .robotics:
      target = generator.noisyPlace(
        layout.center(of: generator.choice(layout.goals)), within: 0.25 * layout.cellSize)
      var start = target
      while start.distance(to: target) <= 0.5 * layout.cellSize {
        start = layout.center(of: generator.choice(layout.starts))
      }
      start = generator.noisyPlace(start, within: 0.25 * layout.cellSize)
      simulation.reset(
        position: [start.x, start.y] + model.initialPosition.dropFirst(2),
        velocity: Array(repeating: 0, count: model.velocityCount))
    }
    lastEvaluation.forget()
    stepCount = 0
    isBroken = false
  }

  /// Draws the body's initial state, the task unless it is given, the noise of start, ball and
  /// goal, and the observation at the goal, in this order.
  private func startOGBench(_ routes: [MazeTask.Route], task given: Int?, isGoalConditioned: Bool) {
    let start = mazeTask.body.start(simulation, &generator)
    let number = given ?? 1 + generator.integer(below: routes.count)
    let route = routes[number - 1]
    task = number
    let place = generator.noisyPlace(layout.center(of: route.start), within: 1)
    let ballPlace = route.ball.map { generator.noisyPlace(layout.center(of: $0), within: 1) }
    target = layout.center(of: route.goal)
    if isGoalConditioned {
      target = generator.noisyPlace(target, within: 1)
      goalObservation = drawGoalObservation()
    }
    simulation.reset(position: start.position, velocity: start.velocity)
    move(to: place, ball: ballPlace)
  }

  /// Observation of the robot at the goal, with its ball, after random actions from another start.
  private func drawGoalObservation() -> [Double] {
    let start = mazeTask.body.start(simulation, &generator)
    simulation.reset(position: start.position, velocity: start.velocity)
    for _ in 0..<mazeTask.body.actionsBeforeGoalObservation {
      let action = (0..<simulation.model.controlCount).map { _ in generator.uniform(-1, 1) }
      mazeTask.body.begin(action, simulation)
      for _ in 0..<spec.substeps { simulation.step() }
      mazeTask.body.finish(simulation)
      guard simulation.isFinite else { break }
    }
    move(to: target, ball: target)
    return currentObservation
  }

  private func move(to place: MazePoint, ball: MazePoint? = nil) {
    var state = simulation.state
    (state.position[0], state.position[1]) = (place.x, place.y)
    if let ball, let index = mazeTask.body.ballPosition {
      (state.position[index], state.position[index + 1]) = (ball.x, ball.y)
    }
    simulation.state = state
  }

  // MARK: Step

  var observation: [Double] { departure ?? currentObservation }

  private var currentObservation: [Double] {
    mazeTask.body.observation(of: simulation, lastEvaluation)
  }

  func begin(_ action: [Double]) -> Bool {
    precondition(
      action.count == spec.actionCount,
      "\(spec.id) takes \(spec.actionCount) actions, not \(action.count)")
    stepCount += 1
    departure = nil
    // before anything clamps it to a number
    isBroken = isBroken || !action.allSatisfy(\.isFinite)
    wasAtGoal = isAtGoal
    if !isBroken { mazeTask.body.begin(action, simulation) }
    return !isBroken
  }

  func finish() -> Transition {
    let truncated = stepCount >= mazeTask.stepLimit
    if !isBroken {
      mazeTask.body.finish(simulation)
      isBroken = !simulation.isFinite
    }
    lastEvaluation.forget()
    if isBroken {
      return Transition(
        reward: .nan, terminated: true, truncated: truncated, isBroken: true, isSuccess: false)
    }

    let isSuccess = spec.successTiming == .pre ? wasAtGoal : isAtGoal
    let distance = distanceToGoal
    teleport()
    return Transition(
      reward: reward(isSuccess: isSuccess, distance: distance),
      terminated: isSuccess && endsAtGoal, truncated: truncated, isSuccess: isSuccess)
  }

  private func reward(isSuccess: Bool, distance: Double) -> Double {
    switch mazeTask.rules {
    case .maze2d(isDense: true), .robotics(isDense: true): exp(-distance)
    case .ogbench(_, .some): isSuccess ? 0 : -1
    default: isSuccess ? 1 : 0
    }
  }

  var endsAtGoal: Bool {
    switch mazeTask.rules {
    case .d4rlAnt, .ogbench: true
    case .maze2d, .robotics: false
    }
  }

  private func teleport() {
    guard let teleport = mazeTask.teleport,
      teleport.inbound.contains(where: {
        layout.center(of: $0).distance(to: place) <= teleport.reach
      })
    else { return }
    departure = currentObservation
    move(to: layout.center(of: generator.choice(teleport.outbound)))
  }

  // MARK: Snapshot

  /// What an episode carries from step to step besides its simulation.
  private struct Memory: Codable {
    var target: MazePoint
    var task: Int?
    var goalObservation: [Double]
    var departure: [Double]?
    var lastEvaluation: LastEvaluation.Values
  }

  var snapshot: EnvironmentSnapshot {
    EnvironmentSnapshot(
      id: spec.id, physics: spec.physics, state: simulation.state, stepCount: stepCount,
      isBroken: isBroken, generator: generator,
      memory: Memory(
        target: target, task: task, goalObservation: goalObservation, departure: departure,
        lastEvaluation: lastEvaluation.values(simulation)))
  }

  func restore(_ snapshot: EnvironmentSnapshot) throws {
    try requireFit(snapshot)
    let memory = try snapshot.memory(as: Memory.self)
    let departureCount = memory.departure.map { (found: $0.count, expected: spec.observationCount) }
    try requireFit(
      snapshot,
      memory: [(memory.goalObservation.count, goalObservation.count)]
        + (departureCount.map { [$0] } ?? [])
        + lastEvaluation.counts(memory.lastEvaluation, simulation))
    simulation.state = snapshot.state
    target = memory.target
    task = memory.task
    goalObservation = memory.goalObservation
    departure = memory.departure
    // the simulation may have normalised the quaternions of the snapshot
    lastEvaluation.restore(memory.lastEvaluation, simulation.state)
    stepCount = snapshot.stepCount
    isBroken = snapshot.isBroken
    generator = snapshot.generator
  }
}
