import ArgumentParser
import EnvironmentTesting
import Envs
import Foundation
import Physics

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Replay what was recorded of the original simulators, and print the differences.",
    discussion: """
      The bundled recordings are of MuJoCo 2.1.0, 3 and 4.0.0, Gymnasium and Gymnasium-Robotics. The \
      exit status is 1 if a difference is beyond its bar.
      """)

  @Option(help: "Environment; all that were recorded if left out.") var env: String?
  @Option(help: "Physics profile; all of them if left out.") var physics: PhysicsProfile?

  func run() throws {
    let report = try VerificationReport(id: env.map { try EnvironmentID($0) }, physics: physics)
    print(report.text)
    if !report.isWithinBars { throw ExitCode(1) }
  }
}
