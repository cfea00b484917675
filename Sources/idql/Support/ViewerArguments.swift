import ArgumentParser
import IDQLEvaluation
import IDQLPhysics
import IDQLSpelling

/// Arguments of `idql view`; the window itself is the program `idql-view`.
package struct ViewArguments: ParsableArguments {
  package static let discussion = """
    Without --policy nobody acts, and the robot can be dragged about. With one, episode i of seed S is \
    the very episode that 'idql eval' scores under them. F1 in the window lists keys and mouse.

    Example: idql view --env hopper-medium-v2 --policy policy.safetensors
    """

  @Argument(help: "Any MJCF document, instead of --env.", completion: .file())
  package var model: String?
  @Option(help: "Environment; 'idql envs' lists them.", completion: .environments)
  package var env: String?
  @Option(
    help: "Policy: safetensors, flax msgpack, or the folder of a training run.", completion: .file()
  )
  package var policy: String?
  @OptionGroup package var selection: SelectionOptions
  @Option(help: "Seed S of the evaluation.", within: .seeds) package var seed: UInt64 = 0
  @Option(help: "Which of its episodes.", within: 0...999_999) package var episode = 0
  @Option(help: "Physics profile; the environment's own, or mujoco4, if left out.")
  package var physics: PhysicsProfile?
  @OptionGroup package var timing: SuccessTimingOption
  @Flag(help: "Lead the ant of a maze along waypoints, as 'idql eval --waypoints' does.")
  package var waypoints = false
  @OptionGroup(title: "Window") package var window: WindowOptions

  package init() {}

  package mutating func validate() throws {
    if (model == nil) == (env == nil) {
      throw ValidationError("name either an MJCF document or, with --env, an environment.")
    }
    if model != nil, policy != nil || waypoints || timing.successTiming != nil {
      throw ValidationError("a model alone has no task; --env names one for the policy.")
    }
    if policy == nil, let option = selection.given.first {
      throw ValidationError("\(option) needs --policy: it is how that chooses.")
    }
    try validateSeeds(from: seed, episodes: episode + 1)
  }
}

/// Arguments of `idql replay`.
package struct ReplayArguments: ParsableArguments {
  package static let discussion = """
    Plays the episode anew, by the same policy in the same environment with the same noise, and \
    compares its return and hash with the file's. The exit status is 1 if they differ.

    Example: idql replay result.json --episode 7
    """

  @Argument(help: "Result of 'idql eval --json' or 'idql merge --json'.", completion: .file())
  package var result: String
  @Option(help: "Which of its episodes.", within: 0...999_999) package var episode: Int
  @Option(help: "Of which cell, if it is the report of a study.", within: 0...999_999)
  package var cell = 0
  @Option(
    help: """
      The policy that was scored; looked for beside the result, here and among the bundled ones if \
      left out. Its digest has to be that in the result.
      """,
    completion: .file())
  package var policy: String?
  @Flag(help: "Open no window: play, compare, print one line.") package var check = false
  @OptionGroup(title: "Window") package var window: WindowOptions

  package init() {}
}

/// The window, and what is done in it.
package struct WindowOptions: ParsableArguments {
  @Option(help: "Size of the window, as in 1280x720.") package var size = WindowSize(1280, 720)
  @Option(
    help: "Size of the text: 1, 1.5, 2 …; as the display asks for if left out.",
    within: Bounds(0.5, 4))
  package var scale: Double?
  @Flag(help: "Begin paused.") package var paused = false
  @Option(
    help: """
      File of inputs to play in place of a hand: key CHORD, press BUTTON, release BUTTON, mouse X Y, \
      scroll N, wait SECONDS, seek FRAME, branch, size W H, minimise, restore, report, \
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
