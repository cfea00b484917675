import ArgumentParser
import IDQLEnvs
import IDQLEvaluation
import IDQLRuns
import IDQLSpelling
import IDQLTensors

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train an IDQL agent on recorded transitions.",
    discussion: """
      A run is a folder: its settings (config.toml), logs (log.csv, log.jsonl, TensorBoard events), \
      policies, and the state from which --resume continues it. Killed at any moment and resumed, a \
      run ends with the same weights as one that was never stopped. The folder's name stands for its \
      last policy wherever a checkpoint is asked for; FOLDER:best and FOLDER:STEP for others.

      Example: idql train --env Hopper-v4 --data data/hopper-medium.hdf5 --steps 5e4 --out runs/h0
      """)

  @Option(
    help: "Environment that the data was recorded in, and policies are evaluated in.",
    completion: .environments)
  var env: String?

  @Option(
    parsing: .upToNextOption,
    help: """
      Recorded transitions: HDF5, npz or Minari folder, see 'idql data'; several are joined. With \
      --resume, where the run's data is now.
      """, completion: .file())
  var data: [String] = []

  @Option(help: "Folder of the new run.", completion: .directory) var out: String?
  @Option(help: "Folder of a run to continue.", completion: .directory) var resume: String?
  @Option(
    help: "Settings as TOML; what it leaves out is as the reference trains.", completion: .file())
  var config: String?

  @Option(
    name: .customLong("set"), help: "One setting, as in critic.tau=0.9; may be repeated.",
    completion: .settings)
  var settings: [String] = []

  @Option(
    help: "Updates; short for --set training.steps=N.", within: 0...1_000_000_000)
  var steps: Int?
  @Option(help: "Seed of everything that is drawn; 0 if left out.", within: .seeds)
  var seed: UInt64?
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func validate() throws {
    if let resume {
      let others = [
        env.map { _ in "--env" }, out.map { _ in "--out" },
        config.map { _ in "--config" }, settings.isEmpty ? nil : "--set",
        steps.map { _ in "--steps" }, seed.map { _ in "--seed" },
      ].compactMap { $0 }
      if let first = others.first {
        throw ValidationError(
          "\(first) is part of the run \(resume) already; --resume only goes on.")
      }
    } else if env == nil || data.isEmpty || out == nil {
      throw ValidationError(
        "a new run needs --env, --data and --out; --resume continues an old one.")
    }
  }

  func run() throws {
    let display = Display(quiet: execution.quiet)
    try follow(makeRun(display.cancellation), display, threads: execution.workers)
  }

  private func makeRun(_ cancellation: Cancellation) throws -> TrainingRun {
    if let resume { return try TrainingRun(resuming: resume, data: data) }
    guard let env, let out else { throw CleanExit.helpRequest(self) }
    let environment = try EnvironmentID(env)
    var configuration = try RunConfiguration(
      environment: environment, file: config, settings: settings)
    if let steps { configuration.training.steps = steps }
    return try TrainingRun(
      creating: out, environment: environment, data: data, configuration: configuration,
      seed: seed ?? 0, cancellation: cancellation)
  }
}

/// Trains to the end, with a bar and a line for every evaluation.
///
/// - Throws: `Failure` if it was interrupted, with how to go on; what training throws.
func follow(_ run: TrainingRun, _ display: Display, threads: Int) throws {
  try display.follow {
    if run.step == 0 { display.print(run.dataLines.joined(separator: "\n") + "\n") }
    try run.train(
      threads: threads, cancellation: display.cancellation,
      onProgress: { display.bar?.update($0) },
      onEvaluation: { report, _ in display.print(line(report, step: run.step)) })
  }
  if run.step < run.stepCount {
    throw Failure(
      Interruption.status,
      "interrupted after \(run.step) of \(run.stepCount) steps; "
        + "'idql train --resume \(run.folder.path)' continues.")
  }
  try printOut("\(run.folder.path): \(run.stepCount) steps done.")
}

/// `step 250000   N=64   score 71.2 [66.0, 76.1], 50 episodes`
private func line(_ report: Report, step: Int) -> String {
  let candidates = report.provenance.policy.selection.map { "   N=\($0.candidates)" } ?? ""
  let result =
    report.summary.scores.map { ("score", $0) } ?? report.summary.returns.map { ("return", $0) }
  guard let (name, statistics) = result else {
    return "step \(step)\(candidates)   every episode broke"
  }
  let interval = statistics.meanInterval.map { found in
    " [\(found.interval.lower.rounded(decimals: 1)), \(found.interval.upper.rounded(decimals: 1))]"
  }
  return "step \(step)\(candidates)   \(name) \(statistics.mean.rounded(decimals: 1))"
    + "\(interval ?? ""), \(statistics.count) episodes"
}
