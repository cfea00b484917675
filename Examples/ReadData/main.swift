// What a learner is given of a data set of D4RL, OGBench or Minari: `swift run ReadData FILE ENVIRONMENT`.
import IDQL

guard CommandLine.arguments.count == 3 else { fatalError("usage: ReadData FILE ENVIRONMENT") }
let recording = try RecordedDataset(contentsOf: CommandLine.arguments[1])
let data = try TransitionDataset(recording, for: EnvironmentID(CommandLine.arguments[2]))
print(
  "\(recording.observations.rowCount) rows, \(data.count) transitions of"
    + " \(data.observation(0).count) observations and \(data.actions.columnCount) actions in"
    + " \(data.episodes.count) episodes")
for rule in data.rules { print("  " + rule.description) }
