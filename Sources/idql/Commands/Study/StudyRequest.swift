import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRuns

/// What the options of `idql eval` ask for: policies, environments and seeds, and the cells they make.
struct StudyRequest {
  var policyPaths: [String]
  var environmentNames: [String]
  var seeds: [UInt64]
  /// Of each task, where an environment has numbered tasks.
  var episodes: Int
  var physics: PhysicsProfile?
  var successTiming: SuccessTiming?
  var waypoints: Bool

  /// The request with everything read and checked.
  struct Prepared {
    var plan: StudyPlan
    var policies: [LoadedPolicy]
    /// Of each policy, how it was named.
    var names: [String]
    /// Of each policy, its file.
    var paths: [String]
    /// Of each environment, one to look at.
    var examples: [any Environment]
  }

  /// Every policy plays in every environment that it fits, with every seed.
  ///
  /// - Parameter load: reads a policy and sets its options.
  /// - Throws: `EvaluationError.sizeMismatch` if the only policy does not fit the only environment,
  ///   `StudyError.nothingFits` if one of several fits nothing.
  func prepared(load: (String) throws -> LoadedPolicy) throws -> Prepared {
    let ids = try environmentNames.map(EnvironmentID.init)
    let examples = try ids.map { try example($0) }
    let policies = try policyPaths.map(load)
    var cells: [StudyPlan.Cell] = []
    var notes: [String] = []
    for (policyIndex, policy) in policies.enumerated() {
      let before = cells.count
      for (index, example) in examples.enumerated() {
        do { try requireFit(policy, example) } catch {
          if policies.count == 1, examples.count == 1 { throw error }
          continue
        }
        let played = waypoints ? try EnvironmentID(WaypointEnvironment.course) : ids[index]
        if let note = policy.description.mismatch(with: played), !notes.contains(note) {
          notes.append(note)
        }
        for seed in seeds {
          let plan = try EvaluationPlan(episodes: episodes, tasks: example.taskCount, seed: seed)
          cells.append(
            StudyPlan.Cell(
              policy: policyIndex, environment: index, seed: seed, episodes: plan.episodes))
        }
      }
      if cells.count == before {
        throw StudyError.nothingFits(policyPaths[policyIndex], among: environmentNames)
      }
    }
    for (index, name) in environmentNames.enumerated()
    where !cells.contains(where: { $0.environment == index }) {
      throw StudyError.nothingFits(name, among: policyPaths)
    }
    notes.forEach(Failure.note)
    let plan = StudyPlan(
      policies: policies.map { PolicyRecord($0) },
      environments: try examples.map { try EnvironmentRecord($0) }, cells: cells)
    return Prepared(
      plan: plan, policies: policies, names: policyPaths,
      paths: try policyPaths.map { try policyPath($0) },
      examples: examples)
  }

  private func example(_ id: EnvironmentID) throws -> any Environment {
    // a goal that lasts for all episodes is drawn from the evaluation's seed as well
    let options = EnvironmentOptions(successTiming: successTiming, goalSeed: seeds[0])
    let environment = try makeEnvironment(id, physics: physics, options: options)
    return waypoints ? try WaypointEnvironment(environment) : environment
  }
}

/// Names of policies with `*`, `?` and `[…]` replaced by what is there, in alphabetical order; a shell does not
/// expand `runs/*:best`, for no file has that name.
///
/// - Throws: `Failure` for a pattern that nothing matches.
func expandedPolicyNames(_ names: [String]) throws -> [String] {
  try names.flatMap { name -> [String] in
    guard name.contains(where: { "*?[".contains($0) }),
      !FileManager.default.fileExists(atPath: name)
    else { return [name] }
    let colon = name.lastIndex(of: ":")
    let checkpoint = colon.map { String(name[$0...]) } ?? ""
    var found = glob_t()
    defer { globfree(&found) }
    let pattern = colon.map { String(name[..<$0]) } ?? name
    guard glob(pattern, 0, nil, &found) == 0, found.gl_pathc > 0 else {
      throw Failure(.noInput, "\(name): nothing there has such a name.")
    }
    return (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) + checkpoint }
    }
  }
}
