import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// An edited model is the one that its document would give with the other numbers in it.
@Suite struct ModelEditPropertyTests {
  /// The robots, mechanisms with all kinds of joints, actuators, shapes and contacts, and one with
  /// features that those lack; by name.
  static func models() throws -> [(name: String, model: Model)] {
    var models: [(String, Model)] = []
    for robot in Golden.robots + ["humanoid_maze", "point_force"] {
      for profile in PhysicsProfile.all {
        models.append(("\(robot) \(profile.name)", try Golden.model(robot, profile)))
      }
    }
    for (index, sample) in CompiledModels.recorded.models.enumerated() {
      // a few use what the releases of the other profiles lack
      let model = try? Model(mjcf: sample.document, profile: PhysicsProfile.all[index % 3])
      models.append(
        ("#\(index)", try model ?? Model(mjcf: sample.document, profile: .mujoco4)))
    }
    let varied = try VariedModelsTests.files[0].get()
    for (name, document) in varied.metadata.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("model") {
      models.append((name, try Model(mjcf: document, profile: .mujoco4)))
    }
    models.append(("rest", try Model(mjcf: rest, profile: .mujoco4)))
    return models
  }

  static let rest = """
    <mujoco>
      <compiler angle="radian"/>
      <asset><material name="steel" rgba=".1 .2 .3 1"/></asset>
      <worldbody>
        <geom name="floor" type="plane" size="1 1 1" material="steel"/>
        <body pos="0 0 1"><freejoint/><geom name="ball" size="0.2"/>
          <body pos="0.5 0 0"><joint name="arm" axis="0 1 0" range="-1 2" ref="0.3" springref="0.1"/>
            <geom name="rod" type="capsule" size="0.05 0.2" pos="0.3 0 0"/><site name="tip"/>
            <body pos="0.6 0 0"><joint name="wrist" type="ball" range="0 1"/>
              <geom name="hand" type="box" size="0.1 0.1 0.1" pos="0.2 0 0"/></body>
          </body>
        </body>
      </worldbody>
      <contact><pair geom1="floor" geom2="hand"/><pair geom1="ball" geom2="hand" condim="4"/></contact>
      <actuator>
        <position name="servo" joint="arm" kp="40" dampratio="0.7" inheritrange="0.9"/>
        <position joint="arm" kp="5" kv="1"/><motor joint="wrist" gear="1 2 3"/>
      </actuator>
      <keyframe><key name="start"/><key name="up" qpos="0 0 2 1 0 0 0 0.5 1 0 0 0"/></keyframe>
    </mujoco>
    """

  @Test func editingNothingGivesTheSameBits() throws {
    for (name, model) in try Self.models() {
      let edited = try model.edited { _ in }
      #expect(edited == model, "\(name)")
      // the sign of zero, which == does not see
      #expect("\(edited)" == "\(model)", "\(name)")
    }
  }

  /// Each quantity of one element in every model that has it: the same model to the bit, whose
  /// motion is the same to the bit; or both refuse the value.
  @Test func anEditedQuantityIsThatOfTheDocument() throws {
    var random = NumPyGenerator(seed: 4)
    let all = Edit.all
    var (accepted, refused): ([String: Int], [String: Int]) = ([:], [:])
    for (name, model) in try Self.models() {
      let document = WrittenModel(model)
      let base = try Model(mjcf: document.text, profile: model.profile)
      expectAlike(base, model, name)
      for edit in all where !edit.elements(base).isEmpty {
        let isAccepted = expectSameOutcome([edit], base, document, name, &random)
        if isAccepted {
          accepted[edit.name, default: 0] += 1
        } else {
          refused[edit.name, default: 0] += 1
        }
      }
    }
    #expect(Set(all.map(\.name)) == Edit.allQuantities)
    for name in Edit.allQuantities { #expect(accepted[name, default: 0] >= 5, "\(name)") }
    #expect(refused.count >= 20, "\(refused)")
  }

  /// Several at once.
  @Test func manyEditsTogetherAreThoseOfTheDocument() throws {
    var random = NumPyGenerator(seed: 5)
    let all = Edit.all
    var acceptedCount = 0
    for (name, model) in try Self.models() {
      let document = WrittenModel(model)
      let base = try Model(mjcf: document.text, profile: model.profile)
      for _ in 0..<4 {
        let edits = (0..<6).map { _ in all[random.integer(below: all.count)] }
          .filter { !$0.elements(base).isEmpty && !$0.isAlone }
        if expectSameOutcome(edits, base, document, name, &random) { acceptedCount += 1 }
      }
    }
    #expect(acceptedCount >= 200)
  }

  /// Makes the edits in an editor and in the document.
  ///
  /// - Returns: whether they were accepted.
  private func expectSameOutcome(
    _ edits: [Edit], _ base: Model, _ document: WrittenModel, _ name: String,
    _ random: inout NumPyGenerator
  ) -> Bool {
    var document = document
    var label = name
    let edited = Result {
      try base.edited { editor in
        for edit in edits {
          let elements = edit.elements(base)
          let index = elements[random.integer(below: elements.count)]
          edit.change(editor, &document, index, &random)
          label += " \(edit.name) \(index)"
        }
      }
    }
    let compiled = Result { try Model(mjcf: document.text, profile: base.profile) }
    switch (edited, compiled) {
    case (.success(let edited), .success(let compiled)):
      expectSame(edited, compiled, label)
      return true
    case (.failure, .failure): return false
    case (.success, .failure(let error)): Issue.record("\(label): the document gives \(error)")
    case (.failure(let error), .success): Issue.record("\(label): editing gives \(error)")
    }
    return false
  }

  private func expectSame(_ a: Model, _ b: Model, _ label: String) {
    #expect(a.options == b.options, "\(label)")
    #expect(a.bodies == b.bodies, "\(label)")
    #expect(a.joints == b.joints, "\(label)")
    #expect(a.degreesOfFreedom == b.degreesOfFreedom, "\(label)")
    #expect(a.geoms == b.geoms, "\(label)")
    #expect(a.sites == b.sites, "\(label)")
    #expect(a.actuators == b.actuators, "\(label)")
    #expect(a.keyframes == b.keyframes, "\(label)")
    #expect(a.pairs == b.pairs, "\(label)")
    #expect(a.initialPosition == b.initialPosition, "\(label)")
    #expect(a.springPosition == b.springPosition, "\(label)")
    #expect(a == b, "\(label)")

    let simulations = [Simulation(model: a), Simulation(model: b)]
    for step in 0..<10 {
      for simulation in simulations {
        simulation.control = (0..<a.controlCount).map { Double((step + $0) % 5 - 2) / 2 }
        simulation.step()
      }
    }
    #expect(bits(of: simulations[0].state) == bits(of: simulations[1].state), "\(label)")
  }

  /// Also of what is not a number.
  private func bits(of state: State) -> [UInt64] {
    (state.position + state.velocity + state.warmStart).map(\.bitPattern)
  }

  /// What was written out and read again is the model, up to the rounding of axes and quaternions,
  /// which are brought to unit length once more.
  private func expectAlike(_ a: Model, _ b: Model, _ label: String) {
    let (arrays, expected) = (CompiledModels.arrays(of: a), CompiledModels.arrays(of: b))
    for (key, values) in expected where !key.hasPrefix("cam_") {
      expectClose(arrays[key] ?? [], values, within: 1e-12, relative: 1e-12, "\(label) \(key)")
    }
    #expect(a.pairs.map { [$0.first, $0.second] } == b.pairs.map { [$0.first, $0.second] })
  }
}
