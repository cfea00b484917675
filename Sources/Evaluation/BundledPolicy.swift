import Foundation
import IDQLTensors

/// The policies that `idql eval` scores when none is named.
package enum BundledPolicy: String, Sendable {
  /// An IDQL agent, trained by this program on data that it collected itself (`Docs/Results.md`).
  case hopper = "hopper-medium-expert"
  /// A linear policy of 216 weights with which ants follow waypoints, found by random search.
  case antWalker = "ant-walker"

  /// Id of the environment in which it is scored.
  package var environment: String {
    switch self {
    case .hopper: "hopper-medium-expert-v2"
    case .antWalker: "antmaze-umaze-v2"
    }
  }

  /// Path of the checkpoint, or `nil` if the program was moved away from its resources.
  ///
  /// The folder is looked up beside the program rather than through `Bundle.module`, which stops
  /// the process when it is missing.
  package var path: String? {
    guard let program = runningProgram else { return nil }
    let file =
      "\(parentFolder(of: program))/swift-idql_IDQLEvaluation.resources/\(rawValue).safetensors"
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }
}
