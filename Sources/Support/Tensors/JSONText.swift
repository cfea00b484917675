import Foundation

extension Encodable {
  /// The value as JSON: keys in alphabetical order, so that the same value gives the same text;
  /// numbers that read back to the same bits; slashes as they are.
  ///
  /// - Parameter indented: with a line for each member; otherwise all on one line.
  package func jsonText(indented: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
