import Foundation
import IDQLAgent
import IDQLSpelling
import IDQLTensors

/// A study on disk: `plan.json`, the policies it names, and the parts that were played so far. It can be moved and
/// copied as a whole, and any number of workers may write parts at once.
package struct StudyFolder: Sendable {
  package let path: String
  package let plan: StudyPlan
  /// Of the plan.
  package let id: String
  /// How whoever planned it named each policy, for tables; decides nothing.
  package let policyNames: [String]
  /// Of each policy its step in the run that trained it; nil for one of no run.
  package let policySteps: [Int?]

  package static func planPath(_ folder: String) -> String { "\(folder)/plan.json" }
  package static func partsPath(_ folder: String) -> String { "\(folder)/parts" }
  package static func policiesPath(_ folder: String) -> String { "\(folder)/policies" }
  package var partsPath: String { Self.partsPath(path) }

  /// Whether a folder has a plan.
  package static func isStudy(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: planPath(folder))
  }

  /// A plan and its id, as `plan.json` has them.
  private struct PlanFile: Codable {
    var id: String
    var plan: StudyPlan
    var policyNames: [String]
    /// Nil in plans of versions that did not have it.
    var policySteps: [Int?]?

    enum CodingKeys: String, CodingKey {
      case id, plan
      case policyNames = "policy_names"
      case policySteps = "policy_steps"
    }
  }

  /// - Throws: `StudyError.noPlan`, `.damagedPlan`; `FileError`.
  package init(_ path: String) throws {
    self.path = path
    let file = Self.planPath(path)
    guard Self.isStudy(path) else { throw StudyError.noPlan(folder: path) }
    let bytes = try ByteStorage(contentsOf: file)
    let data = withExtendedLifetime(bytes) { Data(bytes.bytes) }
    do {
      let read = try JSONDecoder().decode(PlanFile.self, from: data)
      (plan, id, policyNames) = (read.plan, read.id, read.policyNames)
      policySteps = read.policySteps ?? policyNames.map { _ in nil }
    } catch {
      throw StudyError.damagedPlan(file: file, "not the JSON of a plan")
    }
    let found = try plan.id
    guard found == id else {
      throw StudyError.damagedPlan(
        file: file, "its id is \(id.prefix(12))…, that of its content \(found.prefix(12))…")
    }
    try plan.requireConsistent(file: file)
    guard policyNames.count == plan.policies.count, policySteps.count == policyNames.count else {
      throw StudyError.damagedPlan(file: file, "it does not name every policy")
    }
  }

  /// Where a policy is when a study is made.
  package struct Source: Sendable {
    /// As it was named.
    package var name: String
    /// Its file.
    package var file: String
    /// The file of its statistics of observations, if it has one.
    package var normalization: String?

    package init(name: String, file: String, normalization: String? = nil) {
      (self.name, self.file, self.normalization) = (name, file, normalization)
    }
  }

  /// Makes the folder, with copies of the policies, whole or not at all.
  ///
  /// - Parameter sources: of each of the plan's policies.
  /// - Throws: `StudyError.exists`, `FileError`.
  package static func create(
    _ path: String, plan: StudyPlan, sources: [Source]
  ) throws -> StudyFolder {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw StudyError.exists(folder: path)
    }
    let partial = try PartialFolder(for: path)
    try makeFolder(partsPath(partial.name))
    for (record, source) in zip(plan.policies, sources) {
      try copy(source.file, to: copyPath(of: record.file, record.sha256, in: partial.name))
      if let normalization = record.normalization, let companion = source.normalization {
        try copy(
          companion,
          to: copyPath(of: normalization.file, normalization.sha256, in: partial.name))
      }
    }
    let file = PlanFile(
      id: try plan.id, plan: plan, policyNames: sources.map(\.name),
      policySteps: sources.map { Provenance.policyStep(ofFile: $0.file) })
    try writeFileAtomically(
      file.jsonDocument(.plan), to: planPath(partial.name))
    try partial.commit()
    return try StudyFolder(path)
  }

  /// Where a policy is kept: in a folder that is named after its content, under the name that reports have.
  package static func copyPath(of file: String, _ sha256: String?, in study: String) -> String {
    "\(policiesPath(study))/\((sha256 ?? "").prefix(16))/\(file)"
  }

  private static func copy(_ file: String, to path: String) throws {
    if FileManager.default.fileExists(atPath: path) { return }
    try makeFolder(parentFolder(of: path))
    let bytes = try ByteStorage(contentsOf: file)
    try withExtendedLifetime(bytes) {
      try writeFileAtomically(to: path) { try $0.write(bytes.bytes) }
    }
  }

  /// The policy with that index, from the study's own copy.
  package func policy(_ index: Int) throws -> LoadedPolicy {
    let record = plan.policies[index]
    return try record.load(
      Self.copyPath(of: record.file, record.sha256, in: path),
      normalization: record.normalization.map {
        Self.copyPath(of: $0.file, $0.sha256, in: path)
      })
  }

  /// - Throws: `StudyError.otherProgram` unless this process is the program that the plan is for.
  package func requireThisProgram() throws {
    guard plan.programSHA256 == ProgramIdentity.executableSHA256 else {
      func text(_ program: ProgramIdentity, _ digest: String?) -> String {
        "\(program.version), revision \(program.sourceRevision), SHA-256 \((digest ?? "unknown").prefix(12))…"
      }
      throw StudyError.otherProgram(
        plan: Self.planPath(path), planned: text(plan.program, plan.programSHA256),
        running: text(.current, ProgramIdentity.executableSHA256))
    }
  }
}
