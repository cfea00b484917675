import ArgumentParser
import IDQLCollection
import IDQLEvaluation
import IDQLPhysics
import IDQLSpelling

extension PhysicsProfile: ExpressibleByArgument {
  /// Parses `mujoco4` of `--physics mujoco4`.
  public init?(argument: String) { self.init(named: argument) }
  /// The profile's name, in help texts.
  public var defaultValueDescription: String { name }
  /// The profiles' names, in help texts and completions.
  public static var allValueStrings: [String] { all.map(\.name) }
}

// Every option with a number is declared by one of these, so that no command computes with a number
// that is out of bounds. Large whole numbers may be written as 1e6.

extension Option<Int> {
  init(
    wrappedValue: Int, name: NameSpecification = .long, help: String,
    within bounds: ClosedRange<Int>
  ) {
    self.init(
      wrappedValue: wrappedValue, name: name, help: "\(help) (default: \(wrappedValue))",
      transform: bounds.number(in:))
  }

  /// One that has to be given.
  init(name: NameSpecification = .long, help: ArgumentHelp, within bounds: ClosedRange<Int>) {
    self.init(name: name, help: help, transform: bounds.number(in:))
  }
}

extension Option<Int?> {
  init(name: NameSpecification = .long, help: ArgumentHelp, within bounds: ClosedRange<Int>) {
    self.init(name: name, help: help, transform: bounds.number(in:))
  }
}

extension Option<Double> {
  init(
    wrappedValue: Double, name: NameSpecification = .long, help: String,
    within bounds: Bounds<Double>
  ) {
    self.init(
      wrappedValue: wrappedValue, name: name, help: "\(help) (default: \(wrappedValue))",
      transform: bounds.number(in:))
  }
}

extension Option<Double?> {
  init(name: NameSpecification = .long, help: ArgumentHelp, within bounds: Bounds<Double>) {
    self.init(name: name, help: help, transform: bounds.number(in:))
  }
}

/// As `requireSeeds`, of options.
func validateSeeds(from seed: UInt64, episodes: Int) throws {
  do { try requireSeeds(from: seed, episodes: episodes) } catch {
    throw ValidationError("\(error)")
  }
}

extension ClosedRange<Int> {
  @Sendable fileprivate func number(in text: String) throws -> Int {
    try Bounds(lowerBound, upperBound).number(in: text)
  }

  /// Of steps, rows and pictures.
  static let many = 1...1_000_000_000
  /// Of threads.
  static let threads = 1...1024
}

extension Bounds<Double> {
  /// Of seconds on a clock, at most eleven days.
  static let seconds = Bounds(0, 1_000_000)
}

/// How long computations are executed. Nothing of it changes the result.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "Threads; never changes a result.", within: .threads)
  var workers = EvaluationPlan.defaultWorkers
  @Flag(help: "Draw no progress bar.") var quiet = false

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
