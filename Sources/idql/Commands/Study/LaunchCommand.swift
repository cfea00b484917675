import ArgumentParser
import Foundation
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

struct LaunchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract: "Have a study played by many processes or machines, then merge it.",
    discussion: """
      Each worker is 'idql work STUDY --shard i/n' with this program, which has to be at the same path on every machine, \
      as the study has to be. Started again, whatever was lost is played, and nothing else.

      Example: idql launch slurm studies/e7 --shards 64 | sh
      """,
    subcommands: [
      LaunchLocalCommand.self, LaunchSlurmCommand.self, LaunchRayCommand.self,
      LaunchKubernetesCommand.self,
    ])
}

/// What every engine is told.
struct LaunchOptions: ParsableArguments {
  @Argument(help: "Folder of the study.", completion: .directory) var study: String
  @Option(help: "Shards to divide it into.", within: 1...1_000_000) var shards = 16
  @Option(help: "Threads of each worker; never changes a result.", within: .threads) var workers = 1
  @Option(
    help: "Where the report is written; report.json in the study if left out; \(jsonHelp)",
    completion: .file())
  var json: String?

  /// Paths that hold in any folder.
  struct Places {
    var program, study, report: String
  }

  /// - Throws: `StudyError` unless this program may play the study.
  func places() throws -> Places {
    let folder = try StudyFolder(study)
    try folder.requireThisProgram()
    guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath().path else {
      throw Failure(.unavailable, "the path of this program cannot be found.")
    }
    let path = URL(fileURLWithPath: study).resolvingSymlinksInPath().path
    return Places(
      program: program, study: path,
      report: json.map { $0 == "-" ? $0 : URL(fileURLWithPath: $0).path } ?? "\(path)/report.json")
  }
}

struct LaunchLocalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "local", abstract: "Processes on this machine.",
    discussion: "Example: idql launch local studies/e7 --shards 8 --at-once 2")

  @OptionGroup(title: "Workers") var options: LaunchOptions
  @Option(help: "Processes at a time.", within: .threads) var atOnce = EvaluationPlan.defaultWorkers
  @Flag(help: "Draw no progress bar.") var quiet = false

  func run() throws {
    let places = try options.places()
    let cancellation = Interruption.awaited()
    var waiting = (0..<options.shards).makeIterator()
    var running: [Process] = []
    var failed = 0
    var ended = 0
    let bar = ProgressBar.ifWatched(quiet: quiet)
    while true {
      while running.count < atOnce, !cancellation.isCancelled, let shard = waiting.next() {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: places.program)
        process.arguments = [
          "work", places.study, "--shard", "\(shard)/\(options.shards)", "--workers",
          "\(options.workers)", "--quiet",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        running.append(process)
      }
      if running.isEmpty { break }
      if cancellation.isCancelled {
        for process in running { kill(process.processIdentifier, SIGTERM) }
      }
      Thread.sleep(forTimeInterval: 0.02)
      failed += running.count {
        !$0.isRunning && ($0.terminationReason != .exit || $0.terminationStatus != 0)
      }
      let before = running.count
      running.removeAll { !$0.isRunning }
      ended += before - running.count
      bar?.update(ended, of: options.shards, "shards")
    }
    if cancellation.isCancelled {
      throw Failure(
        Interruption.status, "interrupted; what has finished is in \(places.study)/parts.")
    }
    if failed > 0 { Failure.note("\(failed) of \(options.shards) workers failed.") }
    try printMerged(try StudyFolder(options.study), json: places.report, quiet: quiet)
  }
}

struct LaunchSlurmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slurm",
    abstract: "Print a shell script that submits an array job, and a merge that depends on it.",
    discussion: """
      A task that is preempted or loses its node is requeued and plays what is left; a minute before its limit it is told to \
      end, and keeps what has finished. The merge waits for all tasks, whatever becomes of them.

      Example: idql launch slurm studies/e7 --shards 64 --sbatch=--time=30 --sbatch=--mem=1G | sh
      """)

  @OptionGroup(title: "Workers") var options: LaunchOptions
  @Option(
    parsing: .unconditionalSingleValue,
    help:
      "Further option of sbatch for every task, as in --sbatch=--partition=cpu; may be given several times."
  )
  var sbatch: [String] = []

  func run() throws {
    let places = try options.places()
    let id = String(try StudyFolder(options.study).id.prefix(8))
    let (program, study) = (shellQuoted(places.program), shellQuoted(places.study))
    let more = sbatch.map { "\n#SBATCH \($0)" }.joined()
    try printOut(
      """
      #!/bin/sh
      # study \(id): \(options.shards) tasks, then one report
      set -eu
      mkdir -p \(study)/logs
      array=$(sbatch --parsable <<'JOB'
      #!/bin/sh
      #SBATCH --job-name=idql-\(id)
      #SBATCH --array=0-\(options.shards - 1)
      #SBATCH --ntasks=1
      #SBATCH --cpus-per-task=\(options.workers)
      #SBATCH --requeue
      #SBATCH --open-mode=append
      #SBATCH --signal=B:TERM@60
      #SBATCH --output=\(Self.quoted("\(places.study)/logs/%a.log"))\(more)
      exec \(program) work \(study) --shard "$SLURM_ARRAY_TASK_ID/\(options.shards)" --workers \(options.workers) --quiet
      JOB
      )
      merge=$(sbatch --parsable --dependency="afterany:${array%%;*}" <<'JOB'
      #!/bin/sh
      #SBATCH --job-name=idql-\(id)-merge
      #SBATCH --ntasks=1
      #SBATCH --output=\(Self.quoted("\(places.study)/logs/merge.log"))\(more)
      exec \(program) merge \(study) --json \(shellQuoted(places.report))
      JOB
      )
      echo "$array $merge"
      """)
  }

  /// A value behind `#SBATCH`: a blank would end it, and a word behind it all directives that follow.
  private static func quoted(_ value: String) -> String {
    value.contains(where: \.isWhitespace) ? "\"\(value)\"" : value
  }
}

struct LaunchRayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ray",
    abstract:
      "Print a Python program that plays the study as tasks of a Ray cluster, and merges it.",
    discussion: """
      A task whose worker or node is lost is tried again, and plays what is left.

      Example: idql launch ray studies/e7 --shards 64 | python3 -
      """)

  @OptionGroup(title: "Workers") var options: LaunchOptions
  @Option(
    help: "Address of the cluster; auto for the one that this machine is in, local for a new one.")
  var address = "auto"
  @Option(help: "How often a task is tried again.", within: 0...1000) var retries = 3

  func run() throws {
    let places = try options.places()
    func quoted(_ text: String) -> String { (try? text.jsonText()) ?? "" }
    try printOut(
      """
      import subprocess
      import sys

      import ray

      PROGRAM, STUDY, REPORT = \(quoted(places.program)), \(quoted(places.study)), \(quoted(places.report))
      SHARDS = \(options.shards)

      ray.init(address=\(quoted(address)))


      @ray.remote(
          num_cpus=\(options.workers), max_retries=\(retries), retry_exceptions=[subprocess.CalledProcessError]
      )
      def play(shard):
          subprocess.run(
              [PROGRAM, "work", STUDY, "--shard", f"{shard}/{SHARDS}", "--workers", "\(options.workers)", "--quiet"],
              check=True,
          )


      ray.get([play.remote(shard) for shard in range(SHARDS)])
      sys.exit(subprocess.run([PROGRAM, "merge", STUDY, "--json", REPORT]).returncode)
      """)
  }
}

/// A text as one word of a shell.
private func shellQuoted(_ text: String) -> String {
  "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}
