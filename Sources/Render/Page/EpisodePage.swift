import Foundation
import IDQLSpelling

/// A page that replays episodes, in one file: the same scenes that OpenGL draws, in WebGL.
///
/// - Parameters:
///   - episodes: one at least; the first is shown, the others are in a list.
///   - title: of the page.
/// - Returns: a whole HTML document, the same for the same episodes. It may stand in an `iframe` by its `srcdoc`.
/// - Throws: what encoding throws.
package func html(of episodes: [PageEpisode], title: String) throws -> String {
  var page = try HTMLDocument(replayPage: title, script: [])
  page.add(html: "<main class=\"single\"><h1>\(title.escapedForHTML)</h1>")
  page.add(html: "<div class=\"player\" data-episode=\"0\"></div></main>")
  page.add(episodes)
  return page.text
}

extension HTMLDocument {
  /// A page that can replay episodes.
  ///
  /// - Parameters:
  ///   - style: CSS besides the one of all pages.
  ///   - script: JavaScript besides that of all pages, and after it.
  package init(replayPage title: String, style: String = "", script: [String]) throws {
    self.init(
      title: title, style: PageContents.style + style,
      script: "\"use strict\";\n(() => {\n"
        + (PageContents.scripts + [PageContents.start] + script).joined(separator: "\n")
        + "})();\n")
    add(data: try PageContents.drawing(), kind: "drawing")
  }

  /// Episodes for players, which find them by their number in the order of addition.
  package mutating func add(_ episodes: [PageEpisode]) {
    for episode in episodes { add(data: episode.data, kind: "episode", name: episode.name) }
  }
}
