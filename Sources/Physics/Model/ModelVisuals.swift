/// What a renderer needs besides geoms and sites; without effect on the motion.
public struct ModelVisuals: Equatable, Sendable {
  /// Fixed viewpoints, in the document's order.
  package internal(set) var cameras: [Camera] = []
  /// In the document's order.
  package internal(set) var lights: [Light] = []
  /// Those that geoms and sites refer to.
  package internal(set) var materials: [Material] = []
  /// Those that materials and the sky refer to.
  package internal(set) var textures: [Texture] = []

  /// A viewpoint fixed to a body (MuJoCo `cam_*`). It looks along its -z axis.
  package struct Camera: Equatable, Sendable {
    /// How it follows its body (MuJoCo `mjtCamLight`).
    package enum Tracking: String, Sendable {
      case fixed, track, trackcom, targetbody, targetbodycom
    }
    /// Empty if it has none.
    package let name: String
    /// Index of its body.
    package let body: Int
    /// How it follows its body.
    package let tracking: Tracking
    /// In the body's frame, m.
    package let position: Vector3
    /// In the body's frame.
    package let orientation: Quaternion
    /// Vertical field of view, degrees.
    package let verticalFieldOfView: Double
  }

  /// A light fixed to a body (MuJoCo `light_*`).
  package struct Light: Equatable, Sendable {
    /// Index of its body.
    package let body: Int
    /// Whether its rays are parallel.
    package let isDirectional: Bool
    /// MuJoCo `light_castshadow`.
    package let castsShadow: Bool
    /// In the body's frame, m.
    package let position: Vector3
    /// In the body's frame, of any length.
    package let direction: Vector3
    /// Red, green, blue.
    package let ambient: SIMD3<Float>
    /// Red, green, blue.
    package let diffuse: SIMD3<Float>
    /// Red, green, blue.
    package let specular: SIMD3<Float>
  }

  /// Appearance of geoms and sites (MuJoCo `mat_*`).
  public struct Material: Equatable, Sendable {
    /// Unlike those of other materials.
    package let name: String
    /// Red, green, blue, opacity.
    package internal(set) var color: SIMD4<Float>
    /// Index into `textures`, -1 if none.
    package let texture: Int
    /// How often the texture is repeated along x and y.
    package let textureRepeat: SIMD2<Float>
    /// 0 to 1.
    package internal(set) var specular: Float
    /// 0 to 1.
    package internal(set) var shininess: Float
    /// 0 to 1.
    package internal(set) var reflectance: Float
  }

  /// A procedural texture. Files are not read.
  package struct Texture: Equatable, Sendable {
    /// Empty if it has none.
    package internal(set) var name: String
    /// `skybox`, `cube` or `2d`.
    package internal(set) var kind: String
    /// `none`, `gradient`, `checker` or `flat`.
    package internal(set) var pattern: String
    /// Red, green, blue.
    package internal(set) var firstColor: SIMD3<Float>
    /// Red, green, blue.
    package internal(set) var secondColor: SIMD3<Float>
    /// Pixels.
    package internal(set) var width: Int
    /// Pixels.
    package internal(set) var height: Int
  }
}
