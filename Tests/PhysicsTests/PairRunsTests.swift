import IDQLPhysicsLanes
import IDQLRandom
import Testing

@testable import IDQLPhysics

/// Looking up walls in a grid against testing every pair.
@Suite struct PairRunsTests {
  @Test(arguments: Golden.mazes, PhysicsProfile.all)
  func theGridLeavesNoContactOut(_ name: String, _ profile: PhysicsProfile) throws {
    let model = try Golden.model(name, profile)
    let walls = zip(model.geoms, model.geoms.names).filter { $0.0.shape == .box }
    let (quick, plain) = pairOfSimulations(model)
    var generator = NumPyGenerator(seed: 5)
    var wallContactCount = 0
    for _ in 0..<4000 {
      // in the air and in the ground, in the maze, in its walls and beyond them, legs anywhere
      let wall = walls[generator.integer(below: walls.count)].0.position
      var position = model.initialPosition.map { $0 + generator.uniform(-1.2, 1.2) }
      position[0] = wall.x + generator.uniform(-3, 3)
      position[1] = wall.y + generator.uniform(-3, 3)
      position[2] = generator.uniform(0, 2.5)
      let velocity = (0..<model.velocityCount).map { _ in generator.uniform(-1, 1) }
      quick.reset(position: position, velocity: velocity)
      plain.reset(position: position, velocity: velocity)
      #expect(quick.contacts == plain.contacts)
      #expect(quick.acceleration == plain.acceleration)
      wallContactCount += quick.contacts.count {
        model.geoms[model.pairs[$0.pair].second].shape == .box
      }
    }
    #expect(wallContactCount > 4000)
  }

  /// In lanes, whose cells may have different lists, and one of them none: the list of a cell without walls
  /// begins where that of the next one does.
  @Test(arguments: WideStepper.supportedLaneCounts) func everyLaneHasItsWalls(_ laneCount: Int)
    throws
  {
    // every second box of a wide row is missing, so that cells with and without walls take turns
    let boxes = (0..<12).map { #"<geom type="box" pos="\#(2 * $0) 0 0" size="0.2 0.2 1"/>"# }
    let model = try Model(
      mjcf: """
        <mujoco><option gravity="0 0 0"/><worldbody>\(boxes.joined())
          <body><joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 1 0"/>
            <geom size="0.3"/></body></worldbody></mujoco>
        """, named: "row.xml", profile: .mujoco4)
    let stepper = WideStepper(model: model, laneCount: laneCount)
    let (together, singles) = (
      (0..<laneCount).map { _ in Simulation(model: model) },
      (0..<laneCount).map { _ in Simulation(model: model) }
    )
    var generator = NumPyGenerator(seed: 9)
    var touching = 0
    for _ in 0..<2000 {
      for (a, b) in zip(together, singles) {
        let position = [generator.uniform(-1, 24), generator.uniform(-0.7, 0.7)]
        a.reset(position: position, velocity: [0, 0])
        b.reset(position: position, velocity: [0, 0])
        b.step()
        touching += b.contactCount
      }
      stepper.step(together)
      #expect(zip(together, singles).allSatisfy { $0.state == $1.state })
    }
    #expect(touching > 100 * laneCount)
  }

  /// Boxes of all sizes, tilted and nested in fixed bodies, among capsules, spheres and boxes.
  @Test(arguments: 0..<12)
  func theGridGivesTheContactsOfEveryPairInVariedModels(_ seed: UInt64) throws {
    var generator = NumPyGenerator(seed: seed)
    func numbers(_ count: Int, _ low: Double, _ high: Double) -> String {
      (0..<count).map { _ in "\(generator.uniform(low, high))" }.joined(separator: " ")
    }
    let boxes = (0..<30).map { _ in
      """
      <geom type="box" pos="\(numbers(3, -4, 4))" euler="\(numbers(3, -180, 180))" \
      size="\(numbers(3, 0.05, 1.5))" margin="\(numbers(1, 0, 0.1))"/>
      """
    }
    let model = try Model(
      mjcf: """
        <mujoco>
          <worldbody>
            \(boxes[..<15].joined())
            <body pos="1 0 0" euler="20 30 40">\(boxes[15...].joined())</body>
            <body><freejoint/>
              <geom type="sphere" size="0.3"/>
              <geom type="capsule" size="0.1 0.5" pos="0.4 0 0" euler="0 70 0" margin="0.05"/>
              <geom type="box" size="0.2 0.3 0.1" pos="0 0.5 0"/>
            </body>
          </worldbody>
        </mujoco>
        """, named: "scene.xml", profile: .mujoco4)
    let (quick, plain) = pairOfSimulations(model)
    var count = 0
    for _ in 0..<300 {
      let position = (0..<7).map { _ in generator.uniform(-5, 5) }
      quick.reset(position: position, velocity: Array(repeating: 0, count: 6))
      plain.reset(position: position, velocity: Array(repeating: 0, count: 6))
      #expect(quick.contacts == plain.contacts)
      count += quick.contactCount
    }
    #expect(count > 100)
  }

  private func pairOfSimulations(_ model: Model) -> (Simulation, Simulation) {
    let plain = Simulation(model: model)
    plain.testEveryPair()
    return (Simulation(model: model), plain)
  }
}
