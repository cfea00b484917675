// Scores a checkpoint: `swift run ScorePolicy POLICY ENVIRONMENT`.
import IDQL

guard CommandLine.arguments.count == 3 else { fatalError("usage: ScorePolicy POLICY ENVIRONMENT") }
let policy = try loadPolicy(contentsOf: CommandLine.arguments[1])
let report = try await evaluate(policy, in: CommandLine.arguments[2], episodes: 5)
print(report)
