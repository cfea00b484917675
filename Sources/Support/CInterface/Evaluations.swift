import CIDQLInterface
import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLRandom
import IDQLSpelling
import IDQLThreads

/// What the caller has for the callbacks.
private struct Context: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
}

/// A policy that the caller computes.
private final class CalledPolicy: Policy {
  let name: String
  let observationCount: Int
  let actionCount: Int
  private let callback:
    @Sendable @convention(c) (
      UnsafeMutableRawPointer?, Int64, Int64, UnsafePointer<Double>?, UnsafePointer<Int64>?,
      Int64, UnsafeMutablePointer<Float>?
    ) -> Int32
  private let context: Context
  private let cancellation: Cancellation
  private let lock = Condition()

  init(
    name: String, observationCount: Int, actionCount: Int, callback: @escaping idql_policy_callback,
    context: Context, cancellation: Cancellation
  ) {
    self.name = name
    self.observationCount = observationCount
    self.actionCount = actionCount
    self.callback = unsafeBitCast(
      callback,
      to: (@Sendable @convention(c) (
        UnsafeMutableRawPointer?, Int64, Int64, UnsafePointer<Double>?, UnsafePointer<Int64>?,
        Int64, UnsafeMutablePointer<Float>?
      ) -> Int32).self)
    self.context = context
    self.cancellation = cancellation
  }

  var description: PolicyDescription {
    PolicyDescription(
      kind: PolicyDescription.Kind(rawValue: name), observationCount: observationCount,
      actionCount: actionCount)
  }

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    var actions = [Float](repeating: 0, count: steps.count * actionCount)
    // after a failure nothing that follows counts
    if cancellation.isCancelled || steps.isEmpty { return actions }
    let taken = steps.map(Int64.init)
    let status = lock.withLock {
      callback(
        context.pointer, Int64(steps.count), Int64(observations.count / steps.count), observations,
        taken, Int64(actionCount), &actions)
    }
    if status != 0 { cancellation.cancel() }
    return actions
  }
}

@_cdecl("idql_evaluate")
package func evaluateForCaller(
  _ request: UnsafePointer<CChar>?, _ policy: Int64, _ callback: idql_policy_callback?,
  _ progress: idql_progress_callback?, _ context: UnsafeMutableRawPointer?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    guard let report else { throw CallError.invalid("there is no place for the report.") }
    report.pointee = nil
    let request = try Request(
      request,
      known: [
        "environment", "episodes", "seed", "physics", "success_timing", "workers", "batch", "name",
        "policy_name",
      ])
    guard let environmentName = try request.text("environment") else {
      throw CallError.invalid("'environment' is missing.")
    }
    let id = try EnvironmentID(environmentName)
    let seed = try request.seed("seed") ?? 0
    let physics = try physicsProfile(try request.text("physics"))
    let options = EnvironmentOptions(
      successTiming: try request.choice("success_timing", SuccessTiming.self), goalSeed: seed)
    let example = try makeEnvironment(id, physics: physics, options: options)
    let plan = try EvaluationPlan(
      episodes: try request.count("episodes", in: 1...1_000_000) ?? 20, tasks: example.taskCount,
      seed: seed,
      workers: try request.count("workers", in: 1...1024)
        ?? (policy == 0 ? 1 : EvaluationPlan.defaultWorkers),
      batch: try request.count("batch", in: 1...4096)
        ?? (policy == 0 ? 256 : EvaluationPlan.defaultBatch))

    let cancellation = Cancellation()
    let held = Context(pointer: context)
    let acting: any Policy
    if policy != 0 {
      acting = try Handles.policy(policy).0
    } else {
      guard let callback else {
        throw CallError.invalid("there is neither a policy nor a callback.")
      }
      acting = CalledPolicy(
        name: try request.text("name") ?? "callback",
        observationCount: example.spec.observationCount + (example.goal?.count ?? 0),
        actionCount: example.spec.actionCount, callback: callback, context: held,
        cancellation: cancellation)
    }
    let told = progress.map { Progress(callback: $0, context: held) }
    let evaluation = try evaluate(
      acting, plan: plan, cancellation: cancellation,
      onProgress: { state in
        if let told, !told.tell(state) { cancellation.cancel() }
      },
      makeEnvironment: { try makeEnvironment(id, physics: physics, options: options) })
    if !evaluation.episodes.isEmpty {
      var result = Report(evaluation, plan: plan, policy: PolicyRecord(acting))
      result.provenance.policyName = try request.text("policy_name")
      try give(result.jsonText(indented: true), report)
    }
    if cancellation.isCancelled { throw CallError.interrupted }
  }
}

/// The caller's callback with its context. It is called when an episode has ended, and otherwise some twenty times a second.
private final class Progress: @unchecked Sendable {
  private let callback: idql_progress_callback
  private let context: Context
  private let lock = Condition()
  private let clock = ContinuousClock()
  private var last: (time: ContinuousClock.Instant, episodes: Int)?

  init(callback: @escaping idql_progress_callback, context: Context) {
    self.callback = callback
    self.context = context
  }

  /// - Returns: whether the evaluation goes on.
  func tell(_ state: EvaluationProgress) -> Bool {
    lock.withLock {
      let now = clock.now
      if let last, state.finishedEpisodes == last.episodes, now < last.time + .milliseconds(50) {
        return true
      }
      last = (now, state.finishedEpisodes)
      let status = callback(
        context.pointer, Int64(state.finishedEpisodes), Int64(state.episodes),
        Int64(state.environmentSteps))
      return status == 0
    }
  }
}

// MARK: - Results

private func reports(_ pointer: UnsafePointer<CChar>?, _ name: String) throws -> [Report] {
  let text = try textArgument(pointer, name)
  return try decodedReports(Data(text.utf8), named: name)
}

@_cdecl("idql_report_table")
package func tableOfReport(
  _ report: UnsafePointer<CChar>?, _ text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    let reports = try reports(report, "the report")
    try give(reports.map(\.table).joined(separator: "\n\n"), text)
  }
}

@_cdecl("idql_compare")
package func compareResults(
  _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
  _ request: UnsafePointer<CChar>?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    let request = try Request(request, known: ["margin", "anyway", "listed", "names"])
    let names = try request.texts("names") ?? ["the first", "the second"]
    guard names.count == 2 else { throw CallError.invalid("'names' must be two texts.") }
    let comparison = try Comparison(
      try reports(first, "the first result"), try reports(second, "the second result"),
      margin: try request.number("margin", in: 0...1e300) ?? 0,
      anyway: try request.flag("anyway") ?? false)
    let table = comparison.table(
      files: (names[0], names[1]), listed: try request.count("listed", in: 0...1_000_000) ?? 3)
    try give(comparison.jsonText(indented: true), json)
    try give(table, text)
  }
}

@_cdecl("idql_table")
package func tableOfResults(
  _ entries: UnsafePointer<CChar>?, _ request: UnsafePointer<CChar>?,
  _ text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    struct Entry: Decodable {
      let method: String
      let report: Report
    }
    let request = try Request(request, known: ["format", "published", "seed"])
    let given = try textArgument(entries, "the entries")
    guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(given.utf8)),
      !entries.isEmpty
    else {
      throw CallError.invalid(
        "the entries must be a list of objects with a 'method' and a 'report' of idql eval, at least one."
      )
    }
    let table = ScoreTable(
      entries.map { (method: $0.method, report: $0.report) },
      publishedBeside: try request.flag("published") ?? false, seed: try request.seed("seed") ?? 0)
    try give(table.text(try request.choice("format", ScoreTable.Format.self) ?? .markdown), text)
  }
}

// MARK: - The library

@_cdecl("idql_library")
package func describeLibrary(_ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
  call {
    struct Library: Encodable {
      let version: String
      let lanes: [Int]
      let kernels: String
      let revision: String
      enum CodingKeys: String, CodingKey {
        case version, lanes, kernels
        case revision = "git_revision"
      }
    }
    try NetworkKernels.requireChoice()
    try give(
      Library(
        version: packageVersion, lanes: lanesSupported, kernels: NetworkKernels.current.text,
        revision: ProgramIdentity.current.sourceRevision
      ).jsonText(), json)
  }
}

@_cdecl("idql_identify")
package func identify(_ revision: UnsafePointer<CChar>?, _ path: UnsafePointer<CChar>?) -> Int32 {
  call {
    let revision = try textArgument(revision, "the revision")
    let path = try textArgument(path, "the library's path")
    ProgramIdentity.current = ProgramIdentity(sourceRevision: revision)
    ProgramIdentity.library.withLock { $0 = path }
  }
}
