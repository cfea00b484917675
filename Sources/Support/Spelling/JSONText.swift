import Foundation

/// The longest JSON object from outside that is read as a whole. In memory it can take a hundred
/// times as much.
package let jsonByteLimit = 1 << 22

/// The object that a JSON text is; nil if it is anything else, or longer than `jsonByteLimit`.
///
/// - Parameter decoder: `JSONDecoder.python()` for a text that Python may have written.
package func jsonObject(
  _ text: Data, by decoder: JSONDecoder = JSONDecoder()
) -> [String: JSONValue]? {
  guard text.count <= jsonByteLimit else { return nil }
  return (try? decoder.decode(JSONValue.self, from: text))?.object
}

extension JSONDecoder {
  /// Reads what Python's `json.dumps` writes, which is JSON but for the numbers `Infinity`, `-Infinity` and
  /// `NaN`.
  package static func python() -> JSONDecoder {
    let decoder = JSONDecoder()
    // the superset of JSON that has these three
    decoder.allowsJSON5 = true
    return decoder
  }
}

extension Encodable {
  /// The value as JSON: keys in alphabetical order, so that the same value gives the same text;
  /// numbers that read back to the same bits; slashes as they are; what acts on a terminal as `\u001b`.
  ///
  /// - Parameters:
  ///   - indented: with a line for each member; otherwise all on one line.
  ///   - nonFiniteAsText: infinities and NaN, which JSON lacks, as "inf", "-inf" and "nan"; otherwise
  ///     they are an error.
  package func jsonText(indented: Bool = false, nonFiniteAsText: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    if nonFiniteAsText {
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }
    return String(decoding: try encoder.encode(self), as: UTF8.self).printableJSON
  }
}
