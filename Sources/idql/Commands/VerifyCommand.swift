import ArgumentParser
import Foundation
import IDQLDatasets
import IDQLEnvironmentTesting
import IDQLEnvs
import IDQLPhysics
import IDQLTensors

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Replay what was recorded of the original simulators, and print the differences.",
    discussion: """
      The bundled recordings are of MuJoCo 2.1.0, 3 and 4.0.0, Gymnasium and Gymnasium-Robotics. The \
      exit status is 1 if a difference is beyond its bar. With --against, a D4RL or OGBench file with \
      recorded states is replayed instead, each row a single step, and the drift is printed beside \
      what the file's rounding explains.

      Example: idql verify --env Hopper-v4
      """)

  @Option(help: "Environment; all that were recorded if left out.", completion: .environments)
  var env: String?
  @Option(help: "Physics profile; all of them, or with --against the environment's, if left out.")
  var physics: PhysicsProfile?

  @Option(help: "Data set of the original simulator, recorded in --env.", completion: .file())
  var against: String?

  @Option(help: "Also write it to this file; \(jsonHelp)", completion: .file()) var json: String?

  func validate() throws {
    if against != nil, env == nil {
      throw ValidationError("--against needs --env: the environment that was recorded.")
    }
  }

  func run() throws {
    try requireOutputs(["--json": json], besides: against.map { [$0] } ?? [])
    if let against, let env {
      let recording = try RecordedDataset(
        contentsOf: against, columns: [.states, .nextObservations])
      let report = try DriftReport(
        replaying: recording, in: EnvironmentID(env), physics: physics)
      try deliver(json: json, DriftDocument(report).jsonDocument(.drift)) { report.text }
      if !report.isExplained { throw ExitCode(1) }
      return
    }
    let report = try VerificationReport(id: env.map { try EnvironmentID($0) }, physics: physics)
    try deliver(json: json, VerificationDocument(report).jsonDocument(.verification)) {
      report.text
    }
    if !report.isWithinBars { throw ExitCode(1) }
  }
}
