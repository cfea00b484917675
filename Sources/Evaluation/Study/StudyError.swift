import IDQLEnvs
import IDQLPhysics
import IDQLSpelling
import IDQLTensors

/// Why a study, or one of its parts, was refused.
package enum StudyError: Error, Equatable, CustomStringConvertible {
  /// There is no plan in the folder.
  case noPlan(folder: String)
  /// A folder or file is where a study would be made.
  case exists(folder: String)
  /// The plan cannot be what it was when it was made.
  case damagedPlan(file: String, String)
  /// No policy of the plan fits one of the environments, or the reverse.
  case nothingFits(String, among: [String])
  /// The running program is not the one that made the plan.
  case otherProgram(plan: String, planned: String, running: String)
  /// A part does not belong into the study; the second text says why.
  case refusedPart(String, String)
  /// Two parts have the same episode with different outcomes.
  case contradiction(cell: Int, episode: Int, first: String, second: String)
  /// A file is no report of this program.
  case notAReport(file: String)
  /// A policy's file holds other bytes than those that were scored.
  case otherPolicy(file: String, found: String, expected: String?)
  /// A result is of a policy that consists of several files.
  case severalFiles(String)
  /// A result names a physics profile that this version does not have.
  case unknownPhysics(String)
  /// A result names a rule for successes that this version does not have.
  case unknownTiming(String)

  package var description: String {
    switch self {
    case .noPlan(let folder):
      "\(folder): no plan.json there; 'idql eval … --plan \(folder)' makes one."
    case .exists(let folder):
      "\(folder): is there already; a study is made in a new folder, and 'idql eval --resume \(folder)' goes on "
        + "with one."
    case .damagedPlan(let file, let reason):
      "\(file): the plan was changed or damaged: \(reason)."
    case .nothingFits(let name, let others):
      "\(name) fits none of \(others.joined(separator: ", "))."
    case .otherProgram(let plan, let planned, let running):
      "\(plan): planned by another program: idql \(planned), this is \(running); play it with that one, or plan anew."
    case .refusedPart(let part, let reason): "\(part): \(reason)."
    case .contradiction(let cell, let episode, let first, let second):
      "episode \(episode) of cell \(cell) came out differently in \(first) and in \(second): one of the machines "
        + "computes wrongly, or a part was changed."
    case .notAReport(let file):
      "\(file): not a report of 'idql eval --json' or 'idql merge --json'."
    case .otherPolicy(let file, let found, let expected):
      "\(file): not the policy of the result: SHA-256 \(found.prefix(12))…, the result's is "
        + (expected.map { "\($0.prefix(12))…." } ?? "of a policy that was in no file.")
    case .severalFiles(let name):
      "the result was made with '\(name)' and files beside it; 'idql convert' makes one file of them, "
        + "whose results can be replayed and planned."
    case .unknownTiming(let name):
      "the result was made with success timing \(quoted(name)), which is unknown; "
        + "\(SuccessTiming.allCases.map(\.rawValue).joined(separator: " and ")) are known."
    case .unknownPhysics(let name):
      "the result was made with physics '\(name)', which is unknown; "
        + "\(PhysicsProfile.names) are known."
    }
  }
}
