import Foundation
import IDQLTensors

/// Files of the repository that the commands are run on.
enum Fixture {
  static let tests = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A deterministic actor for Hopper, whose episodes last about 250 steps.
  static let hopperActor = path("AgentTests/Golden/actor_hopper_a2c.safetensors")
  /// A small IDQL agent.
  static let agent = path("AgentTests/Golden/tiny_mlp.safetensors")
  static let agentMessagePack = path("AgentTests/Golden/tiny_mlp.msgpack")
  static let hopperModel = tests.deletingLastPathComponent()
    .appending(path: "Sources/Envs/Resources/hopper.xml").path

  /// Under the folder Tests.
  static func path(_ relative: String) -> String { tests.appending(path: relative).path }

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
