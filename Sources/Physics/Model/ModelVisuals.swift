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
  /// How tendons look, in the order of `Model.tendons`.
  package internal(set) var tendons: [Tendon] = []
  /// A light that shines from the viewpoint (MuJoCo `vis.headlight`).
  package internal(set) var headlight = Headlight()
  /// Colour that infinite ground fades into: red, green, blue, opacity (MuJoCo `vis.rgba.haze`).
  package internal(set) var haze = SIMD4<Float>(1, 1, 1, 1)

  /// How a camera or light follows its body (MuJoCo `mjtCamLight`).
  package enum Tracking: String, Sendable {
    /// It is fixed to its body.
    case fixed
    /// It keeps its direction, and its distance from the body's origin.
    case track
    /// It keeps its direction, and its distance from the centre of mass of the body's subtree.
    case trackcom
    /// It is fixed to its body, and turns to the origin of another.
    case targetbody
    /// It is fixed to its body, and turns to the centre of mass of another's subtree.
    case targetbodycom
  }

  /// How a tendon looks (MuJoCo `tendon_*`).
  package struct Tendon: Equatable, Sendable {
    /// Selects tendons for rendering (MuJoCo `tendon_group`).
    package internal(set) var group: Int
    /// Index into `materials`, -1 if none.
    package internal(set) var material: Int
    /// Red, green, blue, opacity.
    package internal(set) var color: SIMD4<Float>
    /// m (MuJoCo `tendon_width`).
    package internal(set) var radius: Double
  }

  /// MuJoCo `vis.headlight`; factors of a surface's own red, green and blue.
  package struct Headlight: Equatable, Sendable {
    package internal(set) var isActive = true
    package internal(set) var ambient = SIMD3<Float>(repeating: 0.1)
    package internal(set) var diffuse = SIMD3<Float>(repeating: 0.4)
    package internal(set) var specular = SIMD3<Float>(repeating: 0.5)
  }

  /// A viewpoint fixed to a body (MuJoCo `cam_*`). It looks along its -z axis.
  package struct Camera: Equatable, Sendable {
    /// Empty if it has none.
    package let name: String
    /// Index of its body.
    package let body: Int
    /// How it follows its body.
    package let tracking: Tracking
    /// Index of the body that it turns to, -1 if none.
    package let target: Int
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
    /// MuJoCo `mjtLightType`.
    package enum Kind: String, Sendable {
      /// From a point, within a cone.
      case spot
      /// Parallel rays.
      case directional
      /// From a point, all around.
      case point
      /// From a picture of the surroundings, which is not read.
      case image
    }
    /// What kind it is.
    package let kind: Kind
    /// Whether it shines (MuJoCo `light_active`).
    package let isActive: Bool
    /// How it follows its body.
    package let tracking: Tracking
    /// Index of the body that it turns to, -1 if none.
    package let target: Int
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
    /// Constant, linear and quadratic term of the distance, whose sum divides the light.
    package let attenuation: SIMD3<Float>
    /// Of a spot: half the angle of its cone, degrees.
    package let cutoff: Float
    /// Of a spot: exponent of the cosine of the angle from its axis.
    package let exponent: Float
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
    /// Whether the texture is repeated per unit of length, and not per element (MuJoCo `mat_texuniform`).
    package let repeatsByLength: Bool
    /// 0 to 1.
    package internal(set) var specular: Float
    /// 0 to 1.
    package internal(set) var shininess: Float
    /// 0 to 1.
    package internal(set) var reflectance: Float
    /// Share of its colour that it has without light, 0 to 1.
    package let emission: Float
  }

  /// What is multiplied with the light of a surface: a description of pictures, or these (MuJoCo `tex_*`).
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
    /// `none`, `edge`, `cross` or `random`.
    package internal(set) var mark: String
    /// Of the mark: red, green, blue.
    package internal(set) var markColor: SIMD3<Float>
    /// Of the pixels that a random mark covers.
    package internal(set) var markShare: Double
    /// Pixels.
    package internal(set) var width: Int
    /// Pixels.
    package internal(set) var height: Int
    /// Of files; nil where the rest describes it, or where the file is of a format that is not drawn.
    package internal(set) var picture: Picture?
  }

  /// Pictures of one size: one, or six of the sides of a cube (right, left, up, down, front, back).
  package struct Picture: Equatable, Sendable {
    /// Pixels.
    package internal(set) var width: Int
    /// Of one, pixels.
    package internal(set) var height: Int
    /// (pictures, height, width, 3): red, green, blue; lines from the top.
    package internal(set) var bytes: [UInt8]
    /// Whether OpenGL is to take its numbers for those of sRGB (MuJoCo `tex_colorspace`).
    package internal(set) var isSRGB: Bool
  }
}
