// An environment of one's own: described in Swimmer.swift, registered in one line, and from then on
// like any other.
//
//   swift run --package-path Examples Swimmer
//   swift run --package-path Examples Swimmer envs MySwimmer-v0
//   swift run --package-path Examples Swimmer eval --env MySwimmer-v0 --policy policy.safetensors

import IDQL
import IDQLCommandLine

try environments.register("MySwimmer-v0") { try RobotEnvironment(swimmer, $0) }

// with arguments, all commands of idql
if CommandLine.arguments.count > 1 { runCommandLine() }

let findings = try checkEnvironment { try makeEnvironment(id: "MySwimmer-v0") }
for finding in findings { print("broken rule: \(finding)") }
precondition(findings.isEmpty, "the swimmer breaks rules of environments")

let environment = try makeEnvironment(id: "MySwimmer-v0")
print(environment.rules)

environment.reset(seed: 0)
var total = 0.0
for step in 0..<environment.spec.stepLimit {
  // the wave that moves a swimmer runs from head to tail
  let side = step / 30 % 2 == 0 ? 1.0 : -1.0
  let laggingSide = (step + 45) / 30 % 2 == 0 ? 1.0 : -1.0
  total += environment.step([side, laggingSide]).reward
}
print("\nreturn of a simple wave: \(total)")

let swimmers = try VectorEnvironment(EnvironmentID("MySwimmer-v0"), count: 64)
swimmers.reset(seed: 0)
let still = Array(repeating: 0.0, count: 64 * swimmers.spec.actionCount)
let drift = swimmers.step(still).map(\.reward).reduce(0, +) / 64
print("mean reward of 64 that begin to drift: \(drift)")
