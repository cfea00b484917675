import Foundation

/// Puts the content of other files where a document includes them (MJCF `<include>`).
///
/// As in MuJoCo: a file is looked for beside the main document, then beside the file that includes it;
/// it is included once at most; its root element, whatever its name and attributes, is dropped.
struct MJCFInclude {
  /// Folder of the main document with a slash at the end, empty for the working folder; nil for a
  /// document without a file.
  let mainFolder: String?
  /// Paths without `.` and `..`.
  private var included: Set<String> = []

  init(mainFolder: String?) { self.mainFolder = mainFolder }

  /// The element with every `<include>` below it replaced.
  mutating func expand(_ element: XMLElement) throws(MJCFError) -> XMLElement {
    try expand(element, within: mainFolder ?? "", depth: 1)
  }

  /// - Parameter own: the folder of the file that the element stands in.
  private mutating func expand(
    _ element: XMLElement, within own: String, depth: Int
  ) throws(MJCFError) -> XMLElement {
    // includes may nest elements deeper than any one document does
    if depth > XMLElement.depthLimit {
      throw .tooLarge(what: "nested elements", limit: XMLElement.depthLimit, at: element.here)
    }
    var element = element
    var children: [XMLElement] = []
    children.reserveCapacity(element.children.count)
    for child in element.children {
      if child.name == "include" {
        children += try content(of: child, within: own, depth: depth)
      } else {
        children.append(try expand(child, within: own, depth: depth + 1))
      }
    }
    element.children = children
    return element
  }

  private mutating func content(
    of include: XMLElement, within own: String, depth: Int
  ) throws(MJCFError) -> [XMLElement] {
    guard let file = include.attributes["file"].map(withSlashes), !file.isEmpty else {
      throw .missingAttribute("file", element: "include", at: include.here)
    }
    if !include.children.isEmpty {
      throw .invalid(
        problem: "<include> has content of its own", remedy: "Put that into the file.",
        at: include.here)
    }
    guard let mainFolder else {
      throw .unsupported(
        feature: "<include> in a document without a file",
        advice: "Read the document from its file, or paste the other's content here.",
        at: include.here)
    }
    let path = located(file, from: [mainFolder, own])
    guard included.insert(URL(fileURLWithPath: path).standardizedFileURL.path).inserted else {
      throw .invalid(
        problem: "'\(shortened(file))' is included a second time",
        remedy: "Include a file once; give its content a default class or <replicate> instead.",
        at: include.here)
    }
    let text: String
    do { text = try readDocument(at: path, mustBeRegular: true) } catch {
      guard case .unreadable(_, let reason) = error else { throw error }
      throw .invalid(
        problem: "the included file '\(shortened(file))' cannot be read: \(reason)",
        remedy: "It is looked for beside the main document and beside the including one.",
        at: include.here)
    }
    let root = try XMLElement.parse(text, file: lastComponent(of: path))
    if root.children.isEmpty {
      throw .invalid(
        problem: "the included file '\(shortened(file))' is empty",
        remedy: "Its root element holds what is to be included.", at: include.here)
    }
    return try expand(root, within: folder(of: path), depth: depth).children
  }

  /// The first path that exists of a file in these folders; that in the first one if none does.
  private func located(_ file: String, from folders: [String]) -> String {
    if file.utf8.first == UInt8(ascii: "/") { return file }
    let paths = folders.map { $0 + file }
    return paths.first(where: FileManager.default.isReadableFile) ?? paths[0]
  }
}

/// A path of a document, in which a backslash also divides folders, as in MuJoCo.
func withSlashes(_ path: String) -> String { path.replacing("\\", with: "/") }

/// Where the last component of a path begins.
private func nameStart(of path: String) -> String.Index {
  path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
}

/// The folder of a path, with a slash at the end; empty for the working folder.
func folder(of path: String) -> String { String(path[..<nameStart(of: path)]) }

func lastComponent(of path: String) -> String { String(path[nameStart(of: path)...]) }
