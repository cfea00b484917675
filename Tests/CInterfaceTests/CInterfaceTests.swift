import CIDQLInterface
import Foundation
import IDQLAgent
import IDQLCInterface
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import Testing

/// Every refusal is a status with one line, and what the functions give is what the Swift interface gives.
@Suite struct CInterfaceTests {
  private func made(_ request: String) throws -> Int64 {
    var handle: Int64 = 0
    try #require(makeVector(request, &handle) == IDQL_OK)
    return handle
  }

  private var lastText: String { lastError().map { String(cString: $0) } ?? "" }

  @Test func aHandleIsRefusedAfterItsEndAndByOtherKinds() throws {
    let vector = try made(#"{"id": "Hopper-v5"}"#)
    var seconds = 0.0
    #expect(timeOfSimulation(vector, &seconds) == IDQL_UNKNOWN_HANDLE)
    #expect(lastText.contains("stands for environments, where a simulation is needed"))
    #expect(closeHandle(vector) == IDQL_OK)
    #expect(closeHandle(vector) == IDQL_UNKNOWN_HANDLE)
    #expect(stepVector(vector, 0, nil) == IDQL_UNKNOWN_HANDLE)
    #expect(lastText == "handle \(vector) is closed, or was never given out.")
  }

  @Test(arguments: [
    (nil, "'id' is missing."),
    ("[1]", "the request is no JSON object of at most 4194304 bytes."),
    (#"{"id": "Hoper-v5"}"#, "No environment is named 'Hoper-v5'."),
    (
      #"{"id": "Hopper-v5", "count": 0}"#,
      "'count' must be a whole number from 1 to 1000000, not 0."
    ),
    (#"{"id": "Hopper-v5", "lanes": 3}"#, "'lanes' must be one of"),
    (#"{"id": "Hopper-v5", "number": 3}"#, "'number' is none of the settings count,"),
    (#"{"id": "Hopper-v5", "physics": "mujoco9"}"#, "no physics is named 'mujoco9'"),
    (#"{"id": "Hopper-v5", "success_timing": "now"}"#, "'success_timing' must be one of pre, post"),
  ])
  func aWrongRequestIsRefusedWithOneLine(_ request: String?, _ text: String) {
    var handle: Int64 = -1
    #expect(makeVector(request, &handle) == IDQL_INVALID)
    #expect(lastText.hasPrefix(text), "\(lastText)")
    #expect(!lastText.contains("\n"))
    #expect(handle == -1)
  }

  /// Memory of the caller for `count` environments.
  private final class Rows {
    let count: Int
    var observations, information: [Double]
    var rewards: [Double]
    var terminated, truncated, begun: [UInt8]

    init(_ count: Int, observations width: Int, information columns: Int) {
      self.count = count
      observations = Array(repeating: 0, count: count * width)
      information = Array(repeating: 0, count: count * columns)
      rewards = Array(repeating: 0, count: count)
      (terminated, truncated, begun) = (
        Array(repeating: 0, count: count), Array(repeating: 0, count: count),
        Array(repeating: 0, count: count)
      )
    }

    func step(_ vector: Int64, _ actions: [Double], _ mode: Int) -> Int32 {
      observations.withUnsafeMutableBufferPointer { observations in
        information.withUnsafeMutableBufferPointer { information in
          rewards.withUnsafeMutableBufferPointer { rewards in
            terminated.withUnsafeMutableBufferPointer { terminated in
              truncated.withUnsafeMutableBufferPointer { truncated in
                begun.withUnsafeMutableBufferPointer { begun in
                  actions.withUnsafeBufferPointer { actions in
                    var buffers = idql_step_buffers()
                    buffers.actions = actions.baseAddress
                    buffers.state.observations = observations.baseAddress
                    buffers.state.information = information.baseAddress
                    buffers.rewards = rewards.baseAddress
                    buffers.terminated = terminated.baseAddress
                    buffers.truncated = truncated.baseAddress
                    buffers.begun = begun.baseAddress
                    return stepVector(vector, Int32(mode), &buffers)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private func reset(_ vector: Int64, _ rows: Rows, seed: UInt64) -> Int32 {
    let seeds = (0..<rows.count).map { seed + UInt64($0) }
    let seeded = Array(repeating: UInt8(1), count: rows.count)
    return rows.observations.withUnsafeMutableBufferPointer { observations in
      var state = idql_state_buffers()
      state.observations = observations.baseAddress
      return resetVector(vector, nil, seeded, seeds, nil, &state)
    }
  }

  /// Steps, resets in every mode, and what is told, beside environments that step one by one.
  @Test(arguments: ["Hopper-v5", "Ant-v5", "Humanoid-v5", "antmaze-umaze-v2"], [0, 1, 2])
  func environmentsStepAsSingleOnes(_ id: String, _ mode: Int) throws {
    let count = 3
    // short episodes, so that some end
    let vector = try made(#"{"id": "\#(id)", "count": \#(count), "step_limit": 17}"#)
    defer { _ = closeHandle(vector) }
    let singles = try (0..<count).map { _ in try makeEnvironment(id: id) }
    let spec = singles[0].spec
    let columns = singles[0].informationNames.count
    let rows = Rows(
      count, observations: spec.observationCount,
      information: columns + (singles[0].maze == nil ? 0 : 1))
    #expect(reset(vector, rows, seed: 5) == IDQL_OK)
    for (index, single) in singles.enumerated() { single.reset(seed: 5 + UInt64(index)) }
    #expect(rows.observations == singles.flatMap(\.observation))

    var generator = NumPyGenerator(seed: 1)
    var hasEnded = Array(repeating: false, count: count)
    var ends = 0
    for _ in 0..<60 {
      let actions = (0..<count * spec.actionCount).map { _ in generator.uniform(-1, 1) }
      #expect(rows.step(vector, actions, mode) == IDQL_OK)
      for (index, single) in singles.enumerated() {
        if mode == IDQL_NEXT_STEP, hasEnded[index] {
          single.reset()
          hasEnded[index] = false
          #expect(rows.begun[index] == 1 && rows.rewards[index] == 0)
          continue
        }
        let transition = single.step(
          Array(actions[index * spec.actionCount..<(index + 1) * spec.actionCount]))
        #expect(rows.begun[index] == 0)
        #expect(rows.rewards[index] == transition.reward)
        #expect((rows.terminated[index] != 0) == transition.terminated)
        #expect((rows.truncated[index] != 0) == (single.stepCount >= 17))
        if rows.terminated[index] != 0 || rows.truncated[index] != 0 {
          ends += 1
          hasEnded[index] = true
          if mode == IDQL_SAME_STEP { single.reset() }
        } else {
          let width = rows.information.count / count
          #expect(
            Array(rows.information[index * width..<index * width + columns]) == single.information)
        }
      }
      #expect(rows.observations == singles.flatMap(\.observation))
      if mode == IDQL_DISABLED, hasEnded.contains(true) {
        #expect(reset(vector, rows, seed: 9) == IDQL_OK)
        for (index, single) in singles.enumerated() { single.reset(seed: 9 + UInt64(index)) }
        hasEnded = Array(repeating: false, count: count)
      }
    }
    #expect(ends >= 3)
  }

  @Test func anActionThatIsNoNumberIsRefusedBeforeAnyStep() throws {
    let vector = try made(#"{"id": "Hopper-v5", "count": 2}"#)
    defer { _ = closeHandle(vector) }
    let rows = Rows(2, observations: 11, information: 6)
    #expect(reset(vector, rows, seed: 0) == IDQL_OK)
    let before = rows.observations
    #expect(rows.step(vector, [0, 0, 0, 0, .nan, 0], 0) == IDQL_INVALID)
    #expect(lastText == "action 1 of environment 1 is nan; actions must be finite numbers.")
    #expect(rows.observations == before)
    #expect(rows.step(vector, Array(repeating: 0, count: 6), 7) == IDQL_INVALID)
    #expect(lastText == "autoreset must be 0, 1 or 2, not 7.")
  }

  @Test func aSnapshotContinuesElsewhere() throws {
    let first = try made(#"{"id": "Ant-v5"}"#)
    let second = try made(#"{"id": "Ant-v5", "count": 2}"#)
    let (one, two) = (
      Rows(1, observations: 105, information: 10), Rows(2, observations: 105, information: 10)
    )
    #expect(reset(first, one, seed: 3) == IDQL_OK)
    #expect(one.step(first, Array(repeating: 0.5, count: 8), 0) == IDQL_OK)
    var text: UnsafeMutablePointer<CChar>?
    #expect(snapshotVector(first, 0, &text) == IDQL_OK)
    #expect(restoreVector(second, 1, text) == IDQL_OK)
    freeText(text)
    #expect(restoreVector(second, 1, "{}") == IDQL_INVALID)
    #expect(snapshotVector(second, 2, &text) == IDQL_INVALID)
    for _ in 0..<5 {
      let action = (0..<8).map { 0.1 * Double($0) - 0.3 }
      #expect(one.step(first, action, 0) == IDQL_OK)
      #expect(two.step(second, action + action, 0) == IDQL_OK)
    }
    #expect(Array(two.observations[105...]) == one.observations)
    _ = (closeHandle(first), closeHandle(second))
  }

  /// The episodes of a callback are those of the policy that it computes.
  @Test func aCallbackIsEvaluatedAsAPolicy() throws {
    let calls: idql_policy_callback = { _, rows, width, observations, _, count, actions in
      for row in 0..<Int(rows) {
        for action in 0..<Int(count) {
          actions?[row * Int(count) + action] = Float(
            sin(observations?[row * Int(width) + action] ?? 0))
        }
      }
      return 0
    }
    struct Sines: Policy {
      let observationCount = 11
      let actionCount = 3
      func actions(
        observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
      ) -> [Float] {
        steps.indices.flatMap { row in (0..<3).map { Float(sin(observations[row * 11 + $0])) } }
      }
    }
    var text: UnsafeMutablePointer<CChar>?
    let request = #"{"environment": "hopper-medium-v2", "episodes": 5, "seed": "7", "batch": 2}"#
    #expect(evaluateForCaller(request, 0, calls, nil, nil, &text) == IDQL_OK)
    let json = try #require(text).withMemoryRebound(to: CChar.self, capacity: 1) {
      String(cString: $0)
    }
    freeText(text)
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    let expected = try evaluate(
      Sines(), plan: EvaluationPlan(episodes: 5, seed: 7),
      makeEnvironment: { try makeEnvironment(id: "hopper-medium-v2") })
    #expect(report.episodes == expected.episodes)
  }

  @Test func aCallbackEndsTheEvaluation() {
    var text: UnsafeMutablePointer<CChar>?
    let request = #"{"environment": "HalfCheetah-v5", "episodes": 2}"#
    let fails: idql_policy_callback = { _, _, _, _, _, _, _ in 1 }
    #expect(evaluateForCaller(request, 0, fails, nil, nil, &text) == IDQL_INTERRUPTED)
    #expect(text == nil)
    let stops: idql_progress_callback = { _, _, _, steps in steps > 20 ? 1 : 0 }
    let idles: idql_policy_callback = { _, _, _, _, _, _, _ in 0 }
    #expect(evaluateForCaller(request, 0, idles, stops, nil, &text) == IDQL_INTERRUPTED)
    #expect(evaluateForCaller(request, 0, nil, nil, nil, &text) == IDQL_INVALID)
  }

  @Test func arraysOfASimulationAreItsOwnMemory() throws {
    var handle: Int64 = 0
    let request = #"""
      {"mjcf": "<mujoco><worldbody><body><joint name='a' type='slide' axis='0 0 1'/><geom size='1'/></body></worldbody></mujoco>"}
      """#
    try #require(makeSimulation(request, &handle) == IDQL_OK)
    var (place, count): (UnsafeMutablePointer<Double>?, Int64) = (nil, 0)
    try #require(arrayOfSimulation(handle, "position", &place, &count) == IDQL_OK)
    #expect(count == 1 && place?.pointee == 0)
    place?.pointee = 5
    var finite: Int32 = 0
    #expect(stepSimulation(handle, 2, &finite) == IDQL_OK && finite == 1)
    // two steps of 2 ms under gravity, from rest: -g h² (1 + 2)
    let fallen = try #require(place?.pointee) - 5
    #expect(abs(fallen + 3 * 9.81 * 0.002 * 0.002) < 1e-15)
    #expect(arrayOfSimulation(handle, "places", &place, &count) == IDQL_INVALID)
    #expect(resetSimulation(handle, 0) == IDQL_INVALID)
    #expect(makeSimulation(#"{"mjcf": "<mujoco>"}"#, &handle) == IDQL_INVALID)
    _ = closeHandle(handle)
  }
}
