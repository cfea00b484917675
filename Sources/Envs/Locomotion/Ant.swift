extension LocomotionTask {
  /// Gym's Ant, versions 2 to 5: forward speed, kept off the ground and upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/ant_v4.py`, `ant_v5.py`; Gym 0.21, `ant.py`.
  static func ant(version: Int) -> LocomotionTask {
    LocomotionTask(
      model: "ant", torso: .free, substeps: 5, controlCostWeight: 0.5,
      contactCostWeight: version == 5 ? 5e-4 : 0,
      observedForces: version < 4 ? .zeros : version == 4 ? .none : .contacts,
      health: Health(
        bonus: 1, bonusIncludesFailure: version < 5,
        height: Bounds(lower: 0.2, upper: 1, includesEnds: true)),
      startNoise: .large)
  }
}
