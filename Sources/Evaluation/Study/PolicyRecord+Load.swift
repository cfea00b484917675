import IDQLAgent

extension PolicyRecord {
  /// Reads the policy again, to choose as it did.
  ///
  /// - Parameters:
  ///   - file: its path.
  ///   - normalization: path of its second file, if it has one.
  /// - Throws: `StudyError.otherPolicy`, `.severalFiles` for one that has more files; what reading throws.
  package func load(_ file: String, normalization path: String? = nil) throws -> LoadedPolicy {
    if critic != nil || statistics != nil { throw StudyError.severalFiles(file) }
    var stated = StatedSettings(restoring: settings ?? [])
    if let normalization, let path {
      let statistics = try CompanionFile(contentsOf: path)
      try Self.requireDigest(
        statistics.source.sha256, normalization.sha256, of: path)
      stated.normalization = statistics
    }
    let contents = try PolicyContents(contentsOf: file, stated: stated)
    try Self.requireDigest(contents.source.sha256, sha256, of: file)
    let policy = try loadPolicy(contents)
    return try selection.map { try $0.applied(to: policy) } ?? policy
  }

  private static func requireDigest(_ found: String, _ expected: String?, of file: String) throws {
    guard found == expected else {
      throw StudyError.otherPolicy(file: file, found: found, expected: expected)
    }
  }
}

extension PolicyRecord.Selection {
  /// The policy choosing by these options.
  func applied(to policy: LoadedPolicy) throws -> LoadedPolicy {
    guard var options = policy.deciding?.options else { return policy }
    options.rule = rule
    options.candidateCount = candidates
    options.temperature = temperature
    options.clipsEveryStep = clipsEveryStep
    options.extraFinalSteps = extraFinalSteps
    options.precision = precision ?? .float32
    if let criticObjective { options.criticObjective = criticObjective }
    if let criticParameter { options.criticParameter = criticParameter }
    if let softmaxScale { options.softmaxScale = softmaxScale }
    return try policy.with(options)
  }
}
