import Foundation
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

/// Tendons as they are drawn.
@Suite struct TendonTests {
  static func stage() throws -> Stage {
    Stage(
      model: try Model(
        contentsOf: goldenPath("tendons.xml", of: "RenderTests"), profile: .mujoco4))
  }

  /// In many states: the line that is drawn is as long as the tendon, but for arcs, which are of straight pieces; it
  /// lies on the shape where it touches it, and nowhere inside.
  @Test func theLineIsAsLongAsTheTendon() throws {
    let stage = try Self.stage()
    var (touching, apart, pieces) = (0, 0, 0)
    for index in 0..<200 {
      let phase = Double(index)
      let position: [Double] = [3 * sin(phase), 0.4 * sin(1.7 * phase), 3 * cos(2.3 * phase)]
      stage.place(State(position: position, velocity: [0, 0, 0], warmStart: [0, 0, 0]))
      for (number, tendon) in stage.model.tendons.enumerated() {
        var (sum, divisors, divisor, isFirst) = (0.0, [Double](), 1.0, true)
        for part in tendon.path {
          switch part {
          case .pulley(let next): (divisor, isFirst) = (next, true)
          case .site:
            // the first one of a branch ends no step
            if !isFirst { divisors.append(divisor) }
            isFirst = false
          case .geom, .joint: break
          }
        }
        let steps = stage.simulation.path(ofTendon: number)
        #expect(steps.count == divisors.count)
        for (step, divisor) in zip(steps, divisors) {
          let points = step.points
          let length = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
          sum += length / divisor
          #expect(points.first == step.start.position && points.last == step.stop.position)
          guard let wrap = step.wrap else { continue }
          guard wrap.touch != nil else {
            apart += 1
            #expect(points.count == 2)
            continue
          }
          touching += 1
          for point in points.dropFirst().dropLast() where points.count > 3 {
            pieces += 1
            let spoke = point - wrap.center
            let across =
              wrap.isSphere ? spoke : spoke - spoke.dot(wrap.axes.zAxis) * wrap.axes.zAxis
            #expect(abs(across.length - wrap.radius) < 1e-9)
          }
        }
        // a chord of 180/28 degrees is shorter than its arc by a share of 5.3e-4
        let whole = stage.simulation.tendonLengths[number]
        #expect(sum <= whole + 1e-9 && sum > whole * (1 - 6e-4), "\(number) in state \(index)")
      }
    }
    #expect(touching > 100 && apart > 50 && pieces > 1000)
  }

  @Test func tendonsHaveTheirGroupsColoursAndFlag() throws {
    let stage = try Self.stage()
    var options = SceneOptions()
    func shapes() -> [Shape] {
      Scene(stage, camera: Camera(framing: stage), options: options).shapes.filter {
        if case .tendon = $0.source { true } else { false }
      }
    }
    let shown = shapes()
    #expect(Set(shown.map(\.source)) == [.tendon(0), .tendon(1), .tendon(2), .tendon(3)])
    let first = try #require(shown.first)
    // MuJoCo 4.0.0's: half length and middle of the first capsule, and 20 pieces around the drum
    expectClose([first.size.x, first.size.y], [0.03, 0.2454], within: 5e-5)
    expectClose(first.position.components, [-0.856, 0, 1.2187], within: 5e-5)
    #expect(shown.count { $0.source == .tendon(0) } == 22)
    #expect(shown.count { $0.source == .tendon(2) } == 8)
    #expect(first.surface.color == SIMD4(0.9, 0.2, 0.15, 1) && first.castsShadow)
    let rope = try #require(shown.first { $0.source == .tendon(1) })
    #expect(rope.surface.color == SIMD4(0.8, 0.6, 0.2, 1) && rope.surface.specular == 0.1)
    options.tendonGroups[4] = true
    #expect(shapes().contains { $0.source == .tendon(4) })
    options[.tendons] = false
    #expect(shapes().isEmpty)
  }
}
