/// The numbers that make Gym's Ant, versions 2 to 5: forward speed, kept off the ground and
/// upright.
///
/// `AntRunner` runs on these and its rules are printed from these; there is no second copy.
///
/// Source: Gymnasium 1.4.0, `envs/mujoco/ant_v4.py`, `ant_v5.py`; Gym 0.21, `ant.py`.
struct AntTask: Equatable, Sendable {
  /// What follows positions and velocities in an observation.
  enum ObservedForces: Equatable, Sendable {
    case none
    /// mujoco-py with MuJoCo 2.0 or later never computed these forces: 84 zeros (issue 1541 of
    /// Gym).
    case zeros
    /// Those of every body but the world.
    case contacts
  }

  let model = "ant"
  let substeps = 5
  let stepLimit = 1000
  let controlCostWeight = 0.5
  let bonus = 1.0
  /// Of the torso, m. Both ends are healthy.
  let healthyHeight = 0.2...1.0
  /// Positions are uniform between minus and plus this; velocities are this times a standard
  /// normal.
  let resetNoise = 0.1
  let observedForces: ObservedForces
  /// Times the sum of squares of all forces, each clamped to ±1.
  let contactCostWeight: Double
  /// Whether the step into an unhealthy state earns the bonus too.
  let bonusIncludesFailure: Bool

  init(version: Int) {
    observedForces = version < 4 ? .zeros : version == 4 ? .none : .contacts
    contactCostWeight = version == 5 ? 5e-4 : 0
    bonusIncludesFailure = version < 5
  }
}
