import Foundation
import IDQLRuns
import TestSupport
import Testing

@testable import IDQLCommandLine

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct CurvePlotTests {
  /// How often each shape and each word stands in a picture, as an XML parser reads it.
  private final class Contents: NSObject, XMLParserDelegate {
    var shapes: [String: Int] = [:]
    var words: [String] = []

    init(_ path: String) throws {
      super.init()
      let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
      parser.delegate = self
      #expect(parser.parse())
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) { shapes[name, default: 0] += 1 }

    func parser(_ parser: XMLParser, foundCharacters text: String) { words.append(text) }
  }

  @Test func seedsMakeABandAndOtherSettingsAnotherCurve() throws {
    try withTemporaryFolder { parent in
      for (name, seed, settings) in [
        ("a0", 0, []), ("a1", 1, []), ("b0", 0, ["critic.tau=0.9"]),
      ] {
        try Fixture.run(
          "\(parent)/\(name)", settings: settings + ["evaluation.candidates=[10,2]"],
          seed: UInt64(seed)
        ).train(threads: 1)
      }
      func draw(_ names: String...) throws -> Contents {
        let path = "\(parent)/curves.svg"
        try CurvePlot(folders: names.map { "\(parent)/\($0)" }).write(to: path)
        return try Contents(path)
      }
      let one = try draw("a0")
      // score, return at two N, five losses; nothing to spread
      let panels =
        ["score_N2", "score_N10", "return_N2", "return_N10"]
        + ["actor_loss", "value_loss", "critic_loss", "q", "v"]
      #expect(one.words.filter(panels.contains) == panels)
      #expect(one.shapes["polygon"] == nil)
      #expect(one.words.contains("Hopper-v4, a0"))

      let all = try draw("a0", "a1", "b0")
      #expect(all.shapes["polygon"] == panels.count)
      #expect(all.words.contains("Hopper-v4, a0 and 1 more seeds"))
      #expect(all.words.contains("Hopper-v4, b0"))
    }
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    try withTemporaryFolder { parent in
      expectMessage(
        "\(parent): not the folder of a run; it would hold run.json, config.toml and "
          + "state.safetensors."
      ) { _ = try CurvePlot(folders: [parent]) }
      _ = try Fixture.run("\(parent)/a")
      expectMessage("the runs have logged nothing yet.") {
        try CurvePlot(folders: ["\(parent)/a"]).write(to: "\(parent)/c.svg")
      }
      let log = "\(parent)/a/log.csv"
      try Data("step,q\n1\n".utf8).write(to: URL(fileURLWithPath: log))
      expectMessage("\(log): line 2 does not have 2 cells.") {
        _ = try CurvePlot(folders: ["\(parent)/a"])
      }
    }
  }
}
