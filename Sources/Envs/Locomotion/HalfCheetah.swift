extension LocomotionTask {
  /// Gym's HalfCheetah, the same in versions 2 to 5: forward speed; nothing ends it but time.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/half_cheetah_v4.py`, `half_cheetah_v5.py`; Gym 0.21,
  /// `half_cheetah.py`.
  static let halfCheetah = LocomotionTask(
    model: "half_cheetah", substeps: 5, controlCostWeight: 0.1, startNoise: .large)
}
