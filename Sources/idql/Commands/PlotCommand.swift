import ArgumentParser
import IDQLRuns
import IDQLTensors

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the curves of training runs.",
    discussion: """
      Runs that differ in their seed alone are one curve, their mean, with a band from the smallest \
      to the largest of them.

      Example: idql plot runs/h0 runs/h1 --out curves.svg
      """)

  @Argument(help: "Folders of runs.", completion: .directory) var runs: [String]
  @Option(help: "SVG file to write.", completion: .file()) var out: String

  func run() throws {
    try requireOutputs(["--out": out], besides: runs.flatMap { RunFolder($0).files })
    try CurvePlot(folders: runs).write(to: out)
  }
}
