import IDQLPhysics

/// The MJCF documents in Resources, which the build embeds.
package enum RobotModels {
  /// Compiles the document of that name (without suffix).
  package static func compile(_ name: String, profile: PhysicsProfile) throws -> Model {
    try Model(mjcf: document(name), named: "\(name).xml", profile: profile)
  }

  static func document(_ name: String) -> String {
    guard let document = documents[name] else { preconditionFailure("no model is named \(name)") }
    return document
  }

  private static let documents = [
    "ant": PackageResources.ant_xml,
    "ant_maze": PackageResources.ant_maze_xml,
    "humanoid_maze": PackageResources.humanoid_maze_xml,
    "point_force": PackageResources.point_force_xml,
    "point_shift": PackageResources.point_shift_xml,
    "hopper": PackageResources.hopper_xml,
    "walker2d": PackageResources.walker2d_xml,
    "walker2d_v5": PackageResources.walker2d_v5_xml,
    "half_cheetah": PackageResources.half_cheetah_xml,
    "swimmer": PackageResources.swimmer_xml,
    "reacher": PackageResources.reacher_xml,
    "pusher": PackageResources.pusher_xml,
    "pusher_v5": PackageResources.pusher_v5_xml,
    "inverted_pendulum": PackageResources.inverted_pendulum_xml,
    "inverted_double_pendulum": PackageResources.inverted_double_pendulum_xml,
    "humanoid": PackageResources.humanoid_xml,
    "humanoid_standup": PackageResources.humanoid_standup_xml,
  ].mapValues { String(decoding: $0, as: UTF8.self) }
}
