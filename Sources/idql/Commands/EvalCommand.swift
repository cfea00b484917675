import ArgumentParser
import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRuns
import IDQLSpelling
import IDQLTensors

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Score policies in environments.",
    discussion: """
      Without --policy a bundled one is scored: the IDQL agent of --env, or that of hopper-medium-expert-v2 \
      for hoppers without one; with --waypoints a walker in a maze. Episode i is reset with seed S + i, as \
      Gymnasium's reset(seed=S+i), and draws its policy noise from (S, i) alone. Ctrl-C reports the \
      finished episodes.

      Several policies, environments and seeds are all combined, where a policy fits. With --plan they become \
      a study: a folder that any number of machines play with 'idql work', or this one with --resume, and \
      'idql merge' makes one report of.

      Example: idql eval --env hopper-medium-expert-v2 --policy runs/h0 --episodes 100 --json result.json
      """)

  @Option(
    parsing: .upToNextOption,
    help:
      "Environments; 'idql envs' lists them. (default: hopper-medium-expert-v2 without --policy)",
    completion: .environments)
  var env: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: """
      Policy files, in any format that Docs/Formats.md lists, or folders of training runs; with * and ? for \
      several, as in 'runs/*:best'.
      """, completion: .file())
  var policy: [String] = []
  @Option(
    name: [.long, .customShort("n")],
    help: "Episodes to run; of each task, where an environment has numbered tasks.",
    within: 1...1_000_000)
  var episodes = 20
  @Option(parsing: .upToNextOption, help: "Seeds S, each of an evaluation.", within: .seeds)
  var seed: [UInt64] = [
    0
  ]
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Physics profile; the environment's own if left out.") var physics: PhysicsProfile?

  @OptionGroup var timing: SuccessTimingOption
  @Flag(
    help: """
      Lead the ant of a maze along waypoints to the goal: the policy sees Gym's 27 numbers in a frame \
      that looks towards the next one, and only has to walk along its +x.
      """)
  var waypoints = false

  @OptionGroup(title: "Execution") var execution: BatchedOptions

  @Option(
    help: "Also write episodes, summary and provenance, or the estimate, to this file; \(jsonHelp)",
    completion: .file())
  var json: String?
  @Option(help: "Draw where the episodes of a maze ended to this SVG file.", completion: .file())
  var plot: String?
  @Option(help: "Play nothing yet: make a study of it, in this new folder.", completion: .directory)
  var plan: String?
  @Option(
    help: "Play what is missing of the study in this folder, and report it.", completion: .directory
  )
  var resume: String?
  @Option(
    help: """
      End as soon as the interval of the mean is at most this wide, in points of score, per cent of successes, or return; \
      the interval is one that holds although it is looked at after every episode. --episodes is the most.
      """, within: .above(0, to: 1e300))
  var untilWidth: Double?
  @Option(
    help: """
      LOW..HIGH, between which every score lies (every return, where there are no scores), for --until-width and \
      --until-decided-against; without it the interval holds in the limit of many episodes only.
      """)
  var bounds: DeclaredBounds?
  @Option(
    help: """
      End as soon as it is decided whether the policy is better, worse or equivalent beside this result, paired by seed, \
      by an interval that holds although it is looked at after every episode; the status is that of 'idql compare'.
      """, completion: .file())
  var untilDecidedAgainst: String?
  @Option(
    help: """
      Differences up to this are equivalent, for --until-decided-against: in points of score, per cent of successes, \
      or return; 0 if left out.
      """, within: Bounds(0, 1e300))
  var margin: Double?
  @Flag(
    help: """
      Run a short trial, and only tell how long the whole would take and how wide its interval would be.
      """)
  var estimate = false
  @Option(help: "Length of that trial, in seconds.", within: .above(0, to: 1_000_000))
  var trialSeconds = 2.0

  func validate() throws {
    if !policy.isEmpty, env.isEmpty {
      throw ValidationError("--policy needs --env: the environment to score it in.")
    }
    if estimate, plot != nil {
      throw ValidationError("--estimate plays no episode to its end; leave --plot out.")
    }
    if plan != nil, json ?? plot ?? resume != nil || estimate {
      throw ValidationError(
        "--plan plays nothing; leave --json, --plot, --resume and --estimate out.")
    }
    let asked =
      !policy.isEmpty || !env.isEmpty || physics != nil || waypoints || timing.successTiming != nil
      || !selection.given.isEmpty || seed != [0] || episodes != 20
    if resume != nil, asked || plot != nil || estimate {
      throw ValidationError(
        "--resume plays what the plan says; only --json, --workers, --batch and --quiet go with it."
      )
    }
    if untilWidth != nil, untilDecidedAgainst != nil {
      throw ValidationError(
        "--until-width and --until-decided-against both say when to end; leave one out.")
    }
    if let until, estimate || plan != nil || resume != nil {
      throw ValidationError("\(until) plays at once; leave --estimate, --plan and --resume out.")
    }
    if bounds != nil, until == nil {
      throw ValidationError("--bounds is for --until-width and --until-decided-against.")
    }
    if margin != nil, untilDecidedAgainst == nil {
      throw ValidationError("--margin is for --until-decided-against.")
    }
    if Set(seed).count < seed.count {
      throw ValidationError("--seed names one seed twice.")
    }
  }

  /// The option that says when to end, if one was given.
  private var until: String? {
    untilWidth != nil
      ? "--until-width" : untilDecidedAgainst != nil ? "--until-decided-against" : nil
  }

  func run() throws {
    if let resume { return try goOn(with: resume) }
    let cancellation = Interruption.awaited()
    let bundled = policy.isEmpty ? try bundledPolicy() : nil
    let request = StudyRequest(
      policyPaths: try bundled.map { [try path(of: $0)] } ?? expandedPolicyNames(policy),
      environmentNames: env.isEmpty ? [(bundled ?? .usual).environment] : env, seeds: seed,
      episodes: episodes, physics: physics, successTiming: timing.successTiming,
      waypoints: waypoints)
    // statistics of a data set without a name are those of the environment, if there is just one
    let environment =
      request.environmentNames.count == 1 ? try EnvironmentID(request.environmentNames[0]) : nil
    let study = try request.prepared { try selection.load($0, in: environment) }
    if let plan { return try make(study, in: plan) }
    if plot != nil {
      try requireSingle(study, "--plot")
      _ = try mazePlan(of: study.examples[0], for: "--plot")
    }
    if let until { try requireSingle(study, until) }
    if estimate {
      try requireSingle(study, "--estimate")
      let (plan, make) = try evaluation(of: 0, study)
      let estimate = try estimateEvaluation(
        study.policies[0], plan: plan, trialSeconds: trialSeconds, makeEnvironment: make)
      try requireOutputs(["--json": json], besides: request.policyPaths.flatMap(policyFiles(of:)))
      let document = EstimateDocument(
        estimate, plan: plan, environment: study.examples[0].spec.id, policyName: study.names[0])
      return try deliver(json: json, document.jsonDocument(.estimate)) {
        estimate.table(plan: plan)
      }
    }
    try requireOutputs(
      ["--json": json, "--plot": plot],
      besides: request.policyPaths.flatMap(policyFiles(of:))
        + [untilDecidedAgainst].compactMap(\.self))
    let rule = try until.map { _ in try stoppingRule(study.plan) }

    let bar = ProgressBar.ifWatched(quiet: execution.quiet)
    var reports: [Report] = []
    var expected = study.plan.episodeCount
    for (index, cell) in study.plan.cells.enumerated() where !cancellation.isCancelled {
      let (plan, make) = try evaluation(of: index, study)
      let policy = study.policies[cell.policy]
      let result = Result {
        try evaluate(
          policy, plan: plan, until: rule, cancellation: cancellation,
          onProgress: { bar?.update($0) }, makeEnvironment: make)
      }
      let (evaluation, played, stopping) = try result.get()
      if !evaluation.episodes.isEmpty {
        var report = Report(evaluation, plan: played, policy: PolicyRecord(policy))
        report.stopping = stopping
        if stopping?.isReached == true { expected = played.episodes }
        report.provenance.policyName = study.names[cell.policy]
        report.provenance.policyStep = Provenance.policyStep(ofFile: study.paths[cell.policy])
        reports.append(report)
      }
    }
    let finished = reports.reduce(0) { $0 + $1.episodes.count }
    guard finished > 0 else {
      throw Failure(Interruption.status, "interrupted before an episode had finished.")
    }
    if study.plan.cells.count == 1 {
      try deliver(json: json, reports[0].jsonFile) {
        try singleText(reports[0], in: study.examples[0])
      }
    } else {
      let report = StudyReport(plan: try study.plan.id, cells: reports)
      try deliver(json: json, report.jsonFile) { report.table }
    }
    if let failure = reports[0].stopping?.failure { throw Failure(.badData, failure) }
    if finished < expected {
      throw Failure(
        Interruption.status, "interrupted: \(finished) of \(expected) episodes finished.")
    }
    try requireWhole(reports)
    if let verdict = reports[0].stopping?.verdict { try end(by: verdict) }
  }

  /// Of a study with one cell.
  private func stoppingRule(_ plan: StudyPlan) throws -> StoppingRule {
    let (cell, bounds) = (plan.cells[0], bounds?.interval)
    let environment = plan.environments[cell.environment]
    if let path = untilDecidedAgainst {
      return StoppingRule(
        margin: margin ?? 0,
        against: try readReports(path).partners(
          of: environment, seed: cell.seed, count: cell.episodes, named: path),
        bounds: bounds, tasks: environment.tasks)
    }
    return StoppingRule(width: untilWidth ?? 0, bounds: bounds, tasks: environment.tasks)
  }

  private func evaluation(
    of index: Int, _ study: StudyRequest.Prepared
  ) throws -> (EvaluationPlan, @Sendable () throws -> any Environment) {
    let cell = study.plan.cells[index]
    let environment = study.plan.environments[cell.environment]
    let plan = try EvaluationPlan(
      episodes: episodes, tasks: environment.tasks, seed: cell.seed, workers: execution.workers,
      batch: execution.batch)
    return (plan, try environment.maker(seed: cell.seed))
  }

  /// For a terminal; writes the plot.
  private func singleText(_ report: Report, in environment: any Environment) throws -> String {
    var text = report.table
    if environment.maze != nil {
      let map = try mazePlan(of: environment, for: "--plot", episodes: report.episodes)
      if let plot { try map.writePlot(to: plot, caption: report.caption) }
      text += "\n\n" + map.terminalMap()
    }
    return text
  }

  private func make(_ study: StudyRequest.Prepared, in path: String) throws {
    let normalization = selection.stated.normalization
    let folder = try StudyFolder.create(
      path, plan: study.plan,
      sources: zip(study.names, study.paths).map {
        StudyFolder.Source(name: $0, file: $1, normalization: normalization)
      })
    try printOut(
      """
      study        \(folder.id.prefix(12))…, \(folder.plan.cells.count) cells, \(folder.plan.episodeCount) episodes
      play         idql eval --resume \(path), or on any machines idql work \(path) --shard i/n
      report       idql merge \(path) --json report.json
      """)
  }

  private func goOn(with path: String) throws {
    let folder = try StudyFolder(path)
    try requireOutputs(["--json": json], besides: [], studies: [path])
    _ = try play(folder, .all, execution)
    try printMerged(folder, json: json, quiet: execution.quiet)
  }

  private func requireSingle(_ study: StudyRequest.Prepared, _ option: String) throws {
    if study.plan.cells.count > 1 {
      throw Failure(
        .usage,
        "\(option) is for one policy, one environment and one seed, not \(study.plan.cells.count) of them."
      )
    }
  }

  /// The one of the environments.
  private func bundledPolicy() throws -> BundledPolicy {
    if waypoints { return .antWalker }
    let agents = try Set(env.map(agent))
    if agents.count > 1 {
      throw Failure(
        .usage,
        "without --policy each of these environments has its own bundled agent; name one environment."
      )
    }
    return agents.first ?? .usual
  }

  /// Its own, or the usual one for other versions of the hopper, which it fits.
  private func agent(of environment: String) throws -> BundledPolicy {
    if let agent = BundledPolicy.agent(of: environment) { return agent }
    if try EnvironmentID(environment).name.lowercased().hasPrefix("hopper") { return .usual }
    let others = BundledPolicy.allCases.filter { $0 != .antWalker }.map(\.environment)
    throw Failure(
      .usage,
      "no agent of \(environment) is bundled; name a policy with --policy, or an environment that has one: "
        + "\(others.joined(separator: ", ")).")
  }

  private func path(of policy: BundledPolicy) throws -> String {
    guard let path = policy.path else {
      throw Failure(
        .noInput, "the bundled policy is not beside the program; name one with --policy.")
    }
    return path
  }
}

/// As `-20..120`.
struct DeclaredBounds: ExpressibleByArgument {
  let interval: Interval

  init?(argument: String) {
    guard let dots = argument.firstRange(of: ".."),
      let lower = Double(argument[..<dots.lowerBound]),
      let upper = Double(argument[dots.upperBound...]), lower < upper, lower.isFinite,
      upper.isFinite
    else { return nil }
    interval = Interval(lower: lower, upper: upper)
  }
}

/// - Throws: `Failure` for reports with broken episodes, as ``requireWhole(_:)-([Episode])``.
func requireWhole(_ reports: [Report]) throws { try requireWhole(reports.flatMap(\.episodes)) }

/// - Throws: `Failure` if any of them broke: whoever reads the exit status alone must not take their mean for a
///   policy's.
func requireWhole(_ episodes: [Episode]) throws {
  let broken = episodes.count(where: \.isBroken)
  guard broken > 0 else { return }
  throw Failure(
    .badData,
    "\(broken) of \(episodes.count) episodes broke: a state, an action or a reward was not a finite number."
  )
}
