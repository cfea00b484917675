import ArgumentParser
import IDQLDatasets
import IDQLEnvs
import IDQLTensors

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Say what a data set holds, and what would be learnt from it.",
    discussion: """
      Reads HDF5 and npz files in the layouts of D4RL, OGBench, Gymnasium and replay buffers, and \
      Minari's folders; the columns decide which it is. Every rule that is applied before learning is \
      named, and every problem that is known or found.

      Example: idql data data/hopper-medium.hdf5 --env hopper-medium-v2
      """)

  @Argument(help: "File, or folder of a Minari data set.", completion: .file()) var data: String

  @Option(
    help: "Whose data it is; the name of the file says if left out.", completion: .environments)
  var env: String?

  @Option(help: "Also write it to this file; \(jsonHelp)", completion: .file()) var json: String?

  func run() throws {
    try requireOutputs(["--json": json], besides: [data])
    let summary = try DatasetSummary(surveying: data, id: env.map { try EnvironmentID($0) })
    try deliver(json: json, DatasetDocument(summary).jsonDocument(.dataset)) { summary.text }
  }
}
