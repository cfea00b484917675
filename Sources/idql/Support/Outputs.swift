import IDQLEvaluation
import IDQLTensors

/// Finds out early whether results have a place to go, before hours of work: a file that is an
/// input, or another output, is none.
///
/// - Parameters:
///   - outputs: paths by the options that name them; nil for one that was left out.
///   - inputs: files that are read.
///   - studies: folders whose plan, parts and policies are read.
/// - Throws: `Failure`, `FileError`.
func requireOutputs(
  _ outputs: KeyValuePairs<String, String?>, besides inputs: [String], studies: [String] = []
) throws {
  let inputs = inputs + studies.map(StudyFolder.planPath)
  let folders = studies.flatMap { [StudyFolder.partsPath($0), StudyFolder.policiesPath($0)] }
  let read = Set(inputs.map(fileIdentity))
  var options: [String: String] = [:]
  for (option, path) in outputs {
    guard let path, !isStandardOutput(option, path) else { continue }
    let identity = fileIdentity(path)
    if read.contains(identity) {
      throw Failure(.usage, "\(option) would replace \(path), which is an input.")
    }
    if let folder = folders.first(where: { isFile(path, in: $0) }) {
      throw Failure(.usage, "\(option) names \(path), and \(folder) is the study's own.")
    }
    if let other = options.updateValue(option, forKey: identity) {
      throw Failure(.usage, "\(other) and \(option) are both \(path).")
    }
    try requireWritable(path)
  }
}
