import ArgumentParser
import Foundation
import IDQLEvaluation
import IDQLPhysics
import IDQLRender
import IDQLRuns
import IDQLSpelling

/// Arguments of `idql view`; the window itself is the program `idql-view`.
package struct ViewArguments: ParsableArguments {
  package static let discussion = """
    Without --policy the bundled agent of --env acts, if there is one, as in 'idql eval'; nobody acts in other \
    environments and in models, and the robot can be dragged about. With a policy, episode i of seed S is the very \
    episode that 'idql eval' scores under them. F1 in the window lists keys and mouse.

    Example: idql view --env hopper-medium-v2 --policy policy.safetensors
    """

  @OptionGroup package var source: SessionOptions
  @OptionGroup(title: "Window") package var window: WindowOptions

  package init() {}
}

/// Arguments of `idql replay`.
package struct ReplayArguments: ParsableArguments {
  package static let discussion = """
    Plays the episode anew, by the same policy in the same environment with the same noise, and \
    compares its return and hash with the file's. The exit status is 1 if they differ. A window opens unless \
    --check or something to make is named.

    Example: idql replay result.json --episode 7 --video episode.mp4
    """

  @Argument(help: "Result of 'idql eval --json' or 'idql merge --json'.", completion: .file())
  package var result: String
  @Option(help: "Which of its episodes.", within: 0...999_999) package var episode: Int
  @Option(help: "Of which cell, if it is the report of a study.", within: 0...999_999)
  package var cell = 0
  @Option(
    help: """
      The policy that was scored, a file or the folder of a run; looked for beside the result, here, among \
      the bundled ones and where it was scored if left out. Its digest has to be that in the result.
      """,
    completion: .file())
  package var policy: String?
  @Flag(help: "Open no window: play, compare, print one line.") package var check = false
  @OptionGroup(title: "What is made in place of a window") package var film: FilmOptions
  @OptionGroup(title: "Window") package var window: WindowOptions

  package init() {}
}

extension ReplayArguments {
  /// The episode, with the policy that was named, or else the one that is found.
  ///
  /// - Throws: as `Replay.init` and `policyPath`.
  package func replay() throws -> Replay {
    try Replay(
      resultFile: result, episode: episode, cell: cell, policyPath: policy.map(policyPath),
      scoredFile: scoredFile)
  }
}

/// The file of a policy by how a command named it, from here: a policy of a run is called `step-250000` there. Whether
/// it is still the same, its digest says.
package func scoredFile(_ name: String) -> String? { try? policyPath(name) }

/// The window, and what is done in it.
package struct WindowOptions: ParsableArguments {
  @Option(help: "Size of the window, or of the pictures that are made.")
  package var size = WindowSize(1280, 720)
  @Option(
    help: "Size of the text: 1, 1.5, 2 …; as the display asks for if left out.",
    within: Bounds(0.5, 4))
  package var scale: Double?
  @Flag(help: "Begin paused.") package var paused = false
  @Option(
    help: """
      File of inputs to play in place of a hand: key CHORD, press BUTTON, release BUTTON, mouse X Y, \
      scroll N, wait SECONDS, seek FRAME, branch, drop FILE, size W H, minimise, restore, report, \
      screenshot FILE, quit.
      """, completion: .file())
  package var script: String?

  package init() {}
}

package struct WindowSize: ExpressibleByArgument {
  package let width: Int
  package let height: Int

  package init(_ width: Int, _ height: Int) {
    self.width = width
    self.height = height
  }

  package init?(argument: String) {
    let parts = argument.split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2, parts.allSatisfy({ (64...8192).contains($0) }) else { return nil }
    self.init(parts[0], parts[1])
  }

  package var defaultValueDescription: String { "\(width)x\(height)" }
}
