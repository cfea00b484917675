import Foundation
import IDQLPhysics
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLAgent
@testable import IDQLEnvs
@testable import IDQLEvaluation

@Suite struct ExplanationTests {
  /// An episode whose return and trajectory follow from its index and from rules that are planted.
  private func episode(_ index: Int, total: Double, trajectory: String) -> Episode {
    Episode(
      index: index, seed: UInt64(index), totalReward: total, length: 10, isTerminated: true,
      isTruncated: false, isBroken: false, unconvergedSolves: 0, score: nil, isSuccess: nil,
      journey: nil, hash: trajectory)
  }

  private func isNew(_ name: String, _ profile: PhysicsProfile) -> Bool {
    PhysicsRule.all.contains { $0.name == name && $0.isNew(in: profile) }
  }

  /// Margins cost 6, capsules and RK4 3 together and nothing alone, and the servos change no return.
  private func planted(_ profile: PhysicsProfile) -> [Episode] {
    (0..<30).map { index in
      let spread = 1000 * sin(7 * Double(index))
      let margins = isNew("contact margins", profile)
      let both =
        isNew("capsule inertia", profile) && isNew("RK4 stages of rotations", profile)
      let servos = isNew("ball servos", profile) && index % 2 == 0
      return episode(
        index,
        total: spread - (margins ? 6 + Double(index % 3) : 0) - (both ? 3 + Double(index % 2) : 0),
        trajectory: "\(index) \(margins) \(both) \(servos)")
    }
  }

  @Test func plantedRulesAreFoundAndToldApart() throws {
    var played = 0
    let found = try Explanation(from: .mujoco2_1, to: .mujoco4, seed: 0) { _ in
      nil
    } play: { profile in
      played += 1
      return planted(profile)
    }
    func step(_ name: String) throws -> Explanation.Step {
      try #require(found.steps.first { $0.rule.hasPrefix(name) })
    }
    #expect(found.steps.map(\.rule) == PhysicsRule.all.map(\.title))
    let margins = try step("contact margins of 3.5.0")
    #expect(margins.role == .moves)
    // of 6, 7, 8 in turn
    expectClose([margins.path?.mean ?? 0, margins.alone?.mean ?? 0], [-7, -7], within: 1e-9)
    #expect(margins.path?.interval.map { $0.lower < -7 && $0.upper > -7 && $0.upper < -6 } == true)

    // the interaction is on the path, at the later of the two
    let stages = try step("RK4 stages of rotations of 4.0.0")
    #expect(stages.role == .moves)
    expectClose([stages.path?.mean ?? 0, stages.alone?.mean ?? 1], [-3.5, 0], within: 1e-9)
    #expect(stages.alone?.identicalCount == 30)
    #expect(try step("capsule inertia").role == .unused)
    let servos = try step("ball servos")
    #expect(servos.role == .touches && servos.path?.identicalCount == 15)
    #expect(try step("box against box").role == .unused)
    expectClose([found.total.mean, found.last - found.first], [-10.5, -10.5], within: 1e-9)
    // the end of the path is its own last profile, and the first rule alone is its first
    #expect(played == PhysicsRule.all.count * 2)

    let text = found.table
    #expect(text.contains("contact margins of 3.5.0"))
    #expect(text.contains("-7.00 [-7."))
    #expect(text.contains("none, equal to the bit"))
    #expect(text.contains("touches      ball servos of 3.11.0\n"))
    #expect(text.contains("interaction  -3.50, together less each alone"))
  }

  @Test func theWayBackHasTheOppositeSigns() throws {
    let back = try Explanation(from: .mujoco4, to: .mujoco3, seed: 0) { _ in
      nil
    } play: {
      planted($0)
    }
    #expect(back.steps.map(\.rule).first == "RK4 stages of rotations of 4.0.0")
    #expect(back.steps.map(\.rule).last == "contact margins of 3.5.0")
    expectClose([back.total.mean], [10.5], within: 1e-9)
  }

  @Test func profilesWithTheSameRulesExplainNothing() throws {
    let release = try #require(PhysicsProfile(named: "3.9.0"))
    let other = try #require(PhysicsProfile(named: "3.7.0"))
    expectMessage("3.9.0 and 3.7.0 have the same rules: nothing can differ.") {
      _ = try Explanation(from: release, to: other, seed: 0) { _ in
        nil
      } play: {
        planted($0)
      }
    }
    expectMessage("from 3.9.0 to mujoco4 no profile can make the environment: no such thing") {
      _ = try Explanation(from: release, to: .mujoco4, seed: 0) { _ in
        "no such thing"
      } play: {
        planted($0)
      }
    }
  }

  // MARK: Two boxes

  /// A box on legs of contact alone, pushed over another one: MuJoCo before 3.12 finds other points.
  private static let boxes = RobotTask(
    title: "A box pushed over another",
    mjcf: """
      <mujoco>
        <option timestep="0.01" integrator="RK4"/>
        <worldbody>
          <geom name="table" type="box" size="3 3 0.1" pos="0 0 -0.1"/>
          <body name="cube" pos="0 0 0.1">
            <freejoint/>
            <geom name="cube" type="box" size="0.1 0.1 0.1" margin="0.001"/>
          </body>
          <body name="slider">
            <joint name="push" axis="1 0 0" type="slide" damping="1"/>
            <geom type="sphere" size="0.05" pos="-0.3 0 0.15" contype="0" conaffinity="0"/>
          </body>
        </worldbody>
        <actuator><motor joint="push" ctrlrange="-1 1" ctrllimited="true"/></actuator>
      </mujoco>
      """,
    substeps: 5, stepLimit: 20, jointLabels: ["cube"], observation: [.positions(), .velocities()],
    reward: [.forwardSpeed(), .controlCost(weight: 0.1)], start: .noise(0.05, velocity: .uniform))

  private struct Push: Policy {
    let observationCount: Int
    let actionCount = 1
    func actions(
      observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
    ) -> [Float] {
      steps.indices.map { noise[$0].randomFloat() - 0.5 }
    }
  }

  private func explained(_ from: PhysicsProfile, _ to: PhysicsProfile) throws -> Explanation {
    @Sendable func make(_ profile: PhysicsProfile) throws -> any Environment {
      try RobotEnvironment(Self.boxes, EnvironmentRequest("Boxes-v0", physics: profile))
    }
    return try Explanation(from: from, to: to, seed: 0) { profile in
      do { _ = try make(profile) } catch let error as MJCFError { return "\(error)" }
      return nil
    } play: { profile in
      let policy = Push(observationCount: try make(profile).spec.observationCount)
      return try evaluate(
        policy, plan: EvaluationPlan(episodes: 8, workers: 1),
        makeEnvironment: { try make(profile) }
      ).episodes
    }
  }

  @Test func theRuleOfTwoBoxesIsFound() throws {
    let found = try explained(.mujoco2_1, .mujoco4)
    #expect(found.steps[0].rule == "box against box of 3.12.0" && found.steps[0].role == .lifts)
    #expect(found.steps.count { $0.role == .lifts } == 1)
    #expect(found.fromRefusal?.contains("contact of box 'table' and box 'cube' under") == true)
    #expect(
      found.findings[0].hasPrefix(
        "decides      box against box of 3.12.0: without it, Boxes-v0.xml:"))
    // nothing else in this model has a rule, but the margin, and RK4 of a body that turns
    let used = found.steps.filter { $0.role != .unused && $0.role != .lifts }.map(\.rule)
    #expect(
      Set(used).isSubset(of: [
        "quaternions in place of 3.2.0", "contact margins of 3.5.0",
        "RK4 stages of rotations of 4.0.0",
      ]))
    #expect(used.contains("RK4 stages of rotations of 4.0.0"))
    #expect(found.steps.filter { $0.role == .unused }.allSatisfy { $0.path?.identicalCount == 8 })
    #expect(found.table.contains(/box against box of 3\.12\.0 +refused before/))

    let narrow = try explained(
      #require(PhysicsProfile(named: "3.11.0")), #require(PhysicsProfile(named: "3.12.0")))
    #expect(narrow.steps.map(\.rule) == ["box against box of 3.12.0"])

    let back = try explained(.mujoco4, .mujoco3)
    let refused = back.steps.filter { $0.role == .refused }
    #expect(refused.map(\.rule) == ["box against box of 3.12.0"])
    #expect(back.toRefusal?.contains("under mujoco3") == true)
    #expect(back.table.contains("of the last profile that can be made"))
  }
}
