/// What two ids have in common if a recording of one is a recording of the other as well.
package struct EnvironmentEquivalence: Hashable, Sendable {
  /// Names the robot and what stands around it: equal states and controls lead to equal states.
  package var mechanics: String
  /// Names the rest: besides, equal observations, rewards and ends, for actions in -1 ... 1 and the
  /// same goal.
  package var rules: String
}
