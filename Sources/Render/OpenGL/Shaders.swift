/// The programs of the graphics processor (GLSL 3.30).
///
/// Colours are sRGB throughout, and lights are added up in it, as MuJoCo's renderer and OpenGL's fixed pipeline do:
/// so a model looks as it does there. The same text is for WebGL 2 (GLSL ES 3.00), which defines `GL_ES` and has no
/// clip distances.
enum Shaders {
  /// What is multiplied with the light of a surface.
  enum Image: String, CaseIterable {
    case none = "IMAGE_NONE"
    case flat = "IMAGE_FLAT"
    case cube = "IMAGE_CUBE"
  }

  private static func header(_ definitions: [String]) -> String {
    (["#version 330 core"] + definitions.map { "#define \($0)" }).joined(separator: "\n") + "\n"
  }

  static func shapeVertex(_ image: Image = .none) -> String {
    header([image.rawValue]) + """
      layout(location = 0) in vec3 base;
      layout(location = 1) in vec3 normal;
      layout(location = 2) in float end;
      layout(location = 3) in vec4 row0;
      layout(location = 4) in vec4 row1;
      layout(location = 5) in vec4 row2;
      layout(location = 6) in vec4 stretch;
      layout(location = 7) in vec4 color;
      layout(location = 8) in vec4 surface;
      layout(location = 9) in vec4 mapping;
      #ifdef IMAGE_FLAT
      layout(location = 10) in vec2 picture;
      #endif
      uniform mat4 toClip;
      // what is on the right side of all is drawn in a mirror image
      uniform vec4 keep[5];
      out vec3 place;
      out vec3 outward;
      flat out vec4 paint;
      flat out vec4 finish;
      #ifndef IMAGE_NONE
      out vec4 spot;
      flat out vec4 scale;
      #endif
      #ifdef GL_ES
      out float kept;
      #else
      out float gl_ClipDistance[5];
      #endif

      void main() {
        vec3 local = base * stretch.xyz + vec3(0.0, 0.0, end * stretch.w);
        vec3 turned = normal / stretch.xyz;
        vec4 point = vec4(local, 1.0);
        place = vec3(dot(row0, point), dot(row1, point), dot(row2, point));
        outward = vec3(dot(row0.xyz, turned), dot(row1.xyz, turned), dot(row2.xyz, turned));
        paint = color;
        finish = surface;
        #ifndef IMAGE_NONE
        spot = vec4(base, end);
        scale = mapping;
        #ifdef IMAGE_FLAT
        if (mapping.w > 6.5) spot = vec4(mapping.xy * picture + mapping.z, 0.0, 0.0);
        #endif
        #endif
        gl_Position = toClip * vec4(place, 1.0);
        gl_Position.z -= surface.w * gl_Position.w;
        #ifdef GL_ES
        kept = dot(keep[0], vec4(place, 1.0));
        for (int i = 1; i < 5; i++) kept = min(kept, dot(keep[i], vec4(place, 1.0)));
        #else
        for (int i = 0; i < 5; i++) gl_ClipDistance[i] = dot(keep[i], vec4(place, 1.0));
        #endif
      }
      """
  }

  /// What of the lights a program reckons with, so that renderers in software do not compute what adds nothing.
  struct LightTraits: Hashable {
    /// Whether it shines from a point, in a cone.
    var isPoint = true
    /// Whether it has highlights.
    var isShiny = true
    var castsShadow: Bool?
    /// Whether the shadows of the map are its.
    var isShadowing: Bool?
  }

  /// GLSL that adds up the lights.
  ///
  /// - Parameter traits: of each light; nil for any lights.
  private static func sum(of traits: [LightTraits]?) -> String {
    func call(_ index: String, _ light: LightTraits) -> String {
      let casts = light.castsShadow.map { "\($0)" } ?? "lightAmbient[\(index)].w > 0.5"
      let isShadowing = light.isShadowing.map { "\($0)" } ?? "\(index) == shadowing"
      return "shine(\(index), \(light.isPoint), \(light.isShiny), \(casts), \(isShadowing), "
        + "color, p, n, toEye, specular, exponent, even, shadowed);"
    }
    guard let traits else {
      return "for (int i = 0; i < lightCount; i++) " + call("i", LightTraits())
    }
    return traits.enumerated().map { call("\($0)", $1) }.joined(separator: " ")
  }

  /// The code that all lit surfaces share.
  private static func lighting(
    hasShadows: Bool, isClipped: Bool = false, _ image: Image, _ traits: [LightTraits]?
  ) -> String {
    header(
      [image.rawValue] + (hasShadows ? ["SHADOWS"] : []) + (isClipped ? ["CLIPPED"] : [])) + """
        uniform vec3 eye;
        const int LIGHTS = 8;
        uniform int lightCount;
        // where a light is, and 1; or the way to it, and 0
        uniform vec4 lightPlace[LIGHTS];
        // where it shines, and the cosine of half the angle of its cone
        uniform vec4 lightAxis[LIGHTS];
        // attenuation by distance, and the exponent of its cone
        uniform vec4 lightFall[LIGHTS];
        // colours, and 1 if it casts shadows
        uniform vec4 lightAmbient[LIGHTS];
        uniform vec4 lightDiffuse[LIGHTS];
        uniform vec4 lightSpecular[LIGHTS];
        // the one whose shadows are in the map
        uniform int shadowing;
        uniform vec3 horizon;
        // distances at which haze begins and is complete
        uniform vec2 haze;
        out vec4 result;

        #ifdef SHADOWS
        uniform mat4 toShadow;
        // edge of a texel in the map, and in the world
        uniform vec2 texel;
        uniform sampler2DShadow shadowMap;

        // The share of the light that is not in shadow: the mean of nine tests with the weights of a
        // tent filter, which softens edges. Branches would not be faster, because renderers in software
        // evaluate both sides; a division takes as long as a test, and parallel light needs none.
        float sunlight(bool isPoint, vec3 p, vec3 n) {
          vec4 h = toShadow * vec4(p + 2.0 * texel.y * n, 1.0);
          vec3 q = isPoint ? h.xyz / h.w : h.xyz;
          float sum = 0.0;
          for (int y = -1; y <= 1; y++) {
            for (int x = -1; x <= 1; x++) {
              float weight = float((2 - abs(x)) * (2 - abs(y)));
              sum += weight * texture(shadowMap, q + vec3(1.7 * texel.x * vec2(x, y), 0.0));
            }
          }
          vec3 inside = step(vec3(0.0), q) * step(q, vec3(1.0));
          float share = inside.x * inside.y * inside.z * (isPoint ? step(0.0, h.w) : 1.0);
          return mix(1.0, sum / 16.0, share);
        }
        #endif

        // OpenGL's fixed pipeline (The OpenGL Graphics System 2.1, section 2.14.1), for each fragment: the light with
        // that number. Which it is, is known where this is called, so that the rest is left out.
        void shine(
          int i, bool isPoint, bool isShiny, bool casts, bool isShadowing, vec3 color, vec3 p, vec3 n, vec3 toEye,
          float specular, float exponent, inout vec3 even, inout vec3 shadowed
        ) {
          vec3 way = lightPlace[i].xyz;
          float strength = 1.0;
          if (isPoint) {
            way -= lightPlace[i].w * p;
            float away = length(way);
            way /= away;
            float along = dot(-way, lightAxis[i].xyz);
            float cone = along >= lightAxis[i].w ? pow(max(along, 1e-6), lightFall[i].w) : 0.0;
            vec3 fall = lightFall[i].xyz;
            if (lightPlace[i].w > 0.5) strength = cone / (fall.x + away * (fall.y + away * fall.z));
          }
          float facing = dot(n, way);
          vec3 light = color * (lightAmbient[i].rgb + max(facing, 0.0) * lightDiffuse[i].rgb);
          if (isShiny) {
            vec3 middle = toEye + way;
            float along = max(dot(n, middle), 1e-6);
            float glint = pow(along * along / dot(middle, middle), 0.5 * exponent) * step(0.0, facing);
            light += specular * glint * lightSpecular[i].rgb;
          }
          light *= strength;
          if (casts) {
            #ifdef SHADOWS
            if (isShadowing) light *= sunlight(isPoint, p, n);
            #endif
            shadowed += min(light, 1.0);
          } else {
            even += light;
          }
        }

        // Lights that cast shadows are added after the others are cut off at 1, as in MuJoCo.
        vec3 lit(vec3 color, float emission, vec3 p, vec3 n, vec3 toEye, float specular, float exponent) {
          vec3 even = emission * color;
          vec3 shadowed = vec3(0.0);
          \(sum(of: traits))
          return min(even, 1.0) + shadowed;
        }

        float hazeAt(float away) { return smoothstep(haze.x, haze.y, away); }

        """
  }

  static func shapeFragment(
    hasShadows: Bool, _ image: Image = .none, lights traits: [LightTraits]? = nil
  ) -> String {
    lighting(hasShadows: hasShadows, image, traits) + """
      in vec3 place;
      in vec3 outward;
      flat in vec4 paint;
      flat in vec4 finish;
      // of colours in a mirror image
      uniform float dim;
      #ifdef IMAGE_FLAT
      uniform sampler2D image;
      #endif
      #ifdef IMAGE_CUBE
      uniform samplerCube image;
      #endif
      #ifndef IMAGE_NONE
      // on the shape from -1 to 1: a corner of its mesh, and which end it belongs to; of a mesh of its own, on the image
      in vec4 spot;
      // repetitions, and the kind of shape
      flat in vec4 scale;
      #endif
      #ifdef GL_ES
      in float kept;
      #endif

      #ifdef IMAGE_FLAT
      // Where a flat image is on a shape: as MuJoCo's built-in meshes have it.
      vec2 unrolled() {
        const float PI = 3.14159265;
        if (scale.w > 4.5) {
          vec3 size = abs(spot.xyz);
          vec2 at = size.z >= max(size.x, size.y) - 1e-4 ? spot.xy : size.x >= size.y ? spot.yz : spot.xz;
          return vec2(0.5, -0.5) * at + 0.5;
        }
        float turn = atan(spot.y, spot.x) / (2.0 * PI);
        // of two ways round the one without a step here; the same one where neither has any, or the step from pixel to pixel
        // would be that between them
        float behind = fract(turn + 0.5) - 0.5;
        float before = fract(turn);
        float across = fwidth(behind) > 0.5 ? before : behind;
        // a lid of a cylinder
        if (scale.w > 3.5 && abs(spot.w) > 0.9999) return 0.5 * spot.xy + 0.5;
        float height = asin(clamp(spot.z, -1.0, 1.0)) / (0.5 * PI);
        if (abs(spot.w) < 1e-5) return vec2(across, 0.5 - 0.5 * height);
        if (abs(spot.z) < 1e-5) return vec2(across, 0.5 - 0.5 * spot.w);
        return vec2(across, height > 0.0 ? 1.0 - height : -height);
      }
      #endif

      void main() {
        #ifdef GL_ES
        if (kept < 0.0) discard;
        #endif
        vec3 way = eye - place;
        float away = length(way);
        vec3 light =
          lit(dim * paint.rgb, finish.z, place, normalize(outward), way / away, finish.x, finish.y);
        #ifdef IMAGE_FLAT
        light *= texture(image, scale.w > 6.5 ? spot.xy : scale.xy * unrolled()).rgb;
        #endif
        #ifdef IMAGE_CUBE
        light *= texture(image, scale.xyz * (spot.xyz + vec3(0.0, 0.0, spot.w))).rgb;
        #endif
        light = min(light, 1.0);
        result = vec4(mix(light, horizon, hazeAt(away)), paint.a);
      }
      """
  }

  /// A rectangle in nine pieces, of which the middle one may be in shadow: `columns` and `rows` are
  /// their edges, relative to the point below the eye. The pieces share corners, so that there are
  /// no gaps.
  ///
  /// - Parameter isClipped: whether it is drawn in a mirror image, on the right side of `keep`.
  static func planeVertex(isClipped: Bool = false) -> String {
    header(isClipped ? ["CLIPPED"] : []) + """
      uniform mat4 toClip;
      uniform vec3 origin;
      uniform vec3 xAxis;
      uniform vec3 yAxis;
      uniform vec4 columns;
      uniform vec4 rows;
      // piece of the first six vertices: 4 for the middle one; 0 for all others
      uniform int firstPiece;
      out vec2 local;
      out vec3 place;
      #if defined(CLIPPED) && !defined(GL_ES)
      uniform vec4 keep[5];
      out float gl_ClipDistance[5];
      #endif

      void main() {
        int piece = firstPiece + gl_VertexID / 6;
        if (firstPiece == 0 && piece > 3) piece += 1;
        int corner = gl_VertexID % 6;
        int right = corner == 1 || corner == 2 || corner == 4 ? 1 : 0;
        int top = corner == 2 || corner == 4 || corner == 5 ? 1 : 0;
        local = vec2(columns[piece % 3 + right], rows[piece / 3 + top]);
        place = origin + local.x * xAxis + local.y * yAxis;
        gl_Position = toClip * vec4(place, 1.0);
        #if defined(CLIPPED) && !defined(GL_ES)
        for (int i = 0; i < 5; i++) gl_ClipDistance[i] = dot(keep[i], vec4(place, 1.0));
        #endif
      }
      """
  }

  static func planeFragment(
    hasShadows: Bool, _ image: Image = .none, lights traits: [LightTraits]? = nil,
    isClipped: Bool = false
  ) -> String {
    lighting(hasShadows: hasShadows, isClipped: isClipped, image, traits) + """
      in vec2 local;
      in vec3 place;
      #if defined(CLIPPED) && defined(GL_ES)
      // of each fragment, since the least of several does not change evenly from corner to corner
      uniform vec4 keep[5];
      #endif
      uniform vec3 facing;
      uniform vec4 paint;
      uniform vec3 firstColor;
      uniform vec3 secondColor;
      // one over the edges of a square, and the phase of the pattern at the origin; of an image, repetitions
      uniform vec4 squares;
      // specular, exponent, emission
      uniform vec3 finish;
      #ifdef IMAGE_FLAT
      uniform sampler2D image;
      #endif

      // The mean over a pixel of a square wave of amplitude 1 and period 2. Its integral is a
      // triangle wave, so the mean is a difference of two values of that.
      vec2 meanWave(vec2 at, vec2 width) {
        vec2 after = abs(fract(0.5 * (at + 0.5 * width)) - 0.5);
        vec2 before = abs(fract(0.5 * (at - 0.5 * width)) - 0.5);
        return 2.0 * (before - after) / width;
      }

      void main() {
        vec3 way = eye - place;
        float away = length(way);
        vec3 light = lit(paint.rgb, finish.z, place, facing, way / away, finish.x, finish.y);
        vec2 at = local * squares.xy + squares.zw;
        #ifdef IMAGE_FLAT
        light *= texture(image, at).rgb;
        #else
        if (squares.x > 0.0) {
          vec2 waves = meanWave(at, max(fwidth(at), vec2(1e-4)));
          light *= mix(secondColor, firstColor, 0.5 + 0.5 * waves.x * waves.y);
        }
        #endif
        light = min(light, 1.0);
        float far = hazeAt(away);
        // the mirror image was drawn before, and is added
        result = vec4(mix(light, horizon, far), mix(paint.a, 1.0, far));
        #if defined(CLIPPED) && defined(GL_ES)
        for (int i = 0; i < 5; i++) if (dot(keep[i], vec4(place, 1.0)) < 0.0) discard;
        #endif
      }
      """
  }

  /// A triangle that covers the picture.
  static let skyVertex = """
    #version 330 core
    uniform vec3 forward;
    uniform vec3 right;
    uniform vec3 up;
    out vec3 direction;

    void main() {
      vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
      direction = forward + corner.x * right + corner.y * up;
      // at the far plane, so that it is visible only where nothing else is
      gl_Position = vec4(corner, 1.0, 1.0);
    }
    """

  /// A sky of two colours, one of which changes into the other.
  static let skyFragment = """
    #version 330 core
    in vec3 direction;
    uniform vec3 upper;
    uniform vec3 lower;
    out vec4 result;

    void main() {
      float z = direction.z * inversesqrt(dot(direction, direction));
      // MuJoCo's sigmoid of the elevation e in right angles, 0.5 + 0.5 √2 e / √(1 + e²), to 0.0004: smooth in the
      // root of what is left to the zenith
      float s = sqrt(max(1.0 - abs(z), 0.0));
      float rise = (1.0 - s) * (0.49967 + s * (0.27750 + s * 0.13315));
      result = vec4(mix(lower, upper, 0.5 + sign(z) * rise), 1.0);
    }
    """

  /// A cube around the viewpoint whose lower side has a colour of its own.
  static let cubeSkyFragment = """
    #version 330 core
    in vec3 direction;
    uniform vec3 upper;
    uniform vec3 lower;
    out vec4 result;

    void main() {
      float isSide = step(-direction.z, max(abs(direction.x), abs(direction.y)));
      result = vec4(mix(lower, upper, isSide), 1.0);
    }
    """

  /// A cube of pictures around the viewpoint, of which the upper one is overhead.
  static let imageSkyFragment = """
    #version 330 core
    in vec3 direction;
    uniform samplerCube image;
    out vec4 result;

    void main() { result = vec4(texture(image, vec3(direction.x, direction.z, -direction.y)).rgb, 1.0); }
    """

  static let shadowFragment = """
    #version 330 core
    in vec3 place;
    in vec3 outward;
    flat in vec4 paint;
    flat in vec4 finish;

    void main() {}
    """

  /// Those without images, by name, for WebGL 2.
  static var forWebGL: [String: String] {
    [
      "shapeVertex": shapeVertex(), "shape": shapeFragment(hasShadows: false),
      "shadowedShape": shapeFragment(hasShadows: true), "planeVertex": planeVertex(),
      "clippedPlaneVertex": planeVertex(isClipped: true),
      "clippedPlane": planeFragment(hasShadows: false, isClipped: true),
      "plane": planeFragment(hasShadows: false), "shadowedPlane": planeFragment(hasShadows: true),
      "skyVertex": skyVertex, "sky": skyFragment, "cubeSky": cubeSkyFragment,
      "shadow": shadowFragment,
    ].mapValues {
      $0.replacing(
        "#version 330 core",
        with: "#version 300 es\nprecision highp float;\nprecision highp int;\n"
          + "precision highp sampler2DShadow;")
    }
  }
}
