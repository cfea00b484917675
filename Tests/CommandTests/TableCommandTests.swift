import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@testable import IDQLCommandLine

/// `idql table`: what is a column, and what counts.
@Suite struct TableCommandTests {
  private func evaluate(_ json: String, _ policy: String, _ more: String...) throws {
    let result = try Command.start(
      ["eval", "--env", "Hopper-v4", "--policy", policy, "--json", json] + more
    ).finish()
    #expect(result.status == 0, "\(result)")
  }

  @Test(arguments: [
    (["idql/result.json", "bc/result.json"], ["idql/result", "bc/result"]),
    (["x/e7/report.json", "y/e7/report.json", "e8/report.json"], ["x/e7", "y/e7", "e8"]),
    (["a.json", "./a.json", "b/../a.json"], ["a", "a", "a"]),
    (["a.json", "b/a.json"], [nil, "b/a"]), (["report.json"], [nil]), (["studies/e7/"], ["e7"]),
    (["a.b.json", "a.c.json"], ["a.b", "a.c"]),
  ])
  func namesTellFilesApart(_ paths: [String], _ expected: [String?]) {
    let here = URL(fileURLWithPath: ".").standardized.lastPathComponent
    // where the name of the working folder has to tell them apart, or is all there is
    let names = MethodOptions.names(of: paths)
    for (index, name) in expected.enumerated() {
      let own = paths.count == 1 ? here : "\(here)/a"
      #expect(names[index] == name ?? own)
    }
  }

  @Test func resultsOfOneNameAreTwoMethods() throws {
    try withTemporaryFolder { folder in
      let (mine, other) = ("\(folder)/idql/result.json", "\(folder)/bc/result.json")
      try evaluate(mine, Fixture.hopperActor, "-n", "3")
      try evaluate(other, Fixture.otherHopperActor, "-n", "3")
      let table = try Command.run("table", mine, other)
      #expect(table.output.hasPrefix("| task | idql/result | bc/result |\n"))
      #expect(table.output.contains("Runs of each task: idql/result 1, bc/result 1."))
    }
  }

  /// A result that is given twice tells no more than once; further seeds of its policy do.
  @Test func anEpisodeCountsOnce() throws {
    try withTemporaryFolder { folder in
      let (few, all, more) = ("\(folder)/a.json", "\(folder)/b.json", "\(folder)/c.json")
      try evaluate(few, Fixture.hopperActor, "-n", "3")
      try evaluate(all, Fixture.hopperActor, "-n", "5")
      try evaluate(more, Fixture.hopperActor, "-n", "4", "--seed", "1")
      func line(_ results: String...) throws -> String {
        let table = try Command.start(
          ["table", "--method", "mine=*", "--format", "csv"] + results
        ).finish()
        #expect(table.status == 0)
        return table.output.split(separator: "\n").dropFirst().joined()
      }
      #expect(try line(all) == line(all, few))
      #expect(try line(all) == line(few, all, all))
      #expect(try line(all, more).contains(",1,9,"))
    }
  }
}
