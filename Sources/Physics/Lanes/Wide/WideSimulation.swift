import IDQLPhysics

/// `laneCount` simulations of one model that step together; each moves as a single
/// `IDQLPhysics.Simulation` would, to the bit.
package final class Simulation: LaneGroup {
  package let model: Model
  let workspace: Workspace
  let traits: ModelTraits
  private let rules: CollisionRules
  private let pairRuns: PairRuns
  /// Owns the memory that `pairRuns` points to.
  private let single: IDQLPhysics.Simulation
  private var isFinite = Mask.always

  package init(model: Model) {
    self.model = model
    workspace = Workspace(model)
    traits = ModelTraits(model)
    rules = CollisionRules(model.profile)
    placeFixedBodies(
      model, workspace.model, frames: workspace.frames, geomFrames: workspace.geomFrames)
    single = IDQLPhysics.Simulation(model: model)
    pairRuns = PairRuns(single.pairRuns, arena: workspace.arena)
  }

  package func step() {
    advance()
    isFinite = checkedState()
  }

  package func isFinite(lane: Int) -> Bool { isFinite[lane] }

  @inline(__always)
  func detectContacts() {
    let w = workspace
    findContacts(
      w.model, pairRuns, rules, frames: w.frames, geomFrames: w.geomFrames, buffer: &w.contacts)
  }

  // such models step one by one
  func solveApart(_ layout: MatrixLayout, velocity: UnsafePointer<Real>) -> Mask { .never }

  /// Perturbed simulations are stepped one by one.
  @inline(__always)
  func addPerturbationForce() {}
}
