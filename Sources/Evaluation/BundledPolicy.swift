import Foundation
import IDQLTensors

/// The policies that `idql eval` scores when none is named: IDQL agents, trained by this program on data that
/// it collected itself (`Docs/Results.md`), each in the environment of its data.
package enum BundledPolicy: String, CaseIterable, Sendable {
  case hopperMedium = "hopper-medium"
  case hopperMediumReplay = "hopper-medium-replay"
  case hopperMediumExpert = "hopper-medium-expert"
  case walkerMedium = "walker2d-medium"
  case walkerMediumReplay = "walker2d-medium-replay"
  case walkerMediumExpert = "walker2d-medium-expert"
  case cheetahMedium = "halfcheetah-medium"
  case cheetahMediumReplay = "halfcheetah-medium-replay"
  case cheetahMediumExpert = "halfcheetah-medium-expert"
  /// A deterministic actor with which ants follow waypoints, trained by soft actor-critic in `AntWaypoints-v0`.
  case antWalker = "ant-walker"

  /// Id of the environment in which it is scored.
  package var environment: String {
    self == .antWalker ? "antmaze-umaze-v2" : "\(rawValue)-v2"
  }

  /// That of no environment in particular.
  package static let usual = BundledPolicy.hopperMediumExpert

  /// The agent of an environment.
  package static func agent(of environment: String) -> BundledPolicy? {
    allCases.first { $0 != .antWalker && $0.environment == environment }
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
