import Foundation
import IDQLPhysics

extension Simulation.TendonStep {
  /// Pieces of half a turn around a shape (MuJoCo `vis.quality.numslices`).
  private static let piecesOfHalfTurn = 28.0

  /// The corners of the line that stands for it, m, world frame: what lies on a shape is an arc, and a helix on a
  /// cylinder.
  var points: [Vector3] {
    guard let wrap, let (first, second) = wrap.touch else {
      return [start.position, stop.position]
    }
    // the tendon goes straight until it touches the shape, and on in that direction
    let axis = wrap.isSphere ? Vector3.zero : wrap.axes.zAxis
    func across(_ v: Vector3) -> Vector3 { v - v.dot(axis) * axis }
    let out = across(first - wrap.center).normalized(or: wrap.axes.xAxis)
    let way = across(first - start.position)
    let ahead = (way - way.dot(out) * out).normalized(or: .zero)
    let end = across(second - wrap.center)
    let turn = atan2(end.dot(ahead), end.dot(out))
    // a short arc may be rounded to less than none
    let angle = turn < -1e-6 ? turn + 2 * .pi : max(turn, 0)
    let count = max(1, (angle / .pi * Self.piecesOfHalfTurn).rounded(.up)).wholeNumber(in: 1...1000)
    let rise = (second - first).dot(axis) * axis
    let foot = first - wrap.radius * out
    let arc = (0...count).map { index in
      let share = Double(index) / Double(count)
      let (c, s) = (cos(share * angle), sin(share * angle))
      return foot + share * rise + wrap.radius * (c * out + s * ahead)
    }
    // a tendon through the inside has a single point there
    return [start.position] + (first == second ? [first] : arc) + [stop.position]
  }
}
