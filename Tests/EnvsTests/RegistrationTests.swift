import Foundation
import IDQLPhysics
import IDQLThreads
import TestSupport
import Testing

@testable import IDQLEnvs

@Suite struct RegistrationTests {
  private static func hopper(_ request: EnvironmentRequest) throws -> any Environment {
    try RobotEnvironment(GymRobot.hopper.task(5), request)
  }

  /// In the catalog of the process, which other tests use too.
  @Test func registeredEnvironmentsAreLikeAnyOther() throws {
    let name = "Tests/Hopper-v9"
    let id = try environments.register(name, make: Self.hopper)
    #expect(try EnvironmentID(name) == id)
    #expect(EnvironmentID.all.contains(id) && environments[name] == id)
    #expect(id.defaultPhysics == .mujoco4 && id.entry.suite == nil && id.entry.dataset == nil)
    #expect((id.name, id.version) == ("Tests/Hopper", 9))
    expectMessage(
      "No environment is named 'tests/hoper-v9'. The nearest names are Tests/Hopper-v9, Hopper-v2, "
        + "Hopper-v3."
    ) { _ = try makeEnvironment(id: "tests/hoper-v9") }

    let environment = try makeEnvironment(id: name, physics: .mujoco3)
    #expect(environment.spec.id == name && environment.spec.physics == .mujoco3)
    #expect(environment.rules.contains("  mujoco3 (not the default of this id)"))
    #expect(
      throws: EnvironmentError.foreignSnapshot(
        found: "Hopper-v5 with mujoco4 physics", expected: "\(name) with mujoco3 physics")
    ) { try environment.restore(makeEnvironment(id: "Hopper-v5").snapshot) }

    let hoppers = try VectorEnvironment(id, count: 2)
    let original = try makeEnvironment(id: "Hopper-v5")
    hoppers.reset(seed: 3)
    original.reset(seed: 4)
    #expect(Array(hoppers.observations.suffix(11)) == original.observation)
  }

  @Test func aNameIsRegisteredOnce() throws {
    let catalog = EnvironmentCatalog()
    try catalog.register("Mine-v0", make: Self.hopper)
    expectMessage(
      "An environment named 'Mine-v0' is registered already; another one needs a name of its own."
    ) { try catalog.register("Mine-v0", make: Self.hopper) }
    #expect(catalog.ids.map(\.description) == ["Mine-v0"])
    #expect(throws: EnvironmentError.duplicateName("Hopper-v4")) {
      try environments.register("Hopper-v4", make: Self.hopper)
    }
  }

  @Test(arguments: [
    "", "-v0", "--env", "two words", "tab\t", "new\nline", "naïve-v0", "a,b",
    "Hopper-v4 by waypoints",
    String(repeating: "a", count: 129),
  ])
  func anInvalidNameIsRefused(_ name: String) {
    expectMessage(
      "'\(name)' cannot name an environment: letters, digits and -_.:/ can, at most 128 of them, with a"
        + " letter or digit first."
    ) { try EnvironmentCatalog().register(name, make: Self.hopper) }
  }

  @Test(arguments: ["a", "0", "my.lab/Reacher:fast_2-v12", String(repeating: "a", count: 128)])
  func validNamesAreAccepted(_ name: String) throws {
    let id = try EnvironmentCatalog().register(name, make: Self.hopper)
    #expect(id.description == name)
  }

  @Test func anEnvironmentHasTheRequestedNameAndPhysics() throws {
    let catalog = EnvironmentCatalog()
    let misnamed = try catalog.register("Mine-v0") { _ in try makeEnvironment(id: "Hopper-v4") }
    expectMessage(
      "The environment made for 'Mine-v0' has the id 'Hopper-v4' in its spec; it must be the name that"
        + " it was registered under."
    ) { _ = try makeEnvironment(misnamed) }

    // one that has a single physics profile
    let fixed = try catalog.register("Fixed-v0", defaultPhysics: .mujoco3) {
      try RobotEnvironment(GymRobot.hopper.task(5), EnvironmentRequest($0.name, physics: .mujoco3))
    }
    #expect(try makeEnvironment(fixed).spec.physics == .mujoco3)
    expectMessage("Fixed-v0 was asked for with mujoco4 physics, but it is made with mujoco3.") {
      _ = try makeEnvironment(fixed, physics: .mujoco4)
    }
    expectMessage("Fixed-v0 has no choice of success timing; only OGBench's mazes have.") {
      _ = try makeEnvironment(fixed, options: EnvironmentOptions(successTiming: .pre))
    }
  }

  @Test func anyThreadMayRegister() {
    let catalog = EnvironmentCatalog()
    concurrently(200) { index in
      // every name from two threads, of which one comes first
      _ = try? catalog.register("Task-v\(index / 2)", make: Self.hopper)
      _ = catalog.ids
    }
    #expect(Set(catalog.ids.map(\.description)).count == 100)
    #expect(catalog.ids.count == 100)
  }

  /// As `VectorEnvironment` makes them.
  @Test func environmentsOfOneRequestShareTheirModel() throws {
    let request = EnvironmentRequest("Mine-v0")
    let document = RobotModels.document("hopper")
    let model = try request.model(mjcf: document)
    #expect(model.name == "hopper")
    let address = { (model: Model) in
      model.initialPosition.withUnsafeBufferPointer { $0.baseAddress }
    }
    #expect(try address(request.model(mjcf: document)) == address(model))
    let other = try request.model(mjcf: document.replacing("0.002", with: "0.001"))
    #expect(other.options.timestep == 0.001)
    #expect(try request.model(mjcf: document).options.timestep == 0.002)
  }

  @Test func tasksAreNumberedInSomeOnly() throws {
    let hopper = try makeEnvironment(id: "Hopper-v4")
    #expect(hopper.taskCount == 0 && hopper.task == nil && hopper.maze == nil)
    expectMessage("Hopper-v4 has no numbered tasks; it was asked for task 1.") {
      try hopper.reset(seed: 0, task: 1)
    }
    let maze = try makeEnvironment(id: "antmaze-medium-navigate-v0")
    try maze.reset(seed: 0, task: 3)
    #expect(maze.taskCount == 5 && maze.task == 3)
    #expect(maze.maze?.target == maze.maze?.maze?.target)
  }
}
