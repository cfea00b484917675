import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLTensors

/// The episodes that a study's parts hold.
package struct StudyResults: Sendable {
  package let folder: StudyFolder
  /// Of every cell the finished episodes, by index; nil for one that no part holds.
  package private(set) var episodes: [[Episode?]]
  /// Number of parts.
  package private(set) var partCount = 0
  /// Episodes that more than one part holds, all of them equal.
  package private(set) var duplicateCount = 0
  /// How the parts' networks were computed; nil without a part.
  package private(set) var arithmetic: Arithmetic?
  /// Of every node that played, its episodes and seconds.
  package private(set) var nodes: [String: (episodes: Int, seconds: Double)] = [:]

  /// Reads all parts.
  ///
  /// - Parameter onProgress: is told how many parts have been read, and how many there are.
  /// - Throws: `StudyError` for a part that does not belong, or contradicts another; `FileError`.
  package init(
    _ folder: StudyFolder, onProgress: (_ read: Int, _ count: Int) -> Void = { _, _ in }
  ) throws {
    self.folder = folder
    episodes = folder.plan.cells.map { Array(repeating: nil, count: $0.episodes) }
    let names = try namesInFolder(folder.partsPath)
    // which part holds an episode first, for messages
    var parts: [String] = []
    var owner = episodes.map { Array(repeating: Int32(-1), count: $0.count) }
    let partNames = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
    for name in partNames {
      onProgress(partCount, partNames.count)
      let path = "\(folder.partsPath)/\(name)"
      let part = try StudyPart(contentsOf: path)
      try part.requireBelongs(to: folder.plan, id: folder.id, path: path)
      let label =
        "\(path) (node \(part.origin.node), \(part.origin.arithmetic.rawValue) multiply-add)"
      if let arithmetic, arithmetic != part.origin.arithmetic {
        throw StudyError.refusedPart(
          label,
          "its networks round otherwise than those of \(parts[0]); one study takes one arithmetic")
      }
      arithmetic = part.origin.arithmetic
      let number = Int32(parts.count)
      parts.append(label)
      for episode in part.episodes {
        let index = episode.index
        if let known = episodes[part.cell][index] {
          guard known == episode else {
            throw StudyError.contradiction(
              cell: part.cell, episode: index, first: parts[Int(owner[part.cell][index])],
              second: label)
          }
          duplicateCount += 1
        }
        episodes[part.cell][index] = episode
        owner[part.cell][index] = number
      }
      nodes[part.origin.node, default: (0, 0)].episodes += part.episodes.count
      nodes[part.origin.node, default: (0, 0)].seconds += part.seconds
      partCount += 1
    }
  }

  /// What is left to play of a share.
  package func missing(of share: StudyShare = .all) -> [StudyWork] {
    share.work(folder.plan).compactMap { work in
      let left = work.episodes.filter { episodes[work.cell][$0] == nil }
      return left.isEmpty ? nil : StudyWork(cell: work.cell, episodes: left)
    }
  }

  /// Episodes that no part holds.
  package var missingCount: Int {
    episodes.reduce(0) { $0 + $1.count { $0 == nil } }
  }
}
