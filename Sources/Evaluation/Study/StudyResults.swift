import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLTensors

/// What a study's parts hold. They are read cell by cell, and the episodes handed on, so that memory does not grow with
/// their number.
package struct StudyResults: Sendable {
  package let folder: StudyFolder
  /// Of every cell, by index of the episode, whether a part holds it.
  package private(set) var isFinished: [[Bool]]
  /// Number of parts.
  package private(set) var partCount = 0
  /// Episodes that more than one part holds, all of them equal.
  package private(set) var duplicateCount = 0
  /// Of every node that played, its episodes and seconds.
  package private(set) var nodes: [String: (episodes: Int, seconds: Double)] = [:]
  /// How networks were computed in each precision, and the part that says so.
  private var arithmetics: [Precision: (value: Arithmetic, label: String)] = [:]

  /// Reads all parts.
  ///
  /// - Parameter onCell: called for every cell, in their order, with its index, its finished episodes and the
  ///   arithmetic of all cells of its precision; nil if none of them has a part.
  /// - Throws: `StudyError` for a part that does not belong, or contradicts another; `FileError`; what `onCell` throws.
  package init(
    _ folder: StudyFolder, onCell: (Int, [Episode], Arithmetic?) throws -> Void = { _, _, _ in }
  ) throws {
    self.folder = folder
    isFinished = folder.plan.cells.map { Array(repeating: false, count: $0.episodes) }
    let names = try Self.partNames(folder)
    // one arithmetic for all: that of the first part there is
    for (cell, names) in names.sorted(by: { $0.key < $1.key })
    where arithmetics[precision(of: cell)] == nil {
      let (part, label) = try part(names[0])
      arithmetics[precision(of: cell)] = (part.origin.arithmetic, label)
    }
    for cell in folder.plan.cells.indices {
      let episodes = try read(names[cell] ?? [], of: cell)
      try onCell(cell, episodes, arithmetics[precision(of: cell)]?.value)
    }
  }

  private func precision(of cell: Int) -> Precision {
    folder.plan.policies[folder.plan.cells[cell].policy].selection?.precision ?? .float32
  }

  /// Names of all parts by the cell in their names, in alphabetical order.
  private static func partNames(_ folder: StudyFolder) throws -> [Int: [String]] {
    // git, and stores of objects, keep no folder without files
    let names =
      FileManager.default.fileExists(atPath: folder.partsPath)
      ? try namesInFolder(folder.partsPath) : []
    let parts = names.sorted().filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    return try Dictionary(grouping: parts) { name in
      let cell = name.split(separator: "-").first.flatMap { Int($0) }
      if let cell, folder.plan.cells.indices.contains(cell) { return cell }
      let path = "\(folder.partsPath)/\(name)"
      // says what is wrong with it, if anything is
      try StudyPart(contentsOf: path).requireBelongs(to: folder.plan, id: folder.id, path: path)
      throw StudyError.refusedPart(path, "its name does not begin with the number of a cell")
    }
  }

  private func part(_ name: String) throws -> (part: StudyPart, label: String) {
    let path = "\(folder.partsPath)/\(name)"
    let part = try StudyPart(contentsOf: path)
    try part.requireBelongs(to: folder.plan, id: folder.id, path: path)
    let arithmetic = part.origin.arithmetic.rawValue
    return (part, "\(path) (node \(part.origin.node), \(arithmetic) multiply-add)")
  }

  /// - Returns: the finished episodes of a cell, by index.
  private mutating func read(_ names: [String], of cell: Int) throws -> [Episode] {
    var episodes: [Episode?] = Array(repeating: nil, count: isFinished[cell].count)
    // which part holds an episode first, for messages
    var owner: [Int: String] = [:]
    for name in names {
      let (part, label) = try part(name)
      guard part.cell == cell else {
        throw StudyError.refusedPart(
          label, "its name is of cell \(cell), it holds cell \(part.cell)")
      }
      if let first = arithmetics[precision(of: cell)], first.value != part.origin.arithmetic {
        throw StudyError.refusedPart(
          label,
          "its networks round otherwise than those of \(first.label); one study takes one arithmetic"
        )
      }
      for episode in part.episodes {
        let index = episode.index
        if let known = episodes[index] {
          guard known == episode else {
            throw StudyError.contradiction(
              cell: cell, episode: index, first: owner[index] ?? "", second: label)
          }
          duplicateCount += 1
        } else {
          episodes[index] = episode
          owner[index] = label
          isFinished[cell][index] = true
        }
      }
      nodes[part.origin.node, default: (0, 0)].episodes += part.episodes.count
      nodes[part.origin.node, default: (0, 0)].seconds += part.seconds
      partCount += 1
    }
    return episodes.compactMap(\.self)
  }

  /// What is left to play of a share.
  package func missing(of share: StudyShare = .all) -> [StudyWork] {
    share.work(folder.plan).compactMap { work in
      let left = work.episodes.filter { !isFinished[work.cell][$0] }
      return left.isEmpty ? nil : StudyWork(cell: work.cell, episodes: left)
    }
  }

  /// Episodes that no part holds.
  package var missingCount: Int {
    isFinished.reduce(0) { $0 + $1.count { !$0 } }
  }
}
