import ArgumentParser
import IDQLCollection
import IDQLDatasets
import IDQLEnvs
import IDQLSpelling

/// What is made of the policies that a recipe trains.
struct LevelOptions: ParsableArguments {
  @Option(help: "Environment; 'idql envs' lists them.", completion: .environments) var env: String
  @Option(help: "Levels to write, separated by commas.") var saveLevels = "medium,expert"
  @Option(
    help: "Rows of random, medium and expert; with ars also the most of a replay.",
    within: .many)
  var rows = 1_000_000
  @Option(help: "Prefix of all files.", completion: .file()) var out: String
  @Option(help: "Seed of everything that is drawn.", within: .seeds) var seed: UInt64 = 0

  /// Trains and writes the files, with a line for every evaluation and every file.
  func collect(by recipe: TrainingRecipe, _ execution: ExecutionOptions) throws {
    let levels = try saveLevels.split(separator: ",").map { try DataLevel(named: String($0)) }
    let collection = try LevelCollection(
      environment: EnvironmentID(env), recipe: recipe, levels: levels, rowCount: rows,
      seed: seed, prefix: out)
    try follow(collection, execution)
  }
}

/// Trains and writes the files, with a bar and a line for every evaluation and every file.
func follow(_ collection: LevelCollection, _ execution: ExecutionOptions) throws {
  let display = Display(quiet: execution.quiet)
  try display.follow {
    try collection.run(
      execution.control(display),
      onEvaluation: {
        let means = $0.meanActionReturn.map { ", without noise \($0.rounded(decimals: 1))" } ?? ""
        display.print(
          "step \($0.step)   return \($0.meanReturn.rounded(decimals: 1))\(means)   "
            + "length \($0.meanLength)")
      },
      onFile: { display.print(line(path: $0, $1)) })
  }
}

/// `data/hopper-medium.hdf5: 1000000 rows, 1874 episodes, mean return 1422.1`
private func line(path: String, _ dataset: RecordedDataset) -> String {
  let episodes = (try? dataset.episodes()) ?? []
  let mean = episodes.reduce(0) { $0 + $1.total } / Double(max(1, episodes.count))
  return "\(path): \(dataset.rowCount) rows, \(episodes.count) episodes, mean return "
    + "\(mean.rounded(decimals: 1))"
}
