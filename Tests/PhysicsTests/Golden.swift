import IDQLPhysics
import IDQLTensors
import TestSupport
import Testing

/// States and single steps recorded from a real MuJoCo, with the model that made them.
///
/// `Golden/<profile>/<model>.safetensors` holds 400 states (100 of each maze) in balanced categories
/// (airborne, few and many contacts, limits, deep, fallen, self-contact, walls and their corners),
/// what MuJoCo computes from each with its solver fully converged, some of them with all constraint
/// rows, and 20 rollouts with the growth of a perturbation.
struct Golden {
  let name: String
  let profile: PhysicsProfile
  let model: Model
  let file: TensorFile

  init(_ name: String, _ profile: PhysicsProfile) throws {
    self.name = name
    self.profile = profile
    model = try Self.model(name, profile)
    file = try TensorFile(contentsOf: goldenPath("\(profile.name)/\(name).safetensors"))
  }

  /// One of the product's own models. Mazes are made in code; what that makes is kept beside the
  /// recordings.
  static func model(_ name: String, _ profile: PhysicsProfile) throws -> Model {
    let path =
      mazes.contains(name)
      ? goldenPath("\(name).xml") : checkoutPath("Sources/Envs/Resources/\(name).xml")
    return try Model(contentsOf: path, profile: profile)
  }

  static let mazes = ["ant_umaze", "ant_large"]
  static let planar = ["hopper", "walker2d", "walker2d_v5", "half_cheetah"]
  static let robots = planar + ["ant"]
  static let models = robots + mazes

  /// Steps per control of the rollouts.
  var substeps: Int { name.hasPrefix("ant") || name == "half_cheetah" ? 5 : 4 }

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
