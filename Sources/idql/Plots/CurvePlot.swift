import Foundation
import IDQLEvaluation
import IDQLRuns
import IDQLSpelling
import IDQLTensors

/// Curves of training runs: runs that differ in their seed alone are one curve, their mean, with a band
/// from the smallest to the largest of them.
package struct CurvePlot {
  private let groups: [Group]

  /// Runs of one environment, data and configuration.
  private struct Group {
    var name: String
    var runs: [[String: [Point]]]
  }

  private struct Point {
    var step: Int
    var value: Double
  }

  /// What is drawn, in order, of what the runs have logged.
  private static let panels = [
    "score_", "return_N", "success_", "actor_loss", "value_loss", "critic_loss", "q", "v",
  ]

  /// - Parameter folders: of runs, at least one.
  /// - Throws: `RunError.noRun`, `RunError.damagedRun`, `FileError`.
  package init(folders: [String]) throws {
    var groups: [(key: String, group: Group)] = []
    for path in folders {
      let folder = RunFolder(path)
      guard RunFolder.isRun(folder.path) else { throw RunError.noRun(path) }
      try folder.requireNoLinks()
      let description = try RunDescription(contentsOf: folder.description)
      let configuration = try Self.text(of: folder.configuration)
      let key = ([description.environment, configuration] + description.data.map(\.sha256))
        .joined(separator: "\n")
      let curves = try Self.curves(of: folder.log)
      if let place = groups.firstIndex(where: { $0.key == key }) {
        groups[place].group.runs.append(curves)
      } else {
        let name = URL(fileURLWithPath: folder.path).lastPathComponent
        let group = Group(name: "\(description.environment), \(name)", runs: [curves])
        groups.append((key, group))
      }
    }
    self.groups = groups.map { entry in
      var group = entry.group
      if group.runs.count > 1 { group.name += " and \(group.runs.count - 1) more seeds" }
      return group
    }
  }

  private static func text(of path: String) throws -> String {
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw FileError(path: path, .read, reason: error.localizedDescription)
    }
  }

  /// The points of every column of a log.
  private static func curves(of path: String) throws -> [String: [Point]] {
    let lines = try text(of: path).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    guard let names = lines.first, names.first == "step" else {
      throw RunError.damagedRun(file: path, reason: "its first line does not name columns")
    }
    var curves: [String: [Point]] = [:]
    for (number, cells) in lines.enumerated().dropFirst() {
      guard cells.count == names.count, let step = Int(cells[0]) else {
        throw RunError.damagedRun(
          file: path, reason: "line \(number + 1) does not have \(names.count) cells")
      }
      for (name, cell) in zip(names, cells).dropFirst() {
        if let value = Double(cell), value.isFinite {
          curves[String(name), default: []].append(Point(step: step, value: value))
        }
      }
    }
    return curves
  }

  // MARK: Drawing

  private static let colors = ["#2f6fb3", "#c2452d", "#3d8b5f", "#8a5fa8", "#b07d2b", "#4b8d99"]
  private static let (width, height, margin) = (420.0, 220.0, 56.0)

  /// Writes the picture as SVG, whole or not at all.
  ///
  /// - Throws: `FileError`; `RunError.nothingToPlot` if no run has logged anything.
  package func write(to path: String) throws {
    let names = columns
    guard !names.isEmpty else { throw RunError.nothingToPlot }
    let rows = (names.count + 1) / 2
    let legend = Double(groups.count) * 20 + 16
    var picture = SVG(
      width: 2 * (Self.width + Self.margin) + 24,
      height: Double(rows) * (Self.height + Self.margin) + legend + 24)
    for (index, group) in groups.enumerated() {
      let y = 24 + Double(index) * 20
      let color = Self.colors[index % Self.colors.count]
      picture.path([(24, y), (52, y)], style: "stroke=\"\(color)\" stroke-width=\"3\"")
      picture.words(group.name, x: 60, y: y + 5, size: 14)
    }
    for (index, name) in names.enumerated() {
      draw(
        name, in: &picture, x: Self.margin + Double(index % 2) * (Self.width + Self.margin),
        y: legend + 24 + Double(index / 2) * (Self.height + Self.margin))
    }
    try picture.write(to: path)
  }

  /// Those of the panels that a run has points for; N = 4 before N = 16.
  private var columns: [String] {
    let all = Set(groups.flatMap { $0.runs.flatMap(\.keys) })
    return Self.panels.flatMap { panel in
      all.filter {
        panel.hasSuffix("_") || panel.hasSuffix("N") ? $0.hasPrefix(panel) : $0 == panel
      }
      .sorted { ($0.count, $0) < ($1.count, $1) }
    }
  }

  /// Mean, smallest and largest over a group's runs, at the steps that all of them have.
  private func band(
    _ name: String, of group: Group
  ) -> [(step: Int, mean: Double, low: Double, high: Double)] {
    var values: [Int: [Double]] = [:]
    for run in group.runs {
      for point in run[name] ?? [] { values[point.step, default: []].append(point.value) }
    }
    return values.filter { $0.value.count == group.runs.count }.sorted { $0.key < $1.key }.map {
      let mean = $0.value.reduce(0, +) / Double($0.value.count)
      return ($0.key, mean, $0.value.min() ?? mean, $0.value.max() ?? mean)
    }
  }

  private func draw(_ name: String, in picture: inout SVG, x left: Double, y top: Double) {
    let bands = groups.map { band(name, of: $0) }
    let points = bands.flatMap { $0 }
    guard let last = points.map(\.step).max(), let low = points.map(\.low).min(),
      let high = points.map(\.high).max()
    else { return }
    let scale = Scale(low: low, high: high)
    let (width, height) = (Self.width - 30, Self.height - 40)
    func x(_ step: Int) -> Double { left + width * Double(step) / Double(max(last, 1)) }
    func y(_ value: Double) -> Double { top + 20 + height * (1 - scale.place(of: value)) }

    picture.words(
      name, x: left, y: top + 8, size: 13, style: "fill=\"#24313d\" font-weight=\"bold\"")
    for tick in scale.ticks {
      picture.path(
        [(left, y(tick)), (left + width, y(tick))], style: "stroke=\"#e3e6ea\"")
      picture.words(
        tick.text(digits: 4), x: left - 6, y: y(tick) + 4, size: 11, anchor: "end")
    }
    for step in [0, last] {
      picture.words("\(step)", x: x(step), y: top + height + 36, size: 11, anchor: "middle")
    }
    for (index, band) in bands.enumerated() {
      let color = Self.colors[index % Self.colors.count]
      if groups[index].runs.count > 1 {
        picture.area(
          band.map { (x($0.step), y($0.high)) } + band.reversed().map { (x($0.step), y($0.low)) },
          style: "fill=\"\(color)\" fill-opacity=\"0.2\"")
      }
      picture.path(
        band.map { (x($0.step), y($0.mean)) }, style: "stroke=\"\(color)\" stroke-width=\"1.8\"")
      // a single evaluation is a point, not a line
      for point in band where band.count < 40 {
        picture.circle(
          x: x(point.step), y: y(point.mean), radius: 2.5, style: "fill=\"\(color)\"")
      }
    }
  }
}

/// An axis with three to six round ticks.
private struct Scale {
  let ticks: [Double]

  init(low: Double, high: Double) {
    // a single value gets an axis around it
    let span = max(high - low, 0.02 * abs(high), 1e-9)
    let power = pow(10, (log10(span / 4)).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 5 } ?? 10 * power
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// 0 at the lowest tick, 1 at the highest.
  func place(of value: Double) -> Double {
    guard let first = ticks.first, let last = ticks.last, last > first else { return 0.5 }
    return (value - first) / (last - first)
  }
}
