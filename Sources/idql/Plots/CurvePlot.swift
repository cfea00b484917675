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
    let storage = try ByteStorage(contentsOf: path)
    return withExtendedLifetime(storage) { String(decoding: storage.bytes, as: UTF8.self) }
  }

  /// The points of every column of a log.
  private static func curves(of path: String) throws -> [String: [Point]] {
    // also after an editor that begins files with a mark, or ends lines in another way
    var text = try text(of: path).replacing("\r\n", with: "\n")
    if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
    // a run that is under way, or was killed, may have written a part of its last line
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    func damage(_ reason: String) -> RunError { .damagedRun(file: path, reason: reason) }
    guard let names = lines.first, names.first == "step" else {
      throw damage("its first line does not name columns")
    }
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw damage("its first line names \(quoted(String(names[twice]))) twice")
    }
    var curves: [String: [Point]] = [:]
    for (number, cells) in lines.enumerated().dropFirst() where cells != [""] {
      let line = "line \(number + 1)"
      guard cells.count == names.count else {
        throw damage("\(line) does not have \(names.count) cells")
      }
      let step: Int
      do { step = try RunLog.stepBounds.number(in: String(cells[0])) } catch {
        throw damage(
          "\(line) begins with step \(quoted(error.found)), which must be \(error.expected)")
      }
      for (name, cell) in zip(names, cells).dropFirst() where !cell.isEmpty {
        guard let value = Double(cell) else {
          throw damage(
            "\(line) has \(quoted(String(cell))) in column \(quoted(String(name))), which is no number"
          )
        }
        guard value.isFinite else { continue }
        if let last = curves[String(name)]?.last?.step, last >= step {
          throw damage("\(line) is of step \(step), after one of step \(last)")
        }
        curves[String(name), default: []].append(Point(step: step, value: value))
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
  package func write(to path: String) throws { try picture().write(to: path) }

  /// - Parameter pointLimit: of the curves of a panel together; of longer ones means of neighbours are drawn, with their extremes as the
  ///   band. Nil to draw every point.
  /// - Throws: `RunError.nothingToPlot` if no run has logged anything.
  func picture(pointLimit: Int? = nil) throws -> SVG {
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
        name, in: &picture, pointLimit: pointLimit,
        x: Self.margin + Double(index % 2) * (Self.width + Self.margin),
        y: legend + 24 + Double(index / 2) * (Self.height + Self.margin))
    }
    return picture
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

  private typealias BandPoint = (step: Int, mean: Double, low: Double, high: Double)

  /// As many points at most, each for some that follow each other.
  private static func thinned(_ band: [BandPoint], to limit: Int?) -> [BandPoint] {
    guard let limit, band.count > limit else { return band }
    let size = (band.count + limit - 1) / limit
    return stride(from: 0, to: band.count, by: size).map { first in
      let part = band[first..<min(first + size, band.count)]
      let count = Double(part.count)
      return (
        part[part.startIndex + part.count / 2].step,
        part.reduce(0) { $0 + $1.mean / count }, part.map(\.low).min() ?? 0,
        part.map(\.high).max() ?? 0
      )
    }
  }

  /// Mean, smallest and largest over a group's runs, at the steps that all of them have.
  private func band(_ name: String, of group: Group) -> [BandPoint] {
    var values: [Int: [Double]] = [:]
    for run in group.runs {
      for point in run[name] ?? [] { values[point.step, default: []].append(point.value) }
    }
    return values.filter { $0.value.count == group.runs.count }.sorted { $0.key < $1.key }.map {
      let (values, count) = ($0.value, Double($0.value.count))
      let sum = values.reduce(0, +)
      let mean = sum.isFinite ? sum / count : values.reduce(0) { $0 + $1 / count }
      return ($0.key, mean, values.min() ?? mean, values.max() ?? mean)
    }
  }

  private func draw(
    _ name: String, in picture: inout SVG, pointLimit: Int?, x left: Double, y top: Double
  ) {
    let bands = groups.map {
      Self.thinned(band(name, of: $0), to: pointLimit.map { max(20, $0 / groups.count) })
    }
    let points = bands.flatMap { $0 }
    guard let last = points.map(\.step).max(), let low = points.map(\.low).min(),
      let high = points.map(\.high).max()
    else { return }
    let scale = Axis(low: low, high: high)
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
      if groups[index].runs.count > 1 || band.contains(where: { $0.low < $0.high }) {
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
