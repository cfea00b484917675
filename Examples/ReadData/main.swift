// What a learner would be given of a data set: `swift run ReadData FILE`, of D4RL, OGBench or Minari.
import IDQL

guard CommandLine.arguments.count == 2 else { fatalError("usage: ReadData FILE") }
let recording = try RecordedDataset(contentsOf: CommandLine.arguments[1])
let data = try TransitionDataset(recording)
print(
  "\(recording.layout.rawValue): \(recording.rowCount) rows, \(data.count) transitions of \(data.observationCount)"
    + " observations and \(data.actionCount) actions in \(data.episodes.count) episodes")
let returns = data.episodes.map { episode in data.rewards[episode].reduce(0, +) }
print("returns from \(returns.min()!) to \(returns.max()!)")
