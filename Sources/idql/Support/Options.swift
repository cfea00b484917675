import ArgumentParser
import IDQLCollection
import IDQLEvaluation
import IDQLPhysics

extension PhysicsProfile: ExpressibleByArgument {
  /// Parses `mujoco4` of `--physics mujoco4`.
  public init?(argument: String) { self.init(named: argument) }
  /// The profile's name, in help texts.
  public var defaultValueDescription: String { name }
  /// The profiles' names, in help texts and completions.
  public static var allValueStrings: [String] { all.map(\.name) }
}

/// A count that may be written as 1e6.
struct Count: ExpressibleByArgument, CustomStringConvertible {
  var value: Int

  init(_ value: Int) { self.value = value }

  init?(argument: String) {
    guard let number = Double(argument), let value = Int(exactly: number) else { return nil }
    self.value = value
  }

  var description: String { "\(value)" }
  var defaultValueDescription: String { description }
}

/// How long computations are executed. Nothing of it changes the result.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "Threads; never changes a result.") var workers = EvaluationPlan.defaultWorkers
  @Flag(help: "Draw no progress bar.") var quiet = false

  func validate() throws {
    if !(1...1024).contains(workers) {
      throw ValidationError("--workers must be from 1 to 1024, not \(workers).")
    }
  }

  func control(_ display: Display) -> CollectionControl {
    CollectionControl(
      threads: workers, cancellation: display.cancellation,
      onProgress: { display.bar?.update($0) })
  }
}

/// Where a result is written.
package struct OutputOption: ParsableArguments {
  @Option(help: "File to write (safetensors); it appears complete or not at all.")
  package var out: String

  package init() {}
}
