import ArgumentParser
import IDQLEnvs
import IDQLRuns

struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Let a trained agent go on learning from what it does itself.",
    discussion: """
      Makes a new run that begins with the agent of another one. Every step the agent acts, and from \
      step 5000 on learns from as many of its own transitions as recorded ones. The actor stays as \
      it is unless --train-actor is given. 'idql train --resume' continues the run.

      Example: idql finetune runs/h0 --out runs/f0 --steps 1e5
      """)

  @Argument(help: "Folder of the run to begin with.", completion: .directory) var base: String
  @Option(help: "Folder of the new run.", completion: .directory) var out: String
  @Option(help: "Environment steps.", within: .many) var steps = 1_000_000
  @Option(help: "Environment to act in; that of the run if left out.", completion: .environments)
  var env: String?
  @Flag(help: "Train the actor as well, and choose actions by the implicit rule.")
  var trainActor = false

  @Option(
    name: .customLong("set"), help: "One setting, as in online.candidates=32; may be repeated.",
    completion: .settings)
  var settings: [String] = []

  @Option(help: "Seed of everything that is drawn.", within: .seeds) var seed: UInt64 = 0
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func run() throws {
    let display = Display(quiet: execution.quiet)
    let run = try TrainingRun(
      finetuning: base, in: env.map { try EnvironmentID($0) }, out: out, steps: steps,
      trainsActor: trainActor, settings: settings, seed: seed,
      cancellation: display.cancellation)
    try follow(run, display, threads: execution.workers)
  }
}
