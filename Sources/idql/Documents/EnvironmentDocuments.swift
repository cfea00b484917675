import IDQLEnvs

/// The result of `idql envs --json`.
struct EnvironmentList: Encodable {
  struct Entry: Encodable {
    var id: String
    var suite: String?
    var physics: String
  }

  var environments = EnvironmentID.all.map { id in
    Entry(
      id: id.description, suite: id.entry.suite?.name, physics: id.entry.defaultPhysics.name)
  }
}

/// The result of `idql envs ID --json`: sizes, times, and the rules as text.
struct EnvironmentDocument: Encodable {
  struct Quantity: Encodable {
    var name, unit: String
  }

  struct Reference: Encodable {
    var minimum, maximum: Double
    var source: String
  }

  var id: String
  var physics: String
  var successTiming: String?
  var observation, action: [Quantity]
  var substeps: Int
  var timestep: Double
  var stepLimit: Int
  var tasks: Int
  var reference: Reference?
  var rules: String

  init(_ environment: any Environment) {
    let spec = environment.spec
    func quantities(_ all: [EnvironmentSpec.Quantity]) -> [Quantity] {
      all.map { Quantity(name: $0.name, unit: $0.unit) }
    }
    id = spec.id
    physics = spec.physics.name
    successTiming = spec.successTiming?.rawValue
    observation = quantities(spec.observation)
    action = quantities(spec.action)
    substeps = spec.substeps
    timestep = spec.timestep
    stepLimit = spec.stepLimit
    tasks = environment.taskCount
    reference = spec.referenceScore.map {
      Reference(minimum: $0.minimum, maximum: $0.maximum, source: $0.source)
    }
    rules = environment.rules
  }

  enum CodingKeys: String, CodingKey {
    case id, physics, observation, action, substeps, timestep, tasks, reference, rules
    case successTiming = "success_timing"
    case stepLimit = "step_limit"
  }
}
