import Foundation

/// The policy that `idql eval` scores when none is named, and what it was trained for.
public enum BundledPolicy {
  public static let environment = "Hopper-v4"

  /// Path of the checkpoint, or `nil` if the program was moved away from its resources.
  ///
  /// The folder is looked up beside the program rather than through `Bundle.module`, which stops the
  /// process when it is missing.
  public static var path: String? {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let file = program?.appending(
      path: "swift-idql_Evaluation.resources/hopper-medium-expert.safetensors")
    return file.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0.path : nil }
  }
}
