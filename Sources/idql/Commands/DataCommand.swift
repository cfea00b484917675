import ArgumentParser
import IDQLCollection
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

  @Option(
    help: "Also write a card of it, in Markdown, to this file.", completion: .file())
  var card: String?
  @Option(
    help: "With --card: the folder PREFIX-training of the collection that made it.",
    completion: .directory)
  var collection: String?
  @Option(help: "Also write it to this file; \(jsonHelp)", completion: .file()) var json: String?

  func validate() throws {
    if collection != nil, card == nil {
      throw ValidationError("--collection tells --card how the data were made; give both.")
    }
  }

  func run() throws {
    try requireOutputs(["--json": json, "--card": card], besides: [data])
    let record = try collection.map { try CollectionRecord(contentsOf: $0) }
    let id = try (env ?? record?.environment).map { try EnvironmentID($0) }
    let summary = try DatasetSummary(surveying: data, id: id)
    if let card { try writeFileAtomically(DatasetCard(summary, record).text, to: card) }
    try deliver(json: json, DatasetDocument(summary).jsonDocument(.dataset)) { summary.text }
  }
}
