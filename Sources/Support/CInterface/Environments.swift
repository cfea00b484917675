import CIDQLInterface
import Foundation
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLRender
import IDQLSpelling

/// Environments that step together, with what is asked of them again and again.
final class HeldVector {
  let crowd: VectorEnvironment
  let id: EnvironmentID
  let goalCount: Int
  let hasMaze: Bool
  let tellsSuccess: Bool
  let informationNames: [String]
  private var painter: (renderer: OffscreenRenderer, stage: Stage)?

  init(_ crowd: VectorEnvironment, id: EnvironmentID) {
    self.crowd = crowd
    self.id = id
    let first = crowd[0]
    goalCount = first.goal?.count ?? 0
    hasMaze = first.maze != nil
    // of mazes every step tells it, and of nothing else
    tellsSuccess = hasMaze
    informationNames = first.informationNames
  }

  func buffers(_ state: idql_state_buffers) -> StateBuffers {
    StateBuffers(
      observations: NumberRows(state.observations, width: crowd.spec.observationCount),
      goals: NumberRows(state.goals, width: goalCount),
      achieved: NumberRows(state.achieved, width: hasMaze ? 2 : 0),
      information: NumberRows(
        state.information, width: informationNames.count + (tellsSuccess ? 1 : 0)))
  }

  func index(_ index: Int64) throws -> Int {
    guard (0..<Int64(crowd.count)).contains(index) else {
      throw CallError.invalid("environment \(index) is none of 0 to \(crowd.count - 1).")
    }
    return Int(index)
  }

  /// A picture of the environment's present state.
  func picture(_ index: Int, width: Int, height: Int, camera name: String?) throws -> Picture {
    let environment = crowd[index]
    let (renderer, stage): (OffscreenRenderer, Stage)
    if let painter, painter.renderer.width == width, painter.renderer.height == height,
      painter.stage.model == environment.simulation.model
    {
      (renderer, stage) = painter
    } else {
      renderer = try OffscreenRenderer(width: width, height: height)
      stage = Stage(of: environment)
      painter = (renderer, stage)
    }
    stage.place(environment.simulation.state, control: environment.simulation.control)
    var view = FilmSettings.View()
    switch name {
    case nil: break
    case "follow"?: view.kind = .following
    case let name?: view.kind = .named(name)
    }
    let camera = try view.camera(on: stage, aspect: Double(width) / Double(height))
    return try renderer.picture(
      of: Scene(stage, camera: camera, decorations: Shape.marks(of: environment)))
  }
}

/// A profile by its name, nil for none.
func physicsProfile(_ name: String?) throws -> PhysicsProfile? {
  try name.map {
    guard let profile = PhysicsProfile(named: $0) else {
      throw CallError.invalid(
        "no physics is named '\($0)'; there are \(PhysicsProfile.all.map(\.name).joined(separator: ", "))."
      )
    }
    return profile
  }
}

private struct Reference: Encodable {
  let score: ReferenceScore

  func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(score.minimum)
    try values.encode(score.maximum)
  }
}

private struct CatalogEntry: Encodable {
  let id: String
  let suite: String?
  let physics: String
  /// Of the environment made for the purpose.
  var reference: Reference?
  var stepLimit: Int?

  enum CodingKeys: String, CodingKey {
    case id, suite, physics, reference
    case stepLimit = "step_limit"
  }
}

@_cdecl("idql_environments")
package func listEnvironments(
  _ withSpecs: Int32, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    let entries = try EnvironmentID.all.map { id -> CatalogEntry in
      var entry = CatalogEntry(
        id: id.description, suite: id.entry.suite?.name, physics: id.defaultPhysics.name)
      if withSpecs != 0 {
        let spec = try makeEnvironment(id).spec
        entry.reference = spec.referenceScore.map(Reference.init)
        entry.stepLimit = spec.stepLimit
      }
      return entry
    }
    try give(entries.jsonText(), json)
  }
}

@_cdecl("idql_vector_make")
package func makeVector(_ request: UnsafePointer<CChar>?, _ vector: UnsafeMutablePointer<Int64>?)
  -> Int32
{
  call {
    let request = try Request(
      request,
      known: [
        "id", "count", "physics", "success_timing", "goal_seed", "workers", "lanes", "step_limit",
      ])
    guard let name = try request.text("id") else { throw CallError.invalid("'id' is missing.") }
    let id = try EnvironmentID(name)
    let lanes = try request.count("lanes", in: 1...8)
    if let lanes, !WideStepper.supportedLaneCounts.contains(lanes) {
      throw CallError.invalid(
        "'lanes' must be one of \(WideStepper.supportedLaneCounts) on this processor, not \(lanes)."
      )
    }
    let options = EnvironmentOptions(
      successTiming: try request.choice("success_timing", SuccessTiming.self),
      goalSeed: try request.seed("goal_seed") ?? 0)
    // the bounds refuse mistyped numbers before they exhaust the memory
    let crowd = try VectorEnvironment(
      id, count: try request.count("count", in: 1...1_000_000) ?? 1,
      physics: try physicsProfile(try request.text("physics")), options: options,
      laneCount: lanes, workers: try request.count("workers", in: 1...1024) ?? 1)
    if let limit = try request.count("step_limit", in: 1...1_000_000_000) {
      crowd.stepLimit = min(limit, crowd.spec.stepLimit)
    }
    try give(.vector(HeldVector(crowd, id: id)), vector)
  }
}

private struct VectorDescription: Encodable {
  struct Quantity: Encodable {
    let name, unit: String
    init(_ quantity: EnvironmentSpec.Quantity) { (name, unit) = (quantity.name, quantity.unit) }
  }
  let id, physics: String
  let suite: String?
  let count: Int
  let observations, actions: [Quantity]
  /// Of each action, least and greatest.
  let actionBounds: [[Double]]
  let stepLimit, substeps: Int
  let timestep: Double
  let reference: Reference?
  let goal, achieved, tasks: Int
  let success: Bool
  let information: [String]
  let informationAtReset: Int
  let rules: String

  enum CodingKeys: String, CodingKey {
    case id, physics, suite, count, observations, actions, substeps, timestep, reference, goal
    case achieved, tasks, success, information, rules
    case stepLimit = "step_limit"
    case actionBounds = "action_bounds"
    case informationAtReset = "information_at_reset"
  }

  init(_ held: HeldVector) {
    let (spec, first) = (held.crowd.spec, held.crowd[0])
    id = spec.id
    physics = spec.physics.name
    suite = held.id.entry.suite?.name
    count = held.crowd.count
    observations = spec.observation.map(Quantity.init)
    actions = spec.action.map(Quantity.init)
    actionBounds = Self.actionBounds(of: first)
    stepLimit = held.crowd.stepLimit
    substeps = spec.substeps
    timestep = spec.timestep
    reference = spec.referenceScore.map(Reference.init)
    goal = held.goalCount
    achieved = held.hasMaze ? 2 : 0
    tasks = first.taskCount
    success = held.tellsSuccess
    information = held.informationNames
    informationAtReset = first.informationCountAtReset
    rules = first.rules
  }
}

extension VectorDescription {
  /// A robot's actions are its controls, in their ranges; those of mazes, and of D4RL, are scaled to 1.
  fileprivate static func actionBounds(of environment: any Environment) -> [[Double]] {
    let scaled = Array(repeating: [-1.0, 1.0], count: environment.spec.actionCount)
    guard let robot = environment as? RobotEnvironment, !robot.task.clipsAction,
      robot.simulation.model.controlCount == scaled.count
    else { return scaled }
    return robot.simulation.model.actuators.map { actuator in
      let range = actuator.controlRange
      return range.lowerBound.isFinite && range.upperBound.isFinite
        ? [range.lowerBound, range.upperBound] : [-1, 1]
    }
  }
}

@_cdecl("idql_vector_describe")
package func describeVector(
  _ vector: Int64, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    try Handles.vector(vector) { try give(VectorDescription($0).jsonText(), json) }
  }
}

@_cdecl("idql_vector_reset")
package func resetVector(
  _ vector: Int64, _ mask: UnsafePointer<UInt8>?, _ seeded: UnsafePointer<UInt8>?,
  _ seeds: UnsafePointer<UInt64>?, _ tasks: UnsafePointer<Int64>?,
  _ state: UnsafePointer<idql_state_buffers>?
) -> Int32 {
  call {
    try Handles.vector(vector) { held in
      guard let state else { throw CallError.invalid("there is no place for the state.") }
      if seeded != nil && seeds == nil { throw CallError.invalid("the seeds are missing.") }
      let count = held.crowd[0].taskCount
      let starts = try (0..<held.crowd.count).map { index -> EpisodeStart? in
        if let mask, mask[index] == 0 { return nil }
        let seed = (seeded?[index] ?? 0) == 0 ? nil : seeds?[index]
        let task = Int(tasks?[index] ?? 0)
        guard task != 0 else { return seed.map { .seed($0) } ?? .next }
        // before any of them starts
        guard (1...max(count, 1)).contains(task), count > 0 else {
          throw EnvironmentError.noTask(task, id: held.crowd.spec.id, count: count)
        }
        guard let seed else {
          throw CallError.invalid(
            "a task is chosen together with a seed; environment \(index) has none.")
        }
        return .task(task, seed: seed)
      }
      try held.crowd.reset(starts)
      held.crowd.write(held.buffers(state.pointee))
    }
  }
}

@_cdecl("idql_vector_step")
package func stepVector(
  _ vector: Int64, _ autoreset: Int32, _ buffers: UnsafePointer<idql_step_buffers>?
) -> Int32 { repeatStep(vector, autoreset, buffers, 1) }

@_cdecl("idql_vector_repeat")
package func repeatStep(
  _ vector: Int64, _ autoreset: Int32, _ buffers: UnsafePointer<idql_step_buffers>?, _ times: Int64
) -> Int32 {
  call {
    guard (0...1_000_000_000).contains(times) else {
      throw CallError.invalid("steps must number 0 to 1000000000, not \(times).")
    }
    try Handles.vector(vector) { held in
      guard let autoreset = Autoreset(rawValue: autoreset) else {
        throw CallError.invalid("autoreset must be 0, 1 or 2, not \(autoreset).")
      }
      guard let b = buffers?.pointee, let actions = b.actions, let rewards = b.rewards,
        let terminated = b.terminated, let truncated = b.truncated, let begun = b.begun
      else { throw CallError.invalid("a buffer of the step is missing.") }
      let (count, width) = (held.crowd.count, held.crowd.spec.actionCount)
      for index in 0..<count * width where !actions[index].isFinite {
        throw CallError.invalid(
          "action \(index % width) of environment \(index / width) is \(actions[index]); "
            + "actions must be finite numbers.")
      }
      let memory = StepBuffers(
        actions: actions, state: held.buffers(b.state), final: held.buffers(b.final),
        rewards: rewards, terminated: terminated, truncated: truncated, begun: begun)
      for _ in 0..<times { held.crowd.step(memory, autoreset) }
    }
  }
}

@_cdecl("idql_vector_observe")
package func observeVector(_ vector: Int64, _ state: UnsafePointer<idql_state_buffers>?) -> Int32 {
  call {
    try Handles.vector(vector) { held in
      guard let state else { throw CallError.invalid("there is no place for the state.") }
      held.crowd.write(held.buffers(state.pointee))
    }
  }
}

/// A snapshot, and whether the episode has ended, so that the next step may begin another.
private struct HeldSnapshot: Codable {
  let environment: EnvironmentSnapshot
  let ended: Bool
}

@_cdecl("idql_vector_snapshot")
package func snapshotVector(
  _ vector: Int64, _ index: Int64, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    try Handles.vector(vector) { held in
      let index = try held.index(index)
      let snapshot = HeldSnapshot(
        environment: held.crowd[index].snapshot, ended: held.crowd.hasEnded[index])
      try give(snapshot.jsonText(nonFiniteAsText: true), json)
    }
  }
}

@_cdecl("idql_vector_restore")
package func restoreVector(_ vector: Int64, _ index: Int64, _ json: UnsafePointer<CChar>?) -> Int32
{
  call {
    try Handles.vector(vector) { held in
      let index = try held.index(index)
      let text = try textArgument(json, "the snapshot")
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      guard let snapshot = try? decoder.decode(HeldSnapshot.self, from: Data(text.utf8)) else {
        throw CallError.invalid("the snapshot is not one that this library has written.")
      }
      try held.crowd[index].restore(snapshot.environment)
      var ended = held.crowd.hasEnded
      ended[index] = snapshot.ended
      held.crowd.hasEnded = ended
    }
  }
}

@_cdecl("idql_vector_picture")
package func pictureOfVector(
  _ vector: Int64, _ index: Int64, _ width: Int64, _ height: Int64, _ camera: UnsafePointer<CChar>?,
  _ pixels: UnsafeMutablePointer<UInt8>?
) -> Int32 {
  call {
    try Handles.vector(vector) { held in
      guard let pixels else { throw CallError.invalid("there is no place for the pixels.") }
      let limit: Int64 = 16384
      guard (1...limit).contains(width), (1...limit).contains(height) else {
        throw CallError.invalid(
          "pictures are 1 to \(limit) pixels wide and high, not \(width) x \(height).")
      }
      let picture = try held.picture(
        try held.index(index), width: Int(width), height: Int(height),
        camera: try camera.map { try textArgument($0, "the camera's name") })
      pixels.update(from: picture.bytes, count: picture.bytes.count)
    }
  }
}
