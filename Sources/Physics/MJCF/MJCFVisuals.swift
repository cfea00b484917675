/// Elements that only a renderer uses.

struct MJCFCamera {
  var tracking = ModelVisuals.Tracking.fixed
  var target = ""
  var position = Vector3.zero
  var orientation = MJCFOrientation()
  var fieldOfView = 45.0

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    if let value = try reader.keyword("mode", trackings) { tracking = value }
    if let text = reader.text("target") { target = text }
    try reader.read("pos", into: &position)
    try orientation.apply(&reader)
    try reader.read("fovy", into: &fieldOfView)
    reader.ignore(
      "focal", "focalpixel", "ipd", "orthographic", "output", "principal", "principalpixel",
      "projection", "resolution", "sensorsize", "user")
  }
}

struct MJCFLight {
  var tracking = ModelVisuals.Tracking.fixed
  var target = ""
  var kind = ModelVisuals.Light.Kind.spot
  var isActive = true
  var castsShadow = true
  var position = Vector3.zero
  var direction = Vector3(0, 0, -1)
  var ambient = SIMD3<Float>(0, 0, 0)
  var diffuse = SIMD3<Float>(0.7, 0.7, 0.7)
  var specular = SIMD3<Float>(0.3, 0.3, 0.3)
  var attenuation = SIMD3<Float>(1, 0, 0)
  var cutoff: Float = 45
  var exponent: Float = 10

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    if let value = try reader.keyword("mode", trackings) { tracking = value }
    if let text = reader.text("target") { target = text }
    var isDirectional = kind == .directional
    try reader.read("directional", into: &isDirectional)
    if isDirectional != (kind == .directional) { kind = isDirectional ? .directional : .spot }
    if let value = try reader.keyword("type", lightKinds) { kind = value }
    try reader.read("active", into: &isActive)
    try reader.read("castshadow", into: &castsShadow)
    try reader.read("pos", into: &position)
    try reader.read("dir", into: &direction)
    try reader.read("ambient", into: &ambient)
    try reader.read("diffuse", into: &diffuse)
    try reader.read("specular", into: &specular)
    try reader.read("attenuation", into: &attenuation)
    try reader.read("cutoff", into: &cutoff)
    try reader.read("exponent", into: &exponent)
    reader.ignore("bulbradius", "intensity", "range", "softness", "texture")
  }
}

struct MJCFMaterial {
  var color = SIMD4<Float>(1, 1, 1, 1)
  var texture = ""
  var textureRepeat = SIMD2<Float>(1, 1)
  var repeatsByLength = false
  var specular: Float = 0.5
  var shininess: Float = 0.5
  var reflectance: Float = 0
  var emission: Float = 0

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("rgba", into: &color)
    if let text = reader.text("texture") { texture = text }
    if let v = try reader.numbers("texrepeat", count: 2...2) {
      textureRepeat = SIMD2(Float(v[0]), Float(v[1]))
    }
    try reader.read("texuniform", into: &repeatsByLength)
    try reader.read("specular", into: &specular)
    try reader.read("shininess", into: &shininess)
    try reader.read("reflectance", into: &reflectance)
    try reader.read("emission", into: &emission)
    reader.ignore("metallic", "roughness")
  }
}

extension ModelVisuals {
  /// Of `<visual>`, what is drawn; the rest of it concerns windows and marks.
  mutating func apply(_ section: XMLElement, _ settings: MJCFSettings) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      switch element.name {
      case "headlight":
        try reader.read("ambient", into: &headlight.ambient)
        try reader.read("diffuse", into: &headlight.diffuse)
        try reader.read("specular", into: &headlight.specular)
        var active = headlight.isActive ? 1 : 0
        try reader.read("active", into: &active)
        headlight.isActive = active != 0
      case "rgba":
        try reader.read("haze", into: &haze)
      default: continue
      }
    }
  }
}

private let trackings: KeyValuePairs<String, ModelVisuals.Tracking> = [
  "fixed": .fixed, "track": .track, "trackcom": .trackcom, "targetbody": .targetbody,
  "targetbodycom": .targetbodycom,
]

private let lightKinds: KeyValuePairs<String, ModelVisuals.Light.Kind> = [
  "spot": .spot, "directional": .directional, "point": .point, "image": .image,
]
