import Foundation

/// Path of a file of the checkout that the tests were built from, such as `Docs/Viewer.md`.
public func checkoutPath(_ relative: String) -> String {
  URL(fileURLWithPath: #filePath)  // Tests/TestSupport/Golden.swift
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: relative).path
}

/// Path of a recorded file or folder: `Tests/<target>/Golden/<name>`.
///
/// In the sources rather than in a resource bundle, so that several test targets can share a file.
///
/// - Parameter target: the test target that the file belongs to; that of the caller if left out.
public func goldenPath(
  _ name: String, of target: String? = nil, fileID: String = #fileID
) -> String {
  // a file's id begins with its module
  checkoutPath("Tests/\(target ?? String(fileID.prefix { $0 != "/" }))/Golden/\(name)")
}

/// The bytes of a recorded file.
public func goldenBytes(
  _ name: String, of target: String? = nil, fileID: String = #fileID
) throws -> [UInt8] {
  let path = goldenPath(name, of: target, fileID: fileID)
  return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The contents of a recorded JSON file of the caller's test target.
///
/// Traps if it cannot be read: the arguments of tests are made from such files, where nothing can be
/// caught.
public func goldenJSON<Value: Decodable>(
  _ name: String, as type: Value.Type = Value.self, fileID: String = #fileID
) -> Value {
  do {
    return try JSONDecoder().decode(type, from: Data(goldenBytes(name, fileID: fileID)))
  } catch {
    preconditionFailure("\(goldenPath(name, fileID: fileID)) cannot be read: \(error)")
  }
}
