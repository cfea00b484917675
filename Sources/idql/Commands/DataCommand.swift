import ArgumentParser
import Foundation
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLTensors

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Say what a data set holds, and what would be learnt from it.",
    discussion: """
      Reads D4RL's HDF5 files, OGBench's npz files and Minari's folders. Every rule that is applied \
      before learning is named, and every problem that is known or found.
      """)

  @Argument(help: "File, or folder of a Minari data set.") var data: String

  @Option(help: "Whose data it is; the name of the file says if left out.") var env: String?

  func run() throws {
    let inspection = try DatasetInspection(
      contentsOf: data, id: env.map { try EnvironmentID($0) })
    let storage = try ByteStorage(mapping: inspection.recording.name)
    let digest = withExtendedLifetime(storage) { SHA256.hexDigest(of: storage.bytes) }
    print(inspection.text(sha256: digest))
  }
}
