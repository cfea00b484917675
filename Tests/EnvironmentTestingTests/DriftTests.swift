import Foundation
import IDQLDatasets
import IDQLEnvs
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEnvironmentTesting

@Suite struct DriftTests {
  /// Seventeen sections of a policy's episodes in Hopper-v4, recorded from MuJoCo 4.0.0 in 32 bits.
  static let hopper = goldenPath("hopper.hdf5", of: "DatasetsTests")

  @Test func theRoundingOfARecordingExplainsTheDrift() throws {
    let recording = try RecordedDataset(
      contentsOf: Self.hopper, columns: [.states, .nextObservations])
    let report = try DriftReport(replaying: recording, in: EnvironmentID("Hopper-v4"))
    #expect(report.isSinglePrecision)
    #expect(report.stepCount == 322 && report.leftOut == 18)
    #expect(report.quantities.map(\.name) == ["position", "velocity", "observation", "reward"])
    #expect(report.isExplained, "\(report.text)")
    #expect(report.otherEnds == 0)
    for quantity in report.quantities {
      // half a unit in the last place of numbers about 1 is 6e-8; contact amplifies it
      #expect(quantity.drift.median < 5e-7 && quantity.drift.largest < 1e-4, "\(quantity)")
      #expect(quantity.rounding.median > 1e-9, "\(quantity)")
    }
    #expect(try report.text == DriftReport(replaying: recording, in: .init("Hopper-v4")).text)
  }

  /// A recording of one MuJoCo generation is not one of another, nor of another robot's rules.
  @Test(arguments: [PhysicsProfile.mujoco2_1, .mujoco3])
  func otherPhysicsAreBeyondWhatRoundingExplains(_ physics: PhysicsProfile) throws {
    let recording = try RecordedDataset(contentsOf: Self.hopper, columns: .states)
    let report = try DriftReport(
      replaying: recording, in: EnvironmentID("hopper-medium-v2"), physics: physics)
    #expect(!report.isExplained)
    #expect(report.text.contains("BEYOND"))
    #expect(report.quantities[1].drift.largest > 1e-3)
  }

  /// A recording made here, of 64-bit states, has no drift, in either layout of the file.
  @Test(arguments: [
    ("antmaze-umaze-v2", RecordedDataset.Layout.d4rl, 1),
    ("antmaze-large-navigate-v0", .ogbench, 0), ("maze2d-umaze-v1", .d4rl, 0),
    ("HalfCheetah-v4", .d4rl, 0),
  ])
  func aRecordingOfOurOwnHasNoDrift(
    _ id: String, _ layout: RecordedDataset.Layout, _ lag: Int
  ) throws {
    let environment = try makeEnvironment(id: id)
    let recording = record(environment, layout, lag: lag)
    let report = try DriftReport(replaying: recording, in: EnvironmentID(id))
    #expect(!report.isSinglePrecision)
    // two episodes of 15 rows, of which the next state of the last, or the state before the first,
    // is not recorded
    #expect(report.stepCount == 28)
    for quantity in report.quantities where quantity.name != "observation" {
      // a restored start lacks the solver's warm start, which moves the last bits
      #expect(quantity.drift.largest < 1e-6, "\(quantity)")
    }
    #expect(report.isExplained, "\(report.text)")
    #expect((report.otherEnds == nil) == !id.hasPrefix("Half"))
  }

  /// Where the next observations are elsewhere an episode ends, and its last row has no next state.
  @Test func unmarkedEndsAreLeftOut() throws {
    let environment = try makeEnvironment(id: "HalfCheetah-v4")
    var recording = record(environment, .d4rl, lag: 0)
    recording.timeouts = nil
    let report = try DriftReport(replaying: recording, in: EnvironmentID("HalfCheetah-v4"))
    #expect(report.stepCount == 28 && report.leftOut == 2)
    #expect(report.isExplained, "\(report.text)")
  }

  private func record(
    _ environment: any Environment, _ layout: RecordedDataset.Layout, lag: Int
  ) -> RecordedDataset {
    let spec = environment.spec
    var (observations, next): ([Float], [Float]) = ([], [])
    var (actions, rewards): ([Float], [Float]) = ([], [])
    var (positions, velocities): ([Double], [Double]) = ([], [])
    var isLast: [Bool] = []
    var generator = NumPyGenerator(seed: 1)
    for episode in 0..<2 {
      environment.reset(seed: UInt64(episode))
      for step in 0..<15 {
        observations += environment.observation.map { Float($0) }
        let action = (0..<spec.actionCount).map { _ in 2 * generator.randomFloat() - 1 }
        actions += action
        let before = environment.simulation.state
        let transition = environment.step(action.map { Double($0) })
        next += environment.observation.map { Float($0) }
        let state = lag == 1 ? environment.simulation.state : before
        positions += state.position
        velocities += state.velocity
        rewards.append(Float(transition.reward))
        isLast.append(step == 14)
      }
    }
    let none = Array(repeating: false, count: 30)
    var recording = RecordedDataset(
      name: "made", observations: Table(columnCount: spec.observationCount, values: observations),
      actions: Table(columnCount: spec.actionCount, values: actions), rewards: rewards,
      terminals: none, timeouts: layout == .d4rl ? isLast : none)
    recording.layout = layout
    if layout == .ogbench {
      recording.isFinalState = isLast
    } else {
      recording.nextObservations = Table(columnCount: spec.observationCount, values: next)
    }
    let model = environment.simulation.model
    recording.positions = Table(columnCount: model.positionCount, values: positions)
    recording.velocities = Table(columnCount: model.velocityCount, values: velocities)
    return recording
  }

  @Test func refusesWhatDoesNotFit() throws {
    var recording = try RecordedDataset(contentsOf: Self.hopper, columns: [])
    expectMessage(
      "\(Self.hopper): the file has no column 'infos/qpos', which is needed to start from the "
        + "recorded states."
    ) { _ = try DriftReport(replaying: recording, in: EnvironmentID("Hopper-v4")) }
    expectMessage(
      "\(Self.hopper): observations and actions have 11 and 3 numbers; Ant-v4 has 27 and 8."
    ) { _ = try DriftReport(replaying: recording, in: EnvironmentID("Ant-v4")) }
    recording.positions = Table(columnCount: 5, values: [])
    recording.velocities = Table(columnCount: 6, values: [])
    expectMessage(
      "\(Self.hopper): states have 5 positions and 6 velocities; Hopper-v4 has 6 and 6."
    ) { _ = try DriftReport(replaying: recording, in: EnvironmentID("Hopper-v4")) }
  }

  @Test func aSpreadIsMedianPercentileAndLargest() {
    let spread = DriftReport.Spread((0...100).reversed().map(Double.init))
    #expect((spread.median, spread.percentile99, spread.largest) == (50, 99, 100))
    #expect(DriftReport.Spread([]).largest == 0)
  }
}
