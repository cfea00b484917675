import ArgumentParser
import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRuns
import IDQLTensors

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Score a policy in an environment.",
    discussion: """
      Without --policy a bundled one is scored: an IDQL agent in Hopper, or with --waypoints a walker \
      in a maze. Episode i is reset with seed S + i, as \
      Gymnasium's reset(seed=S+i), and draws its policy noise from (S, i) alone. Ctrl-C reports the \
      finished episodes.
      """)

  @Option(
    help: "Environment; 'idql envs' lists them. That of the bundled policy without --policy.")
  var env: String?

  @Option(
    help: "Policy file, in any format that Docs/Formats.md lists, or the folder of a training run.")
  var policy: String?
  @Option(
    name: [.long, .customShort("n")],
    help: "Episodes to run; of each task, where an environment has numbered tasks.")
  var episodes = 20
  @Option(help: "Seed S of the evaluation.") var seed: UInt64 = 0
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Physics profile; the environment's own if left out.") var physics: PhysicsProfile?

  @OptionGroup var timing: SuccessTimingOption
  @Flag(
    help: """
      Lead the ant of a maze along waypoints to the goal: the policy sees Gym's 27 numbers in a frame \
      that looks towards the next one, and only has to walk along its +x.
      """)
  var waypoints = false

  @Option(help: "Threads; never changes a result.") var workers = EvaluationPlan.defaultWorkers

  @Option(help: "Episodes per thread in lockstep; never changes a result.")
  var batch = EvaluationPlan.defaultBatch

  @Option(help: "Also write episodes, summary and provenance to this file.") var json: String?
  @Option(help: "Draw where the episodes of a maze ended to this SVG file.") var plot: String?
  @Flag(help: "Draw no progress bar.") var quiet = false
  @Flag(
    help: """
      Run a short trial, and only tell how long the whole would take and how wide its interval would be.
      """)
  var estimate = false
  @Option(help: "Length of that trial, in seconds.") var trialSeconds = 2.0

  func validate() throws {
    if policy != nil, env == nil {
      throw ValidationError("--policy needs --env: the environment to score it in.")
    }
    guard trialSeconds > 0, trialSeconds.isFinite else {
      throw ValidationError("--trial-seconds must be a number above 0, not \(trialSeconds).")
    }
    if estimate, json ?? plot != nil {
      throw ValidationError("--estimate writes no files; leave --json and --plot out.")
    }
  }

  func run() throws {
    let cancellation = Interruption.awaited()
    let bundled = waypoints ? BundledPolicy.antWalker : .hopper
    let environmentID = try EnvironmentID(env ?? bundled.environment)
    // a goal that lasts for all episodes is drawn from the evaluation's seed as well
    let options = EnvironmentOptions(successTiming: timing.successTiming, goalSeed: seed)
    let (physics, waypoints) = (physics, waypoints)
    let make: @Sendable () throws -> any Environment = {
      let environment = try makeEnvironment(environmentID, physics: physics, options: options)
      return waypoints ? try WaypointEnvironment(environment) : environment
    }
    let example = try make()
    if plot != nil { _ = try mazePlan(of: example, for: "--plot") }
    let plan = try EvaluationPlan(
      episodes: episodes, tasks: example.taskCount, seed: seed, workers: workers, batch: batch)
    let path = try policy ?? path(of: bundled)
    let policy = try selection.load(path)
    try requireFit(policy, example)
    if let note = policy.description.mismatch(with: environmentID) { Failure.note(note) }
    if estimate {
      let estimate = try estimateEvaluation(
        policy, plan: plan, trialSeconds: trialSeconds, makeEnvironment: make)
      return try printOut(estimate.table(plan: plan))
    }
    try requireOutputs(["--json": json, "--plot": plot], besides: policyFiles(of: path))

    let bar = ProgressBar.ifWatched(quiet: quiet)
    let evaluation = try evaluate(
      policy, plan: plan, cancellation: cancellation,
      onProgress: { bar?.update($0) },
      makeEnvironment: make)
    bar?.clear()

    guard !evaluation.episodes.isEmpty else {
      throw Failure(Interruption.status, "interrupted before an episode had finished.")
    }
    let report = Report(
      evaluation, plan: plan, policy: PolicyRecord(policy))
    // files first: they must not be lost because somebody closed a terminal or a pipe
    if let json { try report.writeJSON(to: json) }
    var text = report.table
    if example.maze != nil {
      let map = try mazePlan(of: example, for: "--plot", episodes: evaluation.episodes)
      if let plot { try map.writePlot(to: plot, caption: report.caption) }
      text += "\n\n" + map.terminalMap()
    }
    try printOut(text)
    if evaluation.isPartial {
      throw Failure(
        Interruption.status,
        "interrupted: \(evaluation.episodes.count) of \(plan.episodes) episodes finished.")
    }
    try requireWhole(report)
  }

  private func path(of policy: BundledPolicy) throws -> String {
    guard let path = policy.path else {
      throw Failure(
        .noInput, "the bundled policy is not beside the program; name one with --policy.")
    }
    return path
  }
}

/// - Throws: `Failure` for a report with broken episodes: whoever reads the exit status alone must not take its
///   mean for a policy's.
func requireWhole(_ report: Report) throws {
  let (broken, count) = (report.summary.endings.broken, report.episodes.count)
  guard broken > 0 else { return }
  throw Failure(
    .badData,
    "\(broken) of \(count) episodes broke: a state, an action or a reward was not a finite number.")
}
