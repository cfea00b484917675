import IDQLPhysics
import Testing

@testable import IDQLCommandLine

@Suite struct DrivenMotionTests {
  /// Controls of limited motors are uniform in their range, those of others in -1…1.
  @Test func randomControlsFillTheirRanges() throws {
    let model = try Model(
      mjcf: """
        <mujoco><option timestep="0.01"/><worldbody><body><joint name="a" axis="0 1 0"/>
          <geom size="0.1" pos="0 0 1"/></body></worldbody>
          <actuator>
            <motor joint="a" ctrllimited="true" ctrlrange="2 3"/><motor joint="a"/>
          </actuator>
        </mujoco>
        """, profile: .mujoco4)
    let motions = DrivenMotion.random(model, steps: 2500, seed: 3)
    // ten seconds each
    #expect(motions.map(\.controls.count) == [1000, 1000, 500])
    #expect(motions.allSatisfy { $0.start.position == model.initialPosition && $0.substeps == 1 })
    let controls = motions.flatMap(\.controls)
    for (index, range) in [2.0...3, -1...1].enumerated() {
      let values = controls.map { $0[index] }
      #expect(values.allSatisfy(range.contains))
      // of 2500 draws none within a hundredth of an end: a probability of 1e-11
      let margin = 0.01 * (range.upperBound - range.lowerBound)
      #expect(try #require(values.min()) < range.lowerBound + margin)
      #expect(try #require(values.max()) > range.upperBound - margin)
    }
    #expect(motions[0].controls[0] != motions[1].controls[0])
  }
}
