import Foundation
import IDQLEnvs
import IDQLPhysics
import IDQLSpelling

/// The result of `idql verify`.
package struct VerificationReport: Sendable {
  package var verifications: [Verification]
  /// Which ids the recordings are valid for, and which have none.
  var coverage: [String]

  package var isWithinBars: Bool { verifications.allSatisfy(\.isWithinBars) }

  /// Replays all recordings.
  ///
  /// - Parameters:
  ///   - id: nil for every id that has a recording of its own.
  ///   - physics: nil for all profiles with which the environment can be made.
  /// - Throws: `FileError` if the recordings are not in the program's folder.
  package init(id: EnvironmentID?, physics: PhysicsProfile?) throws {
    verifications = []
    for id in try id.map({ [$0] }) ?? EnvironmentID.recorded() {
      for physics in physics.map({ [$0] }) ?? id.possiblePhysics {
        if let result = try verifyRecordings(of: id, physics: physics) {
          verifications.append(result)
        }
      }
    }
    coverage = try Coverage(of: id.map { [$0] } ?? EnvironmentID.all).text
  }

  /// A line for each environment and profile, then which ids the recordings cover.
  package var text: String {
    let header = ["environment", "physics", "steps", "difference", "bar", "", "of what"]
    let rows = verifications.map { result in
      let worst = result.worst
      return [
        result.environment, result.physics.name, "\(result.stepCount)",
        worst?.size.magnitudeText ?? "-", worst?.bar.magnitudeText ?? "-",
        result.isWithinBars ? "ok" : "BEYOND", worst.map { "\($0.quantity), \($0.moment)" } ?? "-",
      ]
    }
    var lines = rows.isEmpty ? [] : table([header] + rows)
    if !rows.isEmpty {
      lines += [
        "",
        "Each line shows the difference that is nearest to its bar, under the physics that were",
        "recorded.",
      ]
    }
    lines += coverage
    let beyond = verifications.filter { !$0.isWithinBars }.count
    if beyond > 0 { lines += ["\(beyond) of \(rows.count) lines are beyond their bars."] }
    return lines.joined(separator: "\n")
  }
}

extension EnvironmentID {
  /// The profiles that do not refuse its model.
  var possiblePhysics: [PhysicsProfile] {
    PhysicsProfile.all.filter { (try? makeEnvironment(self, physics: $0)) != nil }
  }
}

extension Double {
  /// Of a difference, of which the order of magnitude matters.
  var magnitudeText: String { self == 0 ? "0" : text(exponentDecimals: 1) }
}

/// Columns aligned to the left, two spaces apart.
func table(_ rows: [[String]]) -> [String] {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    let cells = zip(row, widths).map { cell, width in
      cell + String(repeating: " ", count: width - cell.count)
    }
    return cells.joined(separator: "  ").trimmingSuffix(" ")
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self[...]
    while text.last == character { text.removeLast() }
    return String(text)
  }
}
