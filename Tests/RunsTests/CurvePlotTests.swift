import Foundation
import IDQLRuns
import TestSupport
import Testing

@testable import IDQLCommandLine

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct CurvePlotTests {
  /// The shapes and words of a picture, as an XML parser reads it.
  private final class Contents: NSObject, XMLParserDelegate {
    var shapes: [String: Int] = [:]
    var attributes: [String: [[String: String]]] = [:]
    var words: [String] = []
    var texts: [(text: String, x: Double, y: Double)] = []

    init(_ path: String) throws {
      super.init()
      let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
      parser.delegate = self
      #expect(parser.parse())
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      shapes[name, default: 0] += 1
      self.attributes[name, default: []].append(attributes)
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      words.append(text)
      guard let place = attributes["text"]?.last, let x = Double(place["x"] ?? ""),
        let y = Double(place["y"] ?? "")
      else { return }
      texts.append((text, x, y))
    }

    /// Corners of every shape of that name and colour.
    func points(_ name: String, _ colorKey: String) -> [[(x: Double, y: Double)]] {
      (attributes[name] ?? []).filter { $0[colorKey] == "#2f6fb3" }.map { shape in
        (shape["points"] ?? "").split(separator: " ").map { point in
          let parts = point.split(separator: ",").map { Double($0) ?? .nan }
          return (parts[0], parts[1])
        }
      }
    }
  }

  /// Read by the ticks of its axes, a curve is the mean of its runs, and its band spans their smallest
  /// and largest values, at the steps that all runs have.
  @Test func aCurveIsReadOffByItsTicks() throws {
    try withTemporaryFolder { parent in
      let logs = ["step,q\n10,1\n20,3\n40,-6\n50,9\n", "step,q\n10,2\n20,8\n40,-2\n"]
      for (seed, log) in logs.enumerated() {
        _ = try Fixture.run("\(parent)/\(seed)", seed: UInt64(seed))
        try Data(log.utf8).write(to: URL(fileURLWithPath: "\(parent)/\(seed)/log.csv"))
      }
      let path = "\(parent)/c.svg"
      try CurvePlot(folders: ["\(parent)/0", "\(parent)/1"]).write(to: path)
      let picture = try Contents(path)

      // the lowest and highest label of an axis give its scale; a label is drawn 4 below its tick
      func text(_ text: String) throws -> (x: Double, y: Double) {
        let found = try #require(picture.texts.first { $0.text == text })
        return (found.x, found.y)
      }
      let labels = picture.texts.filter { $0.x < 60 }.compactMap { label in
        Double(label.text).map { (value: $0, y: label.y - 4) }
      }
      let (low, high) = (
        try #require(labels.min { $0.value < $1.value }),
        try #require(labels.max { $0.value < $1.value })
      )
      // y of a picture points down
      #expect(low.value <= -6 && high.value >= 8 && high.y < low.y)
      let end = try text("40").x
      let start = try #require(picture.texts.first { $0.text == "0" && $0.x > 50 }).x
      func read(_ point: (x: Double, y: Double)) -> [Double] {
        [
          40 * (point.x - start) / (end - start),
          low.value + (point.y - low.y) / (high.y - low.y) * (high.value - low.value),
        ]
      }
      // hundredths of a pixel are written, of 180 for some 15 units
      func expect(_ points: [(x: Double, y: Double)], _ expected: [[Double]]) {
        expectClose(points.flatMap(read), expected.flatMap(\.self), within: 0.01)
      }
      let lines = picture.points("polyline", "stroke")
      // the legend's comes first
      try #require(lines.count == 2)
      expect(lines[1], [[10, 1.5], [20, 5.5], [40, -4]])
      let bands = picture.points("polygon", "fill")
      try #require(bands.count == 1)
      expect(bands[0], [[10, 2], [20, 8], [40, -2], [40, -6], [20, 3], [10, 1]])
    }
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

  /// In a page a long curve is made of the means of neighbours, in a band of their extremes.
  @Test func aLongCurveIsThinned() throws {
    try withTemporaryFolder { parent in
      _ = try Fixture.run("\(parent)/a")
      let log = "step,q\n" + (1...1000).map { "\($0),\($0 % 2 == 0 ? 3 : -1)\n" }.joined()
      try Data(log.utf8).write(to: URL(fileURLWithPath: "\(parent)/a/log.csv"))
      let path = "\(parent)/c.svg"
      try CurvePlot(folders: ["\(parent)/a"]).picture(pointLimit: 100).write(to: path)
      let picture = try Contents(path)
      let lines = picture.points("polyline", "stroke")
      try #require(lines.count == 2)
      #expect(lines[1].count == 100)
      // every ten points have the same mean
      #expect(Set(lines[1].map(\.y)).count == 1)
      let bands = picture.points("polygon", "fill")
      try #require(bands.count == 1)
      #expect(bands[0].count == 200 && Set(bands[0].map(\.y)).count == 2)
    }
  }

  @Test func aPolicyNamesItsRun() throws {
    try withTemporaryFolder { parent in
      let run = "\(parent)/a"
      _ = try Fixture.run(run)
      for name in [run, "\(run):best", "\(run):1000", "\(run)/policies/1000.safetensors"] {
        #expect(RunFolder.ofPolicy(name) == run, "\(name)")
      }
      #expect(RunFolder.ofPolicy("\(parent)/b:best") == nil)
      #expect(RunFolder.ofPolicy("policy.safetensors") == nil)
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

  private func plot(_ log: String, in folder: String) throws -> Contents {
    let run = "\(folder)/run"
    if !FileManager.default.fileExists(atPath: run) { _ = try Fixture.run(run) }
    try Data(log.utf8).write(to: URL(fileURLWithPath: "\(run)/log.csv"))
    try CurvePlot(folders: [run]).write(to: "\(folder)/c.svg")
    return try Contents("\(folder)/c.svg")
  }

  /// Editors end lines in another way and begin files with a mark; a run that was killed leaves a
  /// part of a line.
  @Test func aLogIsReadHoweverItsLinesEnd() throws {
    try withTemporaryFolder { folder in
      let log = "step,q,v\n10,1,\n20,3,-1\n"
      let points = try plot(log, in: folder).attributes
      for other in [
        log.replacing("\n", with: "\r\n"), "\(log)\n\n", "\u{FEFF}\(log)", "\(log)30,5",
        "\(log)30,5,2",
      ] {
        #expect(try plot(other, in: folder).attributes == points)
      }
      #expect(try plot("\(log)30,5,2\n", in: folder).attributes != points)
    }
  }

  @Test(arguments: [
    (
      "step,q\n-9223372036854775808,1\n",
      "line 2 begins with step '-9223372036854775808', which must be from 0 to 3000000000"
    ),
    (
      "step,q\n10,1\n9223372036854775807,1\n",
      "line 3 begins with step '9223372036854775807', which must be from 0 to 3000000000"
    ),
    (
      "step,q\nx,1\n",
      "line 2 begins with step 'x', which must be a whole number from 0 to 3000000000"
    ),
    ("step,q\n10,1\n10,2\n", "line 3 is of step 10, after one of step 10"),
    ("step,q\n20,1\n10,2\n", "line 3 is of step 10, after one of step 20"),
    ("step,q\n10,1,2\n", "line 2 does not have 2 cells"),
    ("step,q\n10,one\n", "line 2 has 'one' in column 'q', which is no number"),
    ("step,q,q\n10,1,2\n", "its first line names 'q' twice"),
    ("q,step\n", "its first line does not name columns"),
    ("", "its first line does not name columns"),
  ])
  func aLogThatNoRunHasWrittenIsRefused(_ log: String, _ reason: String) throws {
    try withTemporaryFolder { folder in
      expectMessage("\(folder)/run/log.csv: \(reason).") { _ = try plot(log, in: folder) }
    }
  }

  /// Every size of number is drawn within its panel, by finite lengths.
  @Test(
    arguments: [
      ([1e308, -1e308], true), ([1e308, 1.7e308], false), ([1e30, 1e31], false),
      ([2e-5, 1e-5], true),
      ([Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude], true),
      ([1.7e308, 1.7e308], nil), ([.leastNonzeroMagnitude, .leastNormalMagnitude], nil),
      ([0, 0], nil),
    ] as [([Double], Bool?)])
  func everySizeOfNumberIsDrawn(_ values: [Double], _ falls: Bool?) throws {
    try withTemporaryFolder { folder in
      let log = "step,q\n10,\(values[0])\n3000000000,\(values[1])\n"
      let picture = try plot(log, in: folder)
      let curve = try #require(picture.points("polyline", "stroke").last)
      #expect(curve.count == 2)
      for point in curve { #expect((0...1000).contains(point.x) && (0...500).contains(point.y)) }
      // y of a picture points down
      if let falls {
        #expect(abs(curve[0].y - curve[1].y) > 20 && (curve[0].y < curve[1].y) == falls)
      } else {
        #expect(curve[0].y == curve[1].y)
      }
      #expect(picture.texts.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }
  }
}
