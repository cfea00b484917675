import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import IDQLThreads

/// Scores a policy in an environment of the catalogue, as `idql eval` does: the same episodes, the
/// same numbers.
///
/// ```swift
/// let policy = try loadPolicy(contentsOf: "p.safetensors")
/// print(try await evaluate(policy, in: "hopper-medium-v2", episodes: 50))
/// ```
///
/// Cancelling the task stops it after the step at hand.
///
/// - Parameters:
///   - policy: to score.
///   - environment: an id, one of `environments.ids`.
///   - episodes: to run; of each task, where the environment has numbered tasks.
///   - seed: episode i is reset with `seed` + i and draws its noise from (`seed`, i).
///   - physics: nil for the profile with which the published results of the id were made.
///   - successTiming: when OGBench's success is tested; nil for the id's default.
///   - workers: threads; they never change a result.
/// - Returns: the episodes with their statistics and provenance.
/// - Throws: `EnvironmentError`, `EvaluationError`, `CancellationError`.
public func evaluate(
  _ policy: any Policy, in environment: String, episodes: Int = 20, seed: UInt64 = 0,
  physics: PhysicsProfile? = nil, successTiming: SuccessTiming? = nil,
  workers: Int = EvaluationPlan.defaultWorkers
) async throws -> Report {
  let id = try EnvironmentID(environment)
  // a goal that lasts for all episodes is drawn from the evaluation's seed as well
  let options = EnvironmentOptions(successTiming: successTiming, goalSeed: seed)
  let make: @Sendable () throws -> any Environment = {
    try makeEnvironment(id, physics: physics, options: options)
  }
  let plan = try EvaluationPlan(
    episodes: episodes, tasks: make().taskCount, seed: seed, workers: workers)
  let cancellation = Cancellation()
  let evaluation = try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      // not on a thread of Swift's pool, which must not be blocked
      inBackground {
        continuation.resume(
          with: Result {
            try evaluate(policy, plan: plan, cancellation: cancellation, makeEnvironment: make)
          })
      }
    }
  } onCancel: {
    cancellation.cancel()
  }
  try Task.checkCancellation()
  return Report(evaluation, plan: plan, policy: PolicyRecord(policy))
}
