import ArgumentParser
import IDQLAgent
import IDQLRender
import IDQLSpelling

/// What would have happened if: an episode that branches off from the one that is filmed.
package struct BranchOptions: ParsableArguments {
  @Option(
    help: """
      So many seconds after an episode's beginning a second, blue robot goes on otherwise, as the options below say; \
      none, if left out.
      """,
    within: .seconds)
  package var branch: Double?
  @Option(
    help: "How the branch's policy chooses one of the candidates; as the policy does, if left out.")
  package var branchRule: SelectionRule?
  @Option(
    help: "Candidates that the branch's policy draws (N); as the policy does, if left out.",
    within: 1...65536)
  package var branchCandidates: Int?
  @Option(
    help:
      "Factor on the noise of the branch's diffusion steps; as the policy does, if left out.",
    within: Bounds(0, 1e30))
  package var branchTemperature: Float?
  @Option(
    help: "Numbers separated by commas: the action that the branch begins with.",
    transform: BranchOptions.numbers)
  package var branchAction: [Double]?
  @Option(
    help: "For how many steps it takes --branch-action, 1 if left out.", within: .many)
  package var branchSteps: Int?

  package init() {}

  @Sendable private static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Double(part), number.isFinite else {
        throw ValidationError("'\(part)' is no number; 0.5,-1,0 are three.")
      }
      return number
    }
  }

  /// Options of how a policy chooses.
  private var choice: [String] {
    [
      branchRule.map { _ in "--branch-rule" }, branchCandidates.map { _ in "--branch-candidates" },
      branchTemperature.map { _ in "--branch-temperature" },
    ].compactMap { $0 }
  }

  package mutating func validate() throws {
    let given = choice + (branchAction == nil ? [] : ["--branch-action"])
    if branchSteps != nil, branchAction == nil {
      throw ValidationError("--branch-steps is for --branch-action.")
    }
    if branch == nil, let option = given.first {
      throw ValidationError("\(option) needs --branch: when it begins to hold.")
    }
    if branch != nil, given.isEmpty {
      throw ValidationError(
        "--branch alone changes nothing: --branch-rule, --branch-candidates, --branch-temperature or "
          + "--branch-action says what is otherwise.")
    }
  }

  /// - Returns: nil without a branch.
  /// - Throws: `Failure` where the session has no policy that chooses, or takes other actions; what making an
  ///   environment throws.
  func change(of session: Session) throws -> WhatIfChange? {
    guard branch != nil else { return nil }
    var change = WhatIfChange(action: branchAction, actionSteps: branchSteps ?? 1)
    if let option = choice.first {
      guard var options = session.pilot.agent?.options else {
        throw Failure(.usage, "\(option) acts on IDQL agents only, and none acts here.")
      }
      if let branchRule { options.rule = branchRule }
      if let branchCandidates { options.candidateCount = branchCandidates }
      if let branchTemperature { options.temperature = branchTemperature }
      change.options = options
    }
    guard let action = branchAction else { return change }
    let environment = try session.makeEnvironment()
    let count = environment.spec.actionCount
    guard action.count == count else {
      throw Failure(
        .usage,
        "--branch-action has \(action.count) numbers, an action of \(session.title) has \(count).")
    }
    // what is beyond would be clipped, or not, as the task has it
    if !(environment is ModelEnvironment), let wrong = action.first(where: { abs($0) > 1 }) {
      throw Failure(
        .usage,
        "--branch-action has \(wrong.shortText); numbers of actions are from -1 to 1.")
    }
    return change
  }
}
