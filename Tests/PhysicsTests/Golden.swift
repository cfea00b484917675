import Foundation
import Physics
import Tensors
import Testing

/// States and single steps recorded from a real MuJoCo, with the model that made them.
///
/// `Golden/<profile>/<model>.safetensors` holds 400 states in balanced categories (airborne, few and many
/// contacts, limits, deep, fallen, self-contact), what MuJoCo computes from each with its solver fully
/// converged, 80 of them with all constraint rows, and 20 rollouts with the growth of a perturbation.
struct Golden {
  let name: String
  let profile: PhysicsProfile
  let model: Model
  let file: TensorFile

  init(_ name: String, _ profile: PhysicsProfile) throws {
    self.name = name
    self.profile = profile
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let resources = tests.appendingPathComponent("../../Sources/Envs/Resources")
    model = try Model(
      contentsOf: resources.appendingPathComponent("\(name).xml").path, profile: profile)
    file = try TensorFile(
      contentsOf: tests.appendingPathComponent("Golden/\(profile.name)/\(name).safetensors").path)
  }

  static let planar = ["hopper", "walker2d", "walker2d_v5", "half_cheetah"]
  static let profiles = [PhysicsProfile.mujoco2_1, .mujoco4]

  func table(_ key: String) throws -> Table { Table(try file.doubles(key)) }
  func integers(_ key: String) throws -> [Int] { try file.doubles(key).values.map { Int($0) } }

  /// Rows of a tensor of any rank, by its first axis.
  struct Table {
    let shape: [Int]
    let values: [Double]
    var count: Int { shape[0] }
    var width: Int { values.count / max(1, shape[0]) }

    init(_ tensor: Tensor<Double>) {
      shape = tensor.shape
      values = tensor.values
    }

    subscript(row: Int) -> [Double] { Array(values[(row * width)..<((row + 1) * width)]) }
  }
}
