import IDQLSpelling

/// Initial values of the elements of one default class.
struct MJCFDefaults {
  var joint = MJCFJoint()
  var geom = MJCFGeom()
  var site = MJCFSite()
  var camera = MJCFCamera()
  var light = MJCFLight()
  var material = MJCFMaterial()
  var mesh = MJCFMesh()
  var texture = MJCFTexture()
  var pair = MJCFPair()
  var tendon = MJCFTendon()
  var equality = MJCFEqualityDefaults()
  var actuator = MJCFActuator()

  static let elements =
    [
      "joint", "geom", "site", "camera", "light", "material", "pair", "tendon", "default", "mesh",
      "texture", "equality",
    ] + MJCFActuator.kinds + MJCFActuator.unsupportedDefaults.keys.sorted()

  /// The settings of this class itself, without nested classes.
  mutating func apply(_ section: XMLElement, _ settings: MJCFSettings) throws(MJCFError) {
    actuator.enterClass()
    var seen: Set<String> = []
    for element in section.children where element.name != "default" {
      var reader = AttributeReader(element, settings)
      guard seen.insert(element.name).inserted else {
        throw .invalid(
          problem: "a second <\(shortened(element.name))> in one <default>",
          remedy: "Join the two.",
          at: reader.here)
      }
      switch element.name {
      case "joint": try joint.apply(&reader)
      case "geom": try geom.apply(&reader)
      case "site": try site.apply(&reader)
      case "camera": try camera.apply(&reader)
      case "light": try light.apply(&reader)
      case "material": try material.apply(&reader)
      case "mesh": try mesh.apply(&reader)
      case "texture": try texture.apply(&reader)
      case "pair": try pair.apply(&reader)
      case "tendon": try tendon.apply(&reader)
      case "equality": try equality.apply(&reader)
      case let kind where Self.elements.contains(kind): try actuator.apply(&reader)
      default:
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closestName(to: element.name, in: Self.elements), at: reader.here)
      }
      try reader.finish()
    }
  }
}
