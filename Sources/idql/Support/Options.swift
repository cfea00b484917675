import ArgumentParser
import IDQLCollection
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRuns
import IDQLSpelling

extension PhysicsProfile {
  /// Of `--physics mujoco4` or `--physics 3.12.0`.
  @Sendable fileprivate static func argument(_ text: String) throws -> PhysicsProfile {
    guard let profile = PhysicsProfile(named: text) else {
      throw ValidationError(
        MuJoCoRelease(text) == nil
          ? "it must be one of \(names)."
          : "nothing is known of MuJoCo \(text); \(names) are known.")
    }
    return profile
  }

  fileprivate static var completion: CompletionKind { .list(all.map(\.name)) }
}

extension Option<PhysicsProfile?> {
  init(help: String) {
    self.init(
      help: "\(help) (\(PhysicsProfile.names))", completion: PhysicsProfile.completion,
      transform: PhysicsProfile.argument)
  }
}

extension Option<PhysicsProfile> {
  init(wrappedValue: PhysicsProfile, help: String) {
    self.init(
      wrappedValue: wrappedValue,
      help: "\(help) (\(PhysicsProfile.names); default: \(wrappedValue.name))",
      completion: PhysicsProfile.completion, transform: PhysicsProfile.argument)
  }

  /// One that has to be given.
  init(name: NameSpecification = .long, help: String) {
    self.init(
      name: name, help: "\(help) (\(PhysicsProfile.names))",
      completion: PhysicsProfile.completion, transform: PhysicsProfile.argument)
  }
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

extension Option<UInt64> {
  init(
    wrappedValue: UInt64, name: NameSpecification = .long, help: String,
    within bounds: Bounds<UInt64>
  ) {
    self.init(
      wrappedValue: wrappedValue, name: name, help: "\(help) (default: \(wrappedValue))",
      transform: bounds.number(in:))
  }
}

extension Option<UInt64?> {
  init(name: NameSpecification = .long, help: ArgumentHelp, within bounds: Bounds<UInt64>) {
    self.init(name: name, help: help, transform: bounds.number(in:))
  }
}

extension Option<[UInt64]> {
  init(
    wrappedValue: [UInt64], parsing strategy: ArrayParsingStrategy, help: String,
    within bounds: Bounds<UInt64>
  ) {
    let list = wrappedValue.map(String.init).joined(separator: " ")
    self.init(
      wrappedValue: wrappedValue, parsing: strategy, help: "\(help) (default: \(list))",
      transform: bounds.number(in:))
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

extension Option<Float?> {
  init(name: NameSpecification = .long, help: ArgumentHelp, within bounds: Bounds<Double>) {
    self.init(name: name, help: help) { text in
      let number = Float(try bounds.number(in: text))
      // rounded once
      return Float(text) ?? number
    }
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
  /// Of simulations in a vector register.
  static let lanes = 1...8
}

extension Bounds<UInt64> {
  /// Of seeds.
  static let seeds = Bounds(0, .max)
}

extension Bounds<Double> {
  /// Of seconds on a clock, at most eleven days.
  static let seconds = Bounds(0, 1_000_000)
  /// Of what has narrower bounds where it is used.
  static let finite = Bounds(-.greatestFiniteMagnitude, .greatestFiniteMagnitude)
}

extension CompletionKind {
  /// Ids of the catalogue.
  static let environments = list(EnvironmentID.all.map(\.description))
  /// Settings of a run, as `--set` takes them.
  static let settings = list(RunConfiguration.settings.map { "\($0.name)=" })
}

/// How every `--json` ends its help.
let jsonHelp = "- for standard output, in place of the text."

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

/// The same for episodes in lockstep.
struct BatchedOptions: ParsableArguments {
  @OptionGroup(title: "Execution") var execution: ExecutionOptions
  @Option(help: "Episodes per thread in lockstep; never changes a result.", within: 1...4096)
  var batch = EvaluationPlan.defaultBatch

  var workers: Int { execution.workers }
  var quiet: Bool { execution.quiet }
}

/// Where a result is written.
package struct OutputOption: ParsableArguments {
  @Option(
    help: "File to write (safetensors); it appears complete or not at all.", completion: .file())
  package var out: String

  package init() {}
}
