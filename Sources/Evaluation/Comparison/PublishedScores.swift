import Foundation

/// A score of IDQL that somebody published.
package struct PublishedScore: Codable, Equatable, Sendable {
  /// Id of the environment.
  package var task: String
  /// Normalised score, or successes in per cent.
  package var score: Double
  /// As published, if anything was.
  package var plusMinus: Double?
  /// What that is and over what; nil where it is not said.
  package var plusMinusIs: String?
  /// Which IDQL: two settings of the paper, and programs of others.
  package var variant: String
  /// N.
  package var candidates: Int?
  /// T.
  package var diffusionSteps: Int?
  /// τ.
  package var expectile: Double?
  /// As published.
  package var settings: String
  /// Table and paper.
  package var source: String

  enum CodingKeys: String, CodingKey {
    case task, score, variant, candidates, expectile, settings, source
    case plusMinus = "plus_minus"
    case plusMinusIs = "plus_minus_is"
    case diffusionSteps = "diffusion_steps"
  }

  /// All that are known, in the order of the file `published_idql_numbers.tsv`.
  package static let all: [PublishedScore] = {
    let text = String(decoding: PackageResources.published_idql_numbers_tsv, as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 10, let score = Double(fields[1]) else {
        preconditionFailure("published_idql_numbers.tsv: \(line)")
      }
      return PublishedScore(
        task: fields[0], score: score, plusMinus: Double(fields[2]),
        plusMinusIs: fields[3].isEmpty ? nil : fields[3], variant: fields[4],
        candidates: Int(fields[5]), diffusionSteps: Int(fields[6]), expectile: Double(fields[7]),
        settings: fields[8], source: fields[9])
    }
  }()
}
