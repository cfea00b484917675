import Agent
import ArgumentParser
import Envs
import Evaluation
import Foundation
import Physics
import Tensors

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Score a policy in an environment.",
    discussion: """
      Without --policy, the bundled Hopper policy is scored. Episode i is reset with seed S + i, as \
      Gymnasium's reset(seed=S+i), and draws its policy noise from (S, i) alone. Ctrl-C reports the \
      finished episodes.
      """)

  @Option(
    help: "Environment; 'idql envs' lists them. \(BundledPolicy.environment) without --policy.")
  var env: String?

  @Option(help: "Policy checkpoint: safetensors, or flax msgpack.") var policy: String?
  @Option(name: [.long, .customShort("n")], help: "Episodes to run.") var episodes = 20
  @Option(help: "Seed S of the evaluation.") var seed: UInt64 = 0
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Physics profile; the environment's own if left out.") var physics: PhysicsProfile?

  @Option(help: "Threads; never changes a result.") var workers = EvaluationPlan.defaultWorkers

  @Option(help: "Episodes per thread in lockstep; never changes a result.")
  var batch = EvaluationPlan.defaultBatch

  @Option(help: "Also write episodes, summary and provenance to this file.") var json: String?
  @Flag(help: "Draw no progress bar.") var quiet = false

  func validate() throws {
    if policy != nil, env == nil {
      throw ValidationError("--policy needs --env: the environment to score it in.")
    }
  }

  func run() throws {
    let plan = try EvaluationPlan(
      episodes: episodes, seed: seed, workers: workers, batch: batch)
    let environmentID = try EnvironmentID(env ?? BundledPolicy.environment)
    let path = try policy ?? bundledPolicyPath()
    let policy = try selection.applied(to: loadPolicy(contentsOf: path))
    if let json { try requireWritable(json) }

    let cancellation = cancellationOnInterrupt()
    let bar = ProgressBar.ifWatched(quiet: quiet)
    let evaluation = try evaluate(
      policy.policy, plan: plan, cancellation: cancellation,
      onProgress: { bar?.update($0) },
      makeEnvironment: { try makeEnvironment(environmentID, physics: physics) })
    bar?.clear()

    guard !evaluation.episodes.isEmpty else {
      throw Failure(.interrupted, "interrupted before an episode had finished.")
    }
    let report = Report(
      evaluation, plan: plan, policy: try PolicyRecord(policy, path: path))
    print(report.table)
    if let json { try report.writeJSON(to: json) }
    if evaluation.isPartial {
      throw Failure(
        .interrupted,
        "interrupted: \(evaluation.episodes.count) of \(episodes) episodes finished.")
    }
  }

  private func bundledPolicyPath() throws -> String {
    guard let path = BundledPolicy.path else {
      throw Failure(
        .noInput, "the bundled policy is not beside the program; name one with --policy.")
    }
    return path
  }
}
