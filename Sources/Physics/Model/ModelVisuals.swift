/// What a renderer needs beyond the geoms; none of it acts on the motion.
public struct ModelVisuals: Equatable, Sendable {
  /// Fixed viewpoints, in the document's order.
  public internal(set) var cameras: [Camera] = []
  /// In the document's order.
  public internal(set) var lights: [Light] = []
  /// What geoms and sites refer to.
  public internal(set) var materials: [Material] = []
  /// What materials and the sky refer to.
  public internal(set) var textures: [Texture] = []

  /// A viewpoint fixed to a body (MuJoCo `cam_*`). It looks along its -z axis.
  public struct Camera: Equatable, Sendable {
    /// How it follows its body (MuJoCo `mjtCamLight`).
    public enum Tracking: String, Sendable {
      case fixed, track, trackcom, targetbody, targetbodycom
    }
    /// Empty if it has none.
    public let name: String
    /// Index of its body.
    public let body: Int
    /// How it follows its body.
    public let tracking: Tracking
    /// In the body's frame, m.
    public let position: Vector3
    /// In the body's frame.
    public let orientation: Quaternion
    /// Vertical field of view, degrees.
    public let verticalFieldOfView: Double
  }

  /// A light fixed to a body (MuJoCo `light_*`).
  public struct Light: Equatable, Sendable {
    /// Index of its body.
    public let body: Int
    /// Whether its rays are parallel.
    public let isDirectional: Bool
    /// MuJoCo `light_castshadow`.
    public let castsShadow: Bool
    /// In the body's frame, m.
    public let position: Vector3
    /// In the body's frame, of any length.
    public let direction: Vector3
    /// Red, green, blue.
    public let ambient: SIMD3<Float>
    /// Red, green, blue.
    public let diffuse: SIMD3<Float>
    /// Red, green, blue.
    public let specular: SIMD3<Float>
  }

  /// How geoms and sites look (MuJoCo `mat_*`).
  public struct Material: Equatable, Sendable {
    /// Unlike those of other materials.
    public let name: String
    /// Red, green, blue, opacity.
    public internal(set) var color: SIMD4<Float>
    /// Index into `textures`, -1 if none.
    public let texture: Int
    /// How often the texture is repeated along x and y.
    public let textureRepeat: SIMD2<Float>
    /// 0 to 1.
    public internal(set) var specular: Float
    /// 0 to 1.
    public internal(set) var shininess: Float
    /// 0 to 1.
    public internal(set) var reflectance: Float
  }

  /// A procedural texture. Files are not read.
  public struct Texture: Equatable, Sendable {
    /// Empty if it has none.
    public internal(set) var name: String
    /// `skybox`, `cube` or `2d`.
    public internal(set) var kind: String
    /// `none`, `gradient`, `checker` or `flat`.
    public internal(set) var pattern: String
    /// Red, green, blue.
    public internal(set) var firstColor: SIMD3<Float>
    /// Red, green, blue.
    public internal(set) var secondColor: SIMD3<Float>
    /// Pixels.
    public internal(set) var width: Int
    /// Pixels.
    public internal(set) var height: Int
  }
}
