import IDQLEnvironmentTesting
import IDQLEnvs
import Testing

@Suite struct CheckEnvironmentTests {
  private static let plan = CheckPlan(startBounds: [-0.1...0.1, 0...0])

  @Test func findsNothingInASoundEnvironment() throws {
    #expect(try checkEnvironment(Self.plan) { try Pendulum() } == [])
  }

  /// Every environment of the catalog, each for a few steps.
  @Test(arguments: EnvironmentID.all)
  func findsNothingInTheCatalog(_ id: EnvironmentID) throws {
    let plan = CheckPlan(seeds: [3, 4], steps: 3, reach: 1.2)
    #expect(try checkEnvironment(plan) { try makeEnvironment(id) } == [])
  }

  /// The start of the hopper: its rest at 1.25 m, 0.005 to either side.
  @Test func checksTheLawOfAReset() throws {
    let (noise, height) = (-0.005...0.005, 1.245...1.255)
    let bounds = [height] + Array(repeating: noise, count: 10)
    let seeds = Array(0..<100 as Range<UInt64>)
    let plan = CheckPlan(seeds: seeds, steps: 1, startBounds: bounds)
    #expect(try checkEnvironment(plan) { try makeEnvironment(id: "Hopper-v4") } == [])

    let short = CheckPlan(startBounds: [height])
    let findings = try checkEnvironment(short) { try makeEnvironment(id: "Hopper-v4") }
    #expect(
      findings.map(\.description) == [
        "reset: 1 bounds were given for 11 numbers of the observation"
      ])
  }

  /// Each fault, and a finding that it must give.
  static let faults: [(fault: Pendulum.Fault, finding: String)] = [
    (.longObservation, "spaces: the observation has 3 numbers, spec names 2"),
    (
      .infiniteObservation,
      "spaces: number 0 of the observation is inf after step 3 of seed 0"
    ),
    (.growingGoal, "spaces: the goal's size is 1 after step 2 of seed 0, it was nil before"),
    (.noTimeLimit, "spaces: spec.stepLimit is 0; it must be positive"),
    (.oneStart, "reset: seeds 0 and 1 give the same start"),
    (
      .wideStart,
      "reset: number 0 of the start of seed 2 is -0.14303271945041018, outside of -0.1...0.1"
    ),
    (.startFollowsHistory, "reset: reset(seed: 0) twice gives two starts"),
    (.startsLate, "reset: stepCount is 1 after reset, it must be 0"),
    (.repeatedReset, "reset: reset() after reset(seed:) repeats its start"),
    (.sharedWind, "determinism: another environment of the program disturbs it after 2 steps"),
    (.blinkingObservation, "determinism: the observation changes by being read"),
    (.hiddenMemory, "determinism: equal actions after equal resets differ after 1 steps"),
    (.hiddenMemory, "restore: what was restored here goes on differently after 1 steps"),
    (
      .hiddenMemory,
      "restore: what was restored from JSON goes on differently after 1 steps"
    ),
    (.forgottenGenerator, "restore: after restoring here, reset() gives another start"),
    (.refusesItself, "restore: its own snapshot is refused here: Refused()"),
    (.forgottenSteps, "restore: the snapshot of what was restored here is another one"),
    (.takesAnything, "restore: a snapshot of another id is accepted; it must be refused"),
    (.cutEarly, "ending: truncated is set at step 199 of 200"),
    (.neverCut, "ending: truncated is not set at step 200, the last one"),
    (
      .paidByTime,
      "ending: the time limit changes the reward, from 0.9992174841948303 to 5.99921748419483"
    ),
    (.terminatedByTime, "ending: the time limit changes terminated; it may only set truncated"),
    (.successSometimes, "ending: isSuccess is nil in some steps only"),
    (.uncounted, "ending: a step from 199 steps leads to 199"),
    (.sleepsThroughNaN, "reward: isBroken must be set by nan as action 0"),
    (.infiniteReward, "reward: the reward of step 4 of seed 0 is inf"),
    (.staysBroken, "reward: reset does not mend a broken episode"),
  ]

  @Test(arguments: faults)
  func findsEveryFault(_ fault: Pendulum.Fault, _ finding: String) throws {
    let findings = try checkEnvironment(Self.plan) { try Pendulum(fault) }.map(\.description)
    #expect(findings.contains(finding))
    #expect(findings.allSatisfy { !$0.contains("\n") })
  }

  @Test func everyFaultIsTried() {
    #expect(Set(Self.faults.map(\.fault)) == Set(Pendulum.Fault.allCases.dropFirst()))
  }
}
