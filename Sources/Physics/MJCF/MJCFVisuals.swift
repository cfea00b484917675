/// Elements that only a renderer uses.

struct MJCFCamera {
  var tracking = ModelVisuals.Camera.Tracking.fixed
  var position = Vector3.zero
  var orientation = MJCFOrientation()
  var fieldOfView = 45.0

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    if let value = try reader.keyword("mode", trackings) { tracking = value }
    try reader.read("pos", into: &position)
    try orientation.apply(&reader)
    try reader.read("fovy", into: &fieldOfView)
    reader.ignore(
      "focal", "focalpixel", "ipd", "orthographic", "output", "principal", "principalpixel",
      "projection", "resolution", "sensorsize", "target", "user")
  }
}

struct MJCFLight {
  var isDirectional = false
  var castsShadow = true
  var position = Vector3.zero
  var direction = Vector3(0, 0, -1)
  var ambient = SIMD3<Float>(0, 0, 0)
  var diffuse = SIMD3<Float>(0.7, 0.7, 0.7)
  var specular = SIMD3<Float>(0.3, 0.3, 0.3)

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("directional", into: &isDirectional)
    if let type = reader.text("type") { isDirectional = type == "directional" }
    try reader.read("castshadow", into: &castsShadow)
    try reader.read("pos", into: &position)
    try reader.read("dir", into: &direction)
    try reader.read("ambient", into: &ambient)
    try reader.read("diffuse", into: &diffuse)
    try reader.read("specular", into: &specular)
    reader.ignore(
      "active", "attenuation", "bulbradius", "cutoff", "exponent", "intensity", "mode", "range",
      "softness", "target", "texture")
  }
}

struct MJCFMaterial {
  var color = SIMD4<Float>(1, 1, 1, 1)
  var texture = ""
  var textureRepeat = SIMD2<Float>(1, 1)
  var specular: Float = 0.5
  var shininess: Float = 0.5
  var reflectance: Float = 0

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("rgba", into: &color)
    if let text = reader.text("texture") { texture = text }
    if let v = try reader.numbers("texrepeat", count: 2...2) {
      textureRepeat = SIMD2(Float(v[0]), Float(v[1]))
    }
    try reader.read("specular", into: &specular)
    try reader.read("shininess", into: &shininess)
    try reader.read("reflectance", into: &reflectance)
    reader.ignore("emission", "metallic", "roughness", "texuniform")
  }
}

extension ModelVisuals.Texture {
  init(_ reader: inout AttributeReader) throws(MJCFError) {
    self.init(
      name: "", kind: "cube", pattern: "none", firstColor: SIMD3(0.8, 0.8, 0.8),
      secondColor: SIMD3(0.5, 0.5, 0.5), width: 0, height: 0)
    let file = reader.text("file")
    name = reader.text("name") ?? file ?? ""
    if let text = reader.text("type") { kind = text }
    if let text = reader.text("builtin") { pattern = text }
    try reader.read("rgb1", into: &firstColor)
    try reader.read("rgb2", into: &secondColor)
    try reader.read("width", into: &width)
    try reader.read("height", into: &height)
    reader.ignore(
      "class", "colorspace", "content_type", "embed", "fileback", "filedown", "filefront",
      "fileleft", "fileright", "fileup", "gridlayout", "gridsize", "hflip", "mark", "markrgb",
      "nchannel", "random", "vflip")
    try reader.finish()
  }
}

private let trackings: KeyValuePairs<String, ModelVisuals.Camera.Tracking> = [
  "fixed": .fixed, "track": .track, "trackcom": .trackcom, "targetbody": .targetbody,
  "targetbodycom": .targetbodycom,
]
