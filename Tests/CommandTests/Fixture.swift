import Foundation
import IDQLTensors
import TestSupport

/// Files of the repository that the commands are run on.
enum Fixture {
  /// A deterministic actor for Hopper, whose episodes last about 250 steps.
  static let hopperActor = goldenPath("actor_hopper_a2c.safetensors", of: "AgentTests")
  /// Another, whose episodes are longer.
  static let otherHopperActor = goldenPath("actor_hopper_tqc.safetensors", of: "AgentTests")
  /// A small IDQL agent.
  static let agent = goldenPath("tiny_mlp.safetensors", of: "AgentTests")
  static let agentMessagePack = goldenPath("tiny_mlp.msgpack", of: "AgentTests")
  static let hopperModel = checkoutPath("Sources/Envs/Resources/hopper.xml")

  /// A pendulum with a torque of -1…1: qpos, qvel and ctrl have one number each.
  static let pendulum = """
    <mujoco model="pendulum">
      <option timestep="0.01"/>
      <worldbody>
        <body>
          <joint name="hinge" axis="0 1 0"/>
          <geom type="sphere" size="0.1" pos="0 0 -1"/>
        </body>
      </worldbody>
      <actuator><motor joint="hinge" ctrlrange="-1 1"/></actuator>
    </mujoco>
    """

  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  static func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }
}
