import Foundation
import IDQLSpelling
import IDQLTensors

/// A page in one file that needs nothing else: no network, no server, no library.
///
/// The policy of its content (W3C, *Content Security Policy Level 3*) lets a browser run and apply only what stands
/// here, by digest, and load nothing.
package struct HTMLDocument {
  private let title: String
  private var parts: [String] = []
  private let style: String
  private let script: String

  /// - Parameters:
  ///   - style: CSS without a closing tag.
  ///   - script: JavaScript, which runs once all is there.
  init(title: String, style: String, script: String) {
    (self.title, self.style, self.script) = (title, style, script)
  }

  /// - Parameter html: as it stands; text in it goes through `String.escapedForHTML`.
  package mutating func add(html: String) { parts.append(html) }

  /// Data for the script, which finds them by their kind.
  ///
  /// - Parameters:
  ///   - data: base64.
  ///   - name: for readers.
  mutating func add(data: String, kind: String, name: String = "") {
    parts.append(
      "<script type=\"text/plain\" data-kind=\"\(kind)\" data-name=\"\(name.escapedForHTML)\">"
        + "\(data)</script>")
  }

  package var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src \(Self.source(of: style)); script-src \(Self.source(of: script))">
    <title>\(title.escapedForHTML)</title>
    <style>\(style)</style>
    </head>
    <body>
    \(parts.joined(separator: "\n"))
    <script>\(script)</script>
    </body>
    </html>

    """
  }

  /// `'sha256-…'`, by which the policy names what it allows.
  private static func source(of text: String) -> String {
    let digest = Array(text.utf8).withUnsafeBytes { SHA256.hexDigest(of: $0) }
    let digits = Array(digest)
    let bytes = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0
    }
    return "'sha256-\(Data(bytes).base64EncodedString())'"
  }
}

extension String {
  /// The text on one line, safe between tags and in quoted attributes.
  package var escapedForHTML: String {
    printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
      ">", with: "&gt;"
    )
    .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }
}
