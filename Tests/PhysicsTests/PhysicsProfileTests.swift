import TestSupport
import Testing

@testable import IDQLPhysics

@Suite struct PhysicsProfileTests {
  /// What the shipped results were made with.
  @Test func theNamedProfilesHaveTheirRules() {
    func new(_ profile: PhysicsProfile) -> [String] {
      PhysicsRule.all.filter { $0.isNew(in: profile) }.map(\.name)
    }
    #expect(new(.mujoco2_1) == [])
    #expect(
      new(.mujoco3) == [
        "capsule inertia", "limits by range", "damping ratios", "quaternions in place",
        "near frames", "depth inside boxes",
      ])
    #expect(new(.mujoco4) == PhysicsRule.all.map(\.name))
    #expect(PhysicsProfile.mujoco2_1.normalizesPositionsInPlace)
    #expect(PhysicsProfile.mujoco2_1.dampsEffectiveInertia == nil)
    #expect(PhysicsProfile.mujoco3.dampsEffectiveInertia == false)
    #expect(PhysicsProfile.mujoco4.dampsEffectiveInertia == true)
  }

  /// The release before a change and the one with it differ in its rules alone.
  @Test(arguments: [
    ("2.1.0", "2.1.1"), ("2.1.5", "2.2.0"), ("3.0.1", "3.1.0"), ("3.1.6", "3.2.0"),
    ("3.2.2", "3.2.3"), ("3.2.6", "3.2.7"), ("3.4.0", "3.5.0"), ("3.6.0", "3.7.0"),
    ("3.10.0", "3.11.0"),
    ("3.11.0", "3.12.0"),
    ("3.14.0", "3.15.0"), ("3.16.0", "3.17.0"), ("3.17.0", "4.0.0"),
  ])
  func everyRuleChangesAtItsRelease(_ before: String, _ since: String) throws {
    let (old, new) = (
      try #require(PhysicsProfile(named: before)), try #require(PhysicsProfile(named: since))
    )
    let changed = PhysicsRule.all.filter { $0.isNew(in: old) != $0.isNew(in: new) }
    #expect(!changed.isEmpty)
    #expect(changed.allSatisfy { $0.since.description == since && $0.isNew(in: new) })
    // and one by one they lead from one profile to the other
    let switched = changed.reduce(old) { $1.taken(from: new, into: $0, named: "mixed") }
    #expect(switched.hasRules(of: new) && switched.name == "mixed")
  }

  @Test func rulesAreInTheOrderOfReleasesAndSwitchEachAlone() {
    #expect(PhysicsRule.all.map(\.since) == PhysicsRule.all.map(\.since).sorted())
    #expect(Set(PhysicsRule.all.map(\.name)).count == PhysicsRule.all.count)
    for rule in PhysicsRule.all {
      let back = rule.taken(from: .mujoco2_1, into: .mujoco4, named: "back")
      let differing = PhysicsRule.all.filter { $0.isNew(in: back) != $0.isNew(in: .mujoco4) }
      // without dampratio nothing is damped by the effective inertia either
      #expect(differing[0].name == rule.name || differing.last?.name == rule.name)
      #expect(differing.count == (rule.name == "damping ratios" ? 2 : 1))
    }
  }

  @Test func releasesWithTheRulesOfANamedProfileAreThat() throws {
    for (release, name) in [
      ("2.1.0", "mujoco2.1"), ("3.2.7", "mujoco3"), ("3.4.0", "mujoco3"), ("4.0.0", "mujoco4"),
      ("3.9.0", "3.9.0"),
    ] { #expect(PhysicsProfile(named: release)?.name == name) }
    let (a, b) = (PhysicsProfile(named: "3.7.0"), PhysicsProfile(named: "3.9.0"))
    #expect(try #require(a).hasRules(of: try #require(b)) && a != b)
  }

  @Test(arguments: [
    "2.0.0", "1.50.0", "4.0.1", "5.0.0", "3.1.7", "3.18.0", "3.12", "3.12.0 ", "03.1.0", "3.-1.0",
    "", "mujoco", "3.1.6.1", "3.99999999999999999999.0",
  ])
  func whatNothingIsKnownOfIsRefused(_ name: String) {
    #expect(PhysicsProfile(named: name) == nil)
  }
}
