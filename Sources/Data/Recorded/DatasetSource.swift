import Foundation
import IDQLSpelling
import IDQLTensors

/// A data set that is opened once: what is read from it and its digest are of the same bytes.
package final class DatasetSource {
  /// As it was given: a file, or the folder of a Minari data set.
  package let path: String
  let file: DataFile
  /// What Minari's `metadata.json` beside the file says.
  let metadata: MinariMetadata?
  /// SHA-256 of the file's content, in lower-case hexadecimal digits.
  package private(set) lazy var sha256 = Result { try file.sha256() }

  /// - Throws: `FileError`; `DatasetError` for a folder that is not read.
  package init(_ path: String) throws {
    self.path = path
    guard Self.isFolder(path) else {
      file = try DataFile(path)
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      metadata =
        path.hasSuffix("main_data.hdf5")
        ? try MinariMetadata(contentsOf: "\(folder)/metadata.json") : nil
      return
    }
    let folder = ["\(path)/data", path].first { folder in
      ["main_data.hdf5", "metadata.json"].contains { name in
        FileManager.default.fileExists(atPath: "\(folder)/\(name)")
      }
    }
    guard let folder else { throw DatasetError(file: path, .missingFile("data/main_data.hdf5")) }
    metadata = try MinariMetadata(contentsOf: "\(folder)/metadata.json")
    if let format = metadata?.format, format != "hdf5" {
      throw DatasetError(file: path, .otherMinariFormat(format))
    }
    let main = "\(folder)/main_data.hdf5"
    guard FileManager.default.fileExists(atPath: main) else {
      throw DatasetError(file: path, .missingFile("data/main_data.hdf5"))
    }
    file = try DataFile(main)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

/// What is used of `metadata.json` of a Minari data set.
struct MinariMetadata {
  /// How the steps are stored: `hdf5`, `arrow` or `parquet`.
  var format: String?
  /// Gymnasium's id of the environment that it was recorded in.
  var environment: String?
  var episodeCount: Int?

  /// nil if there is no such file.
  ///
  /// - Throws: `DatasetError` if it is no JSON object.
  init?(contentsOf path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try DataFile(path)
    // one that holds a description of spaces takes kilobytes
    guard file.byteCount <= jsonByteLimit,
      let fields = jsonObject(
        Data(try file.read(at: 0, count: file.byteCount)), by: .python())
    else {
      throw DatasetError(file: path, .damaged(part: "the description", reason: "it is no JSON"))
    }
    format = fields["data_format"]?.text
    episodeCount = fields["total_episodes"]?.integer
    if let text = fields["env_spec"]?.text {
      environment = jsonObject(Data(text.utf8), by: .python())?["id"]?.text
    }
  }
}
