/// The two published variants of the agent, which differ in more than their sizes.
public enum LearnerFamily: String, Codable, CaseIterable, Sendable {
  /// swish; LayerNorm on the value network's input (`ddpm_iql_simple`, December 2023).
  case simple
  /// mish; no such LayerNorm (`ddpm_iql`, the line of the paper).
  case full

  /// Of the condition's MLP and of the score network.
  package var activation: Activation { self == .simple ? .swish : .mish }
}
