import IDQLEnvs
import IDQLPhysics

/// The numbers of every frame of an episode: what is observed, done, paid and felt.
package final class EpisodeQuantities {
  package enum Quantity: Hashable, Sendable {
    case observation(Int)
    case action(Int)
    case reward
    /// Sum of the forces of all contacts of a body, without regard to their directions, N.
    case contactForce(body: Int)
  }

  /// A quantity with its name.
  package struct Entry: Equatable, Sendable {
    package var quantity: Quantity
    /// With its unit: `torso height [m]`.
    package var name: String
  }

  package let entries: [Entry]
  private let stage: Stage
  /// By frame, of every body, N.
  private var forces: [[Float]] = []
  private var firstFrame = 0
  private var revision = -1

  init(_ environment: any Environment) {
    let spec = environment.spec
    let model = environment.simulation.model
    stage = Stage(model: model)
    func name(_ quantity: EnvironmentSpec.Quantity, _ kind: String = "") -> String {
      kind + quantity.name + (quantity.unit == "1" ? "" : " [\(quantity.unit)]")
    }
    let goal = environment.goal?.count ?? 0
    var entries = spec.observation.indices.map {
      Entry(quantity: .observation($0), name: name(spec.observation[$0]))
    }
    entries += (0..<goal).map {
      Entry(quantity: .observation(spec.observation.count + $0), name: "goal \($0) [m]")
    }
    entries += spec.action.indices.map {
      Entry(quantity: .action($0), name: name(spec.action[$0], "action: "))
    }
    entries.append(Entry(quantity: .reward, name: "reward"))
    entries += model.bodies.indices.filter { model.bodies[$0].weld != 0 }.map { body in
      let name = model.bodies.names[body]
      return Entry(
        quantity: .contactForce(body: body),
        name: "contact force: \(name.isEmpty ? "body \(body)" : name) [N]")
    }
    self.entries = entries
  }

  /// Computes the contact forces of frames recorded since the last call.
  ///
  /// - Parameter limit: of frames to compute now.
  package func follow(_ recording: EpisodeRecording, limit: Int = .max) {
    if revision != recording.revision || firstFrame != recording.firstFrame {
      forces = []
      (revision, firstFrame) = (recording.revision, recording.firstFrame)
    }
    let next = firstFrame + forces.count
    guard next <= recording.lastFrame else { return }
    let count = min(limit, recording.lastFrame - next + 1)
    for number in next..<next + count {
      let frame = recording.frame(number)
      stage.place(frame.state, control: frame.control)
      forces.append(stage.contactForces)
    }
  }

  /// Whether the contact forces of all frames are known.
  func isUpToDate(with recording: EpisodeRecording) -> Bool {
    revision == recording.revision && firstFrame + forces.count > recording.lastFrame
  }

  /// One number for each frame; not a number where there is none, as for the action of the last
  /// frame.
  package func values(of quantity: Quantity, _ recording: EpisodeRecording) -> [Float] {
    recording.range.map { Float(value(of: quantity, at: $0, recording)) }
  }

  private func value(
    of quantity: Quantity, at number: Int, _ recording: EpisodeRecording
  ) -> Double {
    let frame = recording.frame(number)
    func element(_ values: [Double]?, _ index: Int) -> Double {
      guard let values, values.indices.contains(index) else { return .nan }
      return values[index]
    }
    switch quantity {
    case .observation(let index): return element(frame.observation, index)
    case .action(let index): return element(frame.step?.action, index)
    case .reward: return frame.step?.transition.reward ?? .nan
    case .contactForce(let body):
      let index = number - firstFrame
      return forces.indices.contains(index) ? Double(forces[index][body]) : .nan
    }
  }

  /// All of them as comma-separated values: a line of names, then a line for each frame; a number
  /// that there is not is empty.
  package func table(_ recording: EpisodeRecording) -> String {
    follow(recording)
    let names = ["frame", "time [s]"] + entries.map(\.name)
    var lines = [names.map(Self.quotedForTable).joined(separator: ",")]
    for number in recording.range {
      let values = entries.map { value(of: $0.quantity, at: number, recording) }
      lines.append(
        (["\(number)", "\(recording.frame(number).state.time)"]
          + values.map { $0.isNaN ? "" : "\($0)" }).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quotedForTable(_ name: String) -> String {
    guard name.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}

extension Stage {
  /// For each body the sum of the forces of its contacts, without regard to their directions, N.
  fileprivate var contactForces: [Float] {
    var forces = Array(repeating: Float(0), count: model.bodies.count)
    for contact in contacts {
      guard let force = force(of: contact) else { continue }
      let pair = model.pairs[contact.pair]
      for geom in [pair.first, pair.second] {
        forces[model.geoms[Int(geom)].body] += Float(force.length)
      }
    }
    return forces
  }
}
