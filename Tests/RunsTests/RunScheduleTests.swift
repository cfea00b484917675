import IDQLEnvs
import Testing

@testable import IDQLRuns

@Suite struct RunScheduleTests {
  private func schedule(
    _ training: Int, _ critic: Int, _ online: Int, evaluateEvery: Int = 4
  ) throws -> RunSchedule {
    var configuration = RunConfiguration(environment: try EnvironmentID("Hopper-v4"))
    (configuration.training.steps, configuration.training.criticSteps) = (training, critic)
    (configuration.training.logEvery, configuration.training.checkpointEvery) = (2, 3)
    configuration.online.steps = online
    configuration.evaluation.every = evaluateEvery
    return RunSchedule(configuration)
  }

  @Test func phasesFollowOneAnother() throws {
    let phases = try (0...7).map(schedule(2, 1, 3).phase)
    #expect(
      phases == [.training, .training, .critic, .online, .online, .online, nil, nil])
    #expect(try schedule(2, 1, 3).stepCount == 6)
    #expect(try (0...1).map(schedule(0, 0, 1).phase) == [.online, nil])
    #expect(try (0...2).map(schedule(0, 2, 0).phase) == [.critic, .critic, nil])
  }

  /// Every few steps, at the end in any case, and never before the first step.
  @Test func evaluationsLogsAndCheckpoints() throws {
    let schedule = try schedule(2, 1, 3)
    #expect((0...6).filter(schedule.isEvaluationDue) == [4, 6])
    #expect((1...6).filter(schedule.isLogDue) == [2, 4, 6])
    #expect((1...6).filter(schedule.isCheckpointDue) == [3, 6])
    let never = try self.schedule(0, 0, 0)
    #expect(!never.isEvaluationDue(0))
  }
}
