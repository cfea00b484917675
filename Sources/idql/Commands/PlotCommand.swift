import ArgumentParser
import IDQLRuns
import IDQLTensors

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the curves of training runs.",
    discussion: """
      Runs that differ in their seed alone are one curve, their mean, with a band from the smallest \
      to the largest of them.
      """)

  @Argument(help: "Folders of runs.") var runs: [String]
  @Option(help: "SVG file to write.") var out: String

  func run() throws {
    try requireOutputs(["--out": out], besides: runs.flatMap { RunFolder($0).files })
    try CurvePlot(folders: runs).write(to: out)
  }
}
