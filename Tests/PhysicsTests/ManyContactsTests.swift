import IDQLPhysicsLanes
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Many bodies that touch: what their contacts cost, and that passing over zeros changes nothing.
@Suite struct ManyContactsTests {
  private static func spheres(_ count: Int, _ attributes: String = "") -> String {
    let body = "<body><freejoint/><geom size=\"1\" \(attributes)/></body>"
    return "<mujoco><worldbody>\(String(repeating: body, count: count))</worldbody></mujoco>"
  }

  /// Each contact moves two bodies of six degrees of freedom, however many others there are.
  @Test func rowsHoldOnlyWhatMovesTheirBodies() throws {
    let simulation = Simulation(model: try Model(mjcf: Self.spheres(12), profile: .mujoco4))
    let w = simulation.workspace
    #expect(w.contacts.count == 66)
    #expect(w.constraints.rowCount == 4 * 66 && w.constraints.entryCount == 4 * 66 * 12)
    for (contact, row) in zip(simulation.contacts, 0...) {
      let pair = simulation.model.pairs[contact.pair]
      let bodies = [pair.first, pair.second].map { simulation.model.geoms[$0].body }
      let moved = simulation.constraints[4 * row].jacobian.indices.filter {
        simulation.constraints[4 * row].jacobian[$0] != 0
      }
      #expect(!moved.isEmpty)
      for dof in moved {
        #expect(
          bodies.contains(
            simulation.model.joints[simulation.model.degreesOfFreedom[dof].joint].body))
      }
    }
  }

  /// Bodies of one tree: what moves both is there once, before the two branches.
  @Test func branchesOfOneTreeShareTheirRoot() throws {
    let leg = "<body pos=\"%\"><joint axis=\"0 1 0\"/><geom size=\"0.1\"/></body>"
    let legs = ["0.5 0 0", "0.55 0 0"].map { leg.replacing("%", with: $0) }.joined()
    let simulation = Simulation(
      model: try Model(
        mjcf: """
          <mujoco><worldbody><body><freejoint/><geom size="0.1"/>\(legs)</body></worldbody></mujoco>
          """, profile: .mujoco4))
    let w = simulation.workspace
    #expect(w.contacts.count == 1 && w.constraints.entryCount == 4 * 8)
    for row in simulation.constraints {
      // inner forces move the root by nothing
      expectClose(Array(row.jacobian[..<6]), Array(repeating: 0, count: 6), within: 1e-14)
    }
    // the hinges turn the spheres about their centres: that moves the contact along one tangent
    #expect(
      simulation.constraints.count { $0.jacobian[6] != 0 && $0.jacobian[7] != 0 } == 2)
  }

  /// Random matrices of islands that interleave, beside the plain elimination.
  @Test func passingOverZerosChangesNoBit() {
    var generator = NumPyGenerator(seed: 3)
    let arena = Arena()
    for count in [1, 2, 7, 24, 60] {
      let layout = MatrixLayout(full: count, arena: arena)
      var matrix = [Double](repeating: 0, count: layout.entryCount)
      for i in 0..<count {
        for j in 0..<i where (i / 3) % 4 == (j / 3) % 4 && generator.uniform(0, 1) < 0.7 {
          matrix[layout.start[i] + j] = generator.standardNormal()
        }
        matrix[layout.start[i] + i] = 40 + generator.uniform(0, 1)
      }
      var (plain, sparse) = (matrix, matrix)
      var diagonals = [[Double]](repeating: Array(repeating: 0, count: count), count: 2)
      factorize(layout, &plain, inverseDiagonal: &diagonals[0])
      factorizeSparsely(layout, &sparse, inverseDiagonal: &diagonals[1])
      #expect(plain == sparse && diagonals[0] == diagonals[1])
      // else there was nothing to pass over
      #expect(count < 7 || matrix.count(where: { $0 == 0 }) > matrix.count / 2)
    }
  }

  /// By what the pairs could need, before anything of it is allocated.
  @Test func contactsBeyondMemoryAreRefused() throws {
    func model(_ bodies: Int) throws -> Model {
      let geoms = String(repeating: "<geom size=\"1\" condim=\"6\"/>", count: 5)
      let body = "<body><freejoint/>\(geoms)</body>"
      return try Model(
        mjcf: "<mujoco><worldbody>\(String(repeating: body, count: bodies))</worldbody></mujoco>",
        profile: .mujoco4)
    }
    #expect(try model(100).contactMemory < contactMemoryLimit)
    expectMessage(
      "model.xml:1: more than 536870912 bytes for the contacts that 318000 pairs of geoms can have "
        + "at once. Split the model or simplify it."
    ) { _ = try model(160) }
  }
}
