import Foundation
import Testing

@testable import IDQLRender

/// Docs/Viewer.md against the tables it was written from.
@Suite struct ViewerDocumentTests {
  @Test func everyKeyAndGestureIsDocumented() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/Viewer.md")
    let lines = Set(try String(contentsOf: url, encoding: .utf8).split(separator: "\n"))
    for binding in KeyBinding.all {
      let isThere = lines.contains("| `\(binding.name)` | \(binding.help) |")
      #expect(isThere, "\(binding.name)")
    }
    for entry in KeyBinding.mouse {
      let isThere = lines.contains("| \(entry.gesture) | \(entry.help) |")
      #expect(isThere, "\(entry.gesture)")
    }
  }
}
