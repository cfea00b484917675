/// The programs of the graphics processor (GLSL 3.30).
///
/// Lighting is computed in linear intensities: input colours are squared and the square root of the
/// result is taken, a cheap approximation of sRGB. The same text is for WebGL 2 (GLSL ES 3.00), which
/// defines `GL_ES` and has no clip distances.
enum Shaders {
  static let shapeVertex = """
    #version 330 core
    layout(location = 0) in vec3 base;
    layout(location = 1) in vec3 normal;
    layout(location = 2) in float end;
    layout(location = 3) in vec4 row0;
    layout(location = 4) in vec4 row1;
    layout(location = 5) in vec4 row2;
    layout(location = 6) in vec4 stretch;
    layout(location = 7) in vec4 color;
    layout(location = 8) in vec4 surface;
    uniform mat4 toClip;
    uniform vec4 keep;
    out vec3 place;
    out vec3 outward;
    flat out vec4 paint;
    flat out vec4 finish;
    #ifdef GL_ES
    out float kept;
    #endif

    void main() {
      vec3 local = base * stretch.xyz + vec3(0.0, 0.0, end * stretch.w);
      vec3 turned = normal / stretch.xyz;
      vec4 point = vec4(local, 1.0);
      place = vec3(dot(row0, point), dot(row1, point), dot(row2, point));
      outward = vec3(dot(row0.xyz, turned), dot(row1.xyz, turned), dot(row2.xyz, turned));
      paint = color;
      finish = surface;
      gl_Position = toClip * vec4(place, 1.0);
      gl_Position.z -= surface.w * gl_Position.w;
      #ifdef GL_ES
      kept = dot(keep, vec4(place, 1.0));
      #else
      gl_ClipDistance[0] = dot(keep, vec4(place, 1.0));
      #endif
    }
    """

  /// The code that all lit surfaces share.
  private static func lighting(hasShadows: Bool) -> String {
    """
    #version 330 core
    \(hasShadows ? "#define SHADOWS" : "")
    uniform vec3 eye;
    uniform vec3 lightDirection;
    uniform vec3 ambient;
    uniform vec3 diffuse;
    uniform vec3 specular;
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
    // evaluate both sides.
    float sunlight(vec3 p, vec3 n) {
      vec3 q = (toShadow * vec4(p + 2.0 * texel.y * n, 1.0)).xyz;
      float sum = 0.0;
      for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
          float weight = float((2 - abs(x)) * (2 - abs(y)));
          sum += weight * texture(shadowMap, q + vec3(1.7 * texel.x * vec2(x, y), 0.0));
        }
      }
      vec3 inside = step(vec3(0.0), q) * step(q, vec3(1.0));
      return mix(1.0, sum / 16.0, inside.x * inside.y * inside.z);
    }
    #else
    float sunlight(vec3 p, vec3 n) { return 1.0; }
    #endif

    // Ambient light that is stronger from above, one directional light, and a weak light from the
    // viewpoint, so that nothing visible is black.
    vec3 lit(vec3 albedo, vec3 p, vec3 n, vec3 toEye, float shine, float exponent) {
      float facing = dot(n, -lightDirection);
      float sun = sunlight(p, n) * step(0.0, facing);
      vec3 around = ambient * (0.75 + 0.25 * n.z) + 0.18 * max(dot(n, toEye), 0.0);
      vec3 light = albedo * (around + diffuse * sun * max(facing, 0.0));
      float glint = pow(max(dot(n, normalize(toEye - lightDirection)), 0.0), exponent);
      return light + shine * sun * glint * specular;
    }

    float hazeAt(float away) { return smoothstep(haze.x, haze.y, away); }

    """
  }

  static func shapeFragment(hasShadows: Bool) -> String {
    lighting(hasShadows: hasShadows) + """
      in vec3 place;
      in vec3 outward;
      flat in vec4 paint;
      flat in vec4 finish;
      #ifdef GL_ES
      in float kept;
      #endif

      void main() {
        #ifdef GL_ES
        if (kept < 0.0) discard;
        #endif
        vec3 way = eye - place;
        float away = length(way);
        vec3 albedo = paint.rgb * paint.rgb;
        vec3 light = lit(albedo, place, normalize(outward), way / away, finish.x, finish.y);
        light = mix(light, albedo, finish.z);
        result = vec4(sqrt(mix(light, horizon, hazeAt(away))), paint.a);
      }
      """
  }

  /// A square in nine pieces, of which the middle one may be in shadow: `columns` and `rows` are
  /// their edges, relative to the point below the eye. The pieces share corners, so that there are
  /// no gaps.
  static let planeVertex = """
    #version 330 core
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

    void main() {
      int piece = firstPiece + gl_VertexID / 6;
      if (firstPiece == 0 && piece > 3) piece += 1;
      int corner = gl_VertexID % 6;
      int right = corner == 1 || corner == 2 || corner == 4 ? 1 : 0;
      int top = corner == 2 || corner == 4 || corner == 5 ? 1 : 0;
      local = vec2(columns[piece % 3 + right], rows[piece / 3 + top]);
      place = origin + local.x * xAxis + local.y * yAxis;
      gl_Position = toClip * vec4(place, 1.0);
    }
    """

  static func planeFragment(hasShadows: Bool) -> String {
    lighting(hasShadows: hasShadows) + """
      in vec2 local;
      in vec3 place;
      uniform vec3 facing;
      uniform vec4 paint;
      uniform vec3 firstColor;
      uniform vec3 secondColor;
      // one over the edge of a square, and the phase of the pattern at the origin
      uniform vec3 squares;
      uniform vec3 finish;

      // The mean over a pixel of a square wave of amplitude 1 and period 2. Its integral is a
      // triangle wave, so the mean is a difference of two values of that.
      vec2 meanWave(vec2 at, vec2 width) {
        vec2 after = abs(fract(0.5 * (at + 0.5 * width)) - 0.5);
        vec2 before = abs(fract(0.5 * (at - 0.5 * width)) - 0.5);
        return 2.0 * (before - after) / width;
      }

      void main() {
        vec3 albedo = paint.rgb * paint.rgb;
        if (squares.x > 0.0) {
          vec2 at = local * squares.x + squares.yz;
          vec2 waves = meanWave(at, max(fwidth(at), vec2(1e-4)));
          float share = 0.5 + 0.5 * waves.x * waves.y;
          albedo *= mix(secondColor * secondColor, firstColor * firstColor, share);
        }
        vec3 way = eye - place;
        float away = length(way);
        vec3 toEye = way / away;
        vec3 light = lit(albedo, place, facing, toEye, finish.x, finish.y);
        float far = hazeAt(away);
        // the mirror image was drawn before and is blended, with more weight at grazing angles
        float grazing = 1.0 - abs(dot(toEye, facing));
        float mirrored = min(finish.z * (1.0 + 3.0 * grazing * grazing * grazing), 0.8);
        result = vec4(
          sqrt(mix(light, horizon, far)), mix(paint.a * (1.0 - mirrored), 1.0, far));
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

  static let skyFragment = """
    #version 330 core
    in vec3 direction;
    uniform vec3 zenith;
    uniform vec3 horizon;
    out vec4 result;

    void main() {
      float height = max(normalize(direction).z, 0.0);
      result = vec4(sqrt(mix(horizon, zenith, smoothstep(0.0, 0.5, height))), 1.0);
    }
    """

  static let shadowFragment = """
    #version 330 core
    in vec3 place;
    in vec3 outward;
    flat in vec4 paint;
    flat in vec4 finish;

    void main() {}
    """

  /// All of them, by name, for WebGL 2.
  static var forWebGL: [String: String] {
    [
      "shapeVertex": shapeVertex, "shape": shapeFragment(hasShadows: false),
      "shadowedShape": shapeFragment(hasShadows: true), "planeVertex": planeVertex,
      "plane": planeFragment(hasShadows: false), "shadowedPlane": planeFragment(hasShadows: true),
      "skyVertex": skyVertex, "sky": skyFragment, "shadow": shadowFragment,
    ].mapValues {
      $0.replacing(
        "#version 330 core",
        with: "#version 300 es\nprecision highp float;\nprecision highp int;\n"
          + "precision highp sampler2DShadow;")
    }
  }
}
