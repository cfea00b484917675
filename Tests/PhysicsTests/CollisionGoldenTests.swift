import Foundation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLPhysics

/// Contacts of random pairs of shapes as recorded by Scripts/record_collisions.py.
@Suite struct CollisionGoldenTests {
  static let shapes: [(String, Geom.Shape)] = [
    ("plane", .plane), ("sphere", .sphere), ("capsule", .capsule), ("ellipsoid", .ellipsoid),
    ("cylinder", .cylinder), ("box", .box),
  ]

  static let current = [
    "plane-sphere", "plane-capsule", "plane-ellipsoid", "plane-cylinder", "plane-box",
    "sphere-sphere", "sphere-capsule", "capsule-capsule", "sphere-box", "capsule-box", "box-box",
  ]

  /// Pairs whose contacts are found by a search.
  static let convex = [
    "sphere-ellipsoid", "capsule-ellipsoid", "capsule-cylinder", "ellipsoid-ellipsoid",
    "ellipsoid-cylinder", "ellipsoid-box", "cylinder-cylinder", "cylinder-box",
  ]

  /// The search takes the same steps as MuJoCo's, so that its results are equal far below the
  /// tolerance of 1e-6 at which it ends.
  @Test(arguments: convex + ["sphere-cylinder"])
  func convexContactsMatchMuJoCo4(_ name: String) throws {
    try expectRecordedContacts(name, release: "4.0.0-convex", profile: .mujoco4)
  }

  @Test(arguments: current)
  func contactsMatchMuJoCo4(_ name: String) throws {
    try expectRecordedContacts(name, release: "4.0.0", profile: .mujoco4)
  }

  @Test(arguments: ["capsule-capsule", "sphere-box", "capsule-box"])
  func contactsMatchMuJoCo3(_ name: String) throws {
    try expectRecordedContacts(name, release: "3.4.0", profile: .mujoco3)
  }

  /// As many contacts, in the same order, each within 1e-12 of the largest coordinate: many times
  /// what is measured, 1e-14, and far below what moves when the wrong feature is chosen.
  func expectRecordedContacts(_ name: String, release: String, profile: PhysicsProfile) throws {
    let file = try TensorFile(
      contentsOf: goldenPath("collisions/mujoco-\(release).safetensors"))
    let parts = name.split(separator: "-").map(String.init)
    let table = Dictionary(uniqueKeysWithValues: Self.shapes)
    let first = try #require(table[parts[0]])
    let second = try #require(table[parts[1]])

    let pairs = try rows(file.doubles("\(name)/pairs")).map { ShapePair($0, first, second) }
    let start = try file.integers("\(name)/start").values
    let contacts = try rows(file.doubles("\(name)/contacts"))
    let found = findContacts(pairs, profile: profile)
    #expect(pairs.count >= 80)
    for (index, pair) in pairs.enumerated() {
      let expected = contacts[start[index]..<start[index + 1]].flatMap { $0 }
      let actual = found[index].flatMap { contact in
        [contact.distance] + contact.position.array + contact.normal.array
          + contact.firstTangent.array
      }
      let coordinates = pair.first.center.array + pair.second.center.array
      let scale = coordinates.reduce(1) { max($0, abs($1)) }
      expectClose(actual, expected, within: 1e-12 * scale, "\(name) #\(index)")
      for contact in found[index] {
        #expect(contact.secondTangent == contact.normal.cross(contact.firstTangent))
      }
    }
  }

  func rows(_ tensor: Tensor<Double>) -> [[Double]] {
    let width = tensor.shape[1]
    return (0..<tensor.shape[0]).map { Array(tensor.values[($0 * width)..<(($0 + 1) * width)]) }
  }
}

extension ShapePair {
  init(_ row: [Double], _ first: Geom.Shape, _ second: Geom.Shape) {
    func shape(_ kind: Geom.Shape, _ row: ArraySlice<Double>) -> PlacedShape {
      let x = Array(row)
      return PlacedShape(
        shape: kind, size: Vector3(x[0], x[1], x[2]), center: Vector3(x[3], x[4], x[5]),
        orientation: Quaternion(x[6], x[7], x[8], x[9]))
    }
    self.init(
      first: shape(first, row[0..<10]), second: shape(second, row[10..<20]), margin: row[20])
  }
}

extension Vector3 {
  var array: [Double] { [x, y, z] }
}
