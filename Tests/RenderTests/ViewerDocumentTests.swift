import Foundation
import TestSupport
import Testing

@testable import IDQLRender

/// Docs/Viewer.md against the tables it was written from.
@Suite struct ViewerDocumentTests {
  @Test func everyKeyAndGestureIsDocumented() throws {
    let text = try String(contentsOfFile: checkoutPath("Docs/Viewer.md"), encoding: .utf8)
    let lines = Set(text.split(separator: "\n"))
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
