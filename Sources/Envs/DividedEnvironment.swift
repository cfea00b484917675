import IDQLPhysics

/// An environment whose physics may run together with others'. A step is what happens before it, the time
/// steps of the simulation, and what happens after them.
protocol DividedEnvironment: Environment {
  /// - Returns: whether the simulation has to take `spec.substeps` time steps before `finish`; else none.
  func begin(_ action: [Double]) -> Bool

  /// The outcome of the step that `begin` began.
  func finish() -> Transition

  /// One of the same id, physics and options, at the start of its episode of seed 0.
  func another() -> Self
}

extension DividedEnvironment {
  func step(_ action: [Double]) -> Transition {
    if begin(action) {
      for _ in 0..<spec.substeps { simulation.step() }
    }
    return finish()
  }
}
