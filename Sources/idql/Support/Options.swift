import ArgumentParser
import IDQLPhysics

/// As `--physics mujoco4`.
extension PhysicsProfile: ExpressibleByArgument {
  public init?(argument: String) { self.init(named: argument) }
  public var defaultValueDescription: String { name }
  public static var allValueStrings: [String] { all.map(\.name) }
}

/// Where a result goes.
package struct OutputOption: ParsableArguments {
  @Option(help: "File to write (safetensors); it appears complete or not at all.")
  package var out: String

  package init() {}
}
