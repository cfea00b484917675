import IDQLPhysics
import IDQLPhysicsLanes
import TestSupport
import Testing

/// Which geoms can collide, and with which parameters.
@Suite struct ModelContactPairTests {
  private func pairs(
    _ world: String, _ sections: String = "", _ profile: PhysicsProfile = .mujoco4
  ) throws -> [ContactPair] {
    try Model(
      mjcf: "<mujoco><worldbody>\(world)</worldbody>\(sections)</mujoco>", profile: profile
    ).pairs
  }

  private func indices(_ pairs: [ContactPair]) -> [[Int]] { pairs.map { [$0.first, $0.second] } }

  private func ball(_ attributes: String = "", _ content: String = "") -> String {
    "<body><joint/><geom size='1' \(attributes)/>\(content)</body>"
  }

  @Test func parentAndChildDoNotTouch() throws {
    // 0 - 1 - 2 in a chain: only grandparent and grandchild
    #expect(indices(try pairs(ball("", ball("", ball())))) == [[0, 2]])
    // a body without joints belongs to its parent
    #expect(indices(try pairs(ball("", "<body><geom size='1'/>\(ball())</body>"))) == [])
  }

  @Test func worldTouchesItsChildren() throws {
    let floor = "<geom type='plane' size='1 1 1'/>"
    #expect(indices(try pairs(floor + ball())) == [[0, 1]])
    #expect(indices(try pairs(floor + "<body><geom size='1'/></body>")) == [])
    #expect(indices(try pairs(floor + floor + "<geom size='1'/>")) == [])
  }

  @Test func contactBitsDecideWhatTouches() throws {
    func touch(_ a: String, _ b: String) throws -> Bool { try !pairs(ball(a) + ball(b)).isEmpty }
    #expect(try touch("contype='2' conaffinity='0'", "contype='0' conaffinity='2'"))
    #expect(try touch("contype='0' conaffinity='4'", "contype='4' conaffinity='0'"))
    #expect(try !touch("contype='2' conaffinity='0'", "contype='2' conaffinity='0'"))
    #expect(try !touch("contype='1' conaffinity='1'", "contype='2' conaffinity='2'"))
  }

  @Test func exclusionsAndExplicitPairsOverrideTheBits() throws {
    let world = """
      <body name="a"><joint/><geom name="a" size="1"/></body>
      <body name="b"><joint/><geom name="b" type="box" size="1 1 1"/><geom size="1"/></body>
      """
    #expect(indices(try pairs(world)) == [[0, 1], [0, 2]])
    let exclude = "<exclude body1='b' body2='a'/>"
    #expect(indices(try pairs(world, "<contact>\(exclude)</contact>")) == [])
    // an explicit pair ignores exclusion, has its own parameters and occurs once
    let pair = "<pair geom1='b' geom2='a' condim='6' friction='2' margin='0.5'/>"
    let both = try pairs(world, "<contact>\(exclude)\(pair)</contact>")
    #expect(indices(both) == [[0, 1]])
    #expect(both[0].dimension == 6 && both[0].friction == (2, 1, 0.005, 0.0001, 0.0001))
    #expect(indices(try pairs(world, "<contact>\(pair)</contact>")) == [[0, 1], [0, 2]])
  }

  /// An explicit pair passes by the filters: within one rigid body, and between two that cannot move, the
  /// contact is found, and no row pushes.
  @Test func contactsWithinARigidBodyHaveNoRows() throws {
    func ball(_ name: String, _ x: Double = 0) -> String {
      "<geom name='\(name)' size='0.1' pos='\(x) 0 0'/>"
    }
    let lone = "<body pos='0 0 1'><freejoint/><geom size='0.1'/></body>"
    let worlds = [
      (ball("a") + ball("b", 0.15), 0), (ball("a") + ball("b", 0.15) + lone, 0),
      (ball("a") + "<body pos='0.15 0 0'>\(ball("b"))</body>", 0),
      (ball("a") + "<body pos='0.15 0 0'>\(ball("b"))</body>" + lone, 0),
      ("<body><freejoint/>\(ball("a"))\(ball("b", 0.15))</body>", 0),
      ("<body><freejoint/>\(ball("a"))<body>\(ball("b", 0.15))</body></body>", 0),
      ("<body><freejoint/>\(ball("a"))<body><joint/>\(ball("b", 0.15))</body></body>", 4),
      (ball("a") + "<body><freejoint/>\(ball("b", 0.15))</body>", 4),
    ]
    for (world, rowCount) in worlds {
      let model = try Model(
        mjcf: """
          <mujoco><worldbody>\(world)</worldbody>
          <contact><pair geom1='a' geom2='b'/></contact></mujoco>
          """, profile: .mujoco4)
      let simulations = (0..<3).map { _ in Simulation(model: model) }
      #expect(simulations[0].contactCount == 1, "\(world)")
      #expect(simulations[0].constraints.count == rowCount, "\(world)")
      WideStepper(model: model).step(Array(simulations[1...]))
      simulations[0].step()
      #expect(simulations.allSatisfy { $0.state == simulations[0].state }, "\(world)")
      #expect(simulations.allSatisfy { $0.constraints.count == rowCount }, "\(world)")
      if rowCount == 0 {
        #expect(simulations[0].constraintForce.allSatisfy { $0 == 0 }, "\(world)")
        #expect(simulations[0].contacts.count == 1, "\(world)")
      }
    }
  }

  @Test func lowerShapeComesFirst() throws {
    let world = "<body><joint/><geom type='box' size='1 1 1'/></body>" + ball()
    #expect(indices(try pairs(world)) == [[1, 0]])
  }

  @Test func marginsAddUpOrTheLargerCounts() throws {
    let world = ball("margin='0.1' gap='0.02'") + ball("margin='0.3' gap='0.05'")
    let new = try pairs(world)[0]
    let old = try pairs(world, "", .mujoco2_1)[0]
    expectClose([new.margin, new.gap], [0.47, 0.07], within: 1e-15)
    expectClose([old.margin, old.gap], [0.3, 0.05], within: 1e-15)
  }

  @Test func equalPriorityMixes() throws {
    let pair = try pairs(
      ball("condim='1' friction='0.5 0.2 0' solref='0.02 1' solimp='0.8 0.9 0.01' solmix='1'")
        + ball("condim='4' friction='0.3 0.4 0' solref='0.06 2' solimp='0.4 0.5 0.03' solmix='3'"))[
        0]
    #expect(pair.dimension == 4)
    // no coefficient is below 1e-5
    #expect(pair.friction == (0.5, 0.5, 0.4, 1e-5, 1e-5))
    let s = pair.softness
    expectClose(
      [s.timeConstant, s.dampingRatio, s.surfaceImpedance, s.deepImpedance, s.width],
      [0.05, 1.75, 0.5, 0.6, 0.025], within: 1e-15)
  }

  @Test func stiffnessIsNotMixed() throws {
    let pair = try pairs(ball("solref='-100 -5'") + ball("solref='-300 -2'"))[0]
    #expect(pair.softness.timeConstant == -300 && pair.softness.dampingRatio == -5)
  }

  @Test func weightsOfZeroLeaveTheOtherGeomToDecide() throws {
    func time(_ a: String, _ b: String) throws -> Double {
      try pairs(ball("solref='0.02 1' solmix='\(a)'") + ball("solref='0.04 1' solmix='\(b)'"))[0]
        .softness.timeConstant
    }
    #expect(try time("0", "1") == 0.04)
    #expect(try time("1", "0") == 0.02)
    expectClose([try time("0", "0")], [0.03], within: 1e-15)
  }

  @Test func higherPriorityDecides() throws {
    let pair = try pairs(
      ball("condim='6' friction='9 9 9' solref='0.09 9'")
        + ball("condim='1' friction='0.1' solref='0.01 1' priority='1'"))[0]
    #expect(pair.dimension == 1 && pair.friction.0 == 0.1)
    #expect(pair.softness.timeConstant == 0.01)
  }
}
