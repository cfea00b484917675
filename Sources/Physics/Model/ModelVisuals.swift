/// What a renderer needs beyond the geoms; none of it acts on the motion.
public struct ModelVisuals: Equatable, Sendable {
  public var cameras: [Camera] = []
  public var lights: [Light] = []
  public var materials: [Material] = []
  public var textures: [Texture] = []

  public init() {}

  /// A viewpoint fixed to a body (MuJoCo `cam_*`). It looks along its -z axis.
  public struct Camera: Equatable, Sendable {
    /// How it follows its body (MuJoCo `mjtCamLight`).
    public enum Tracking: String, Sendable {
      case fixed, track, trackcom, targetbody, targetbodycom
    }
    public var name: String
    public var body: Int
    public var tracking: Tracking
    public var position: Vector3
    public var orientation: Quaternion
    /// Vertical field of view, degrees.
    public var verticalFieldOfView: Double
  }

  /// A light fixed to a body (MuJoCo `light_*`).
  public struct Light: Equatable, Sendable {
    public var body: Int
    public var isDirectional: Bool
    public var castsShadow: Bool
    public var position: Vector3
    public var direction: Vector3
    public var ambient: SIMD3<Float>
    public var diffuse: SIMD3<Float>
    public var specular: SIMD3<Float>
  }

  public struct Material: Equatable, Sendable {
    public var name: String
    public var color: SIMD4<Float>
    /// Index into `textures`, -1 if none.
    public var texture: Int
    public var textureRepeat: SIMD2<Float>
    public var specular: Float
    public var shininess: Float
    public var reflectance: Float
  }

  /// A procedural texture. Files are not read.
  public struct Texture: Equatable, Sendable {
    public var name: String
    /// `skybox`, `cube` or `2d`.
    public var kind: String
    /// `none`, `gradient`, `checker` or `flat`.
    public var pattern: String
    public var firstColor: SIMD3<Float>
    public var secondColor: SIMD3<Float>
    public var width: Int
    public var height: Int
  }
}
