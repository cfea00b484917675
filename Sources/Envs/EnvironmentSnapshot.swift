import Foundation
import IDQLPhysics
import IDQLRandom
import IDQLSpelling

/// A running episode, to be continued later or elsewhere.
///
/// Besides the state of the simulation it holds all that the environment carries from step to step,
/// as a value of a type that the environment defines:
///
/// ```swift
/// struct Memory: Codable { var target: [Double] }
///
/// EnvironmentSnapshot(…, memory: Memory(target: target))      // in `snapshot`
/// target = try snapshot.memory(as: Memory.self).target        // in `restore`
/// ```
public struct EnvironmentSnapshot: Codable, Equatable, Sendable {
  /// `spec.id` of the environment that it was taken in.
  public var id: String
  /// `spec.physics` of that environment.
  public var physics: PhysicsProfile
  /// Of the simulation.
  public var state: State
  /// How many actions the episode had taken.
  public var stepCount: Int
  /// Whether a number that is not finite had broken the episode.
  public var isBroken: Bool
  /// Where later unseeded resets draw from.
  public var generator: NumPyGenerator
  /// JSON, because snapshots are compared, written and read by code that does not know the type.
  /// Numbers keep their bits: they are written with as many digits as tell them apart.
  private var memory: String?

  /// A snapshot of an environment that carries nothing else.
  public init(
    id: String, physics: PhysicsProfile, state: State, stepCount: Int, isBroken: Bool,
    generator: NumPyGenerator
  ) {
    self.id = id
    self.physics = physics
    self.state = state
    self.stepCount = stepCount
    self.isBroken = isBroken
    self.generator = generator
  }

  /// A snapshot of an environment that carries more.
  ///
  /// - Parameters: as the properties; `memory` is what else the future of the episode depends on.
  ///   It must be encodable as JSON, as any structure of numbers, texts, flags and lists of them
  ///   is.
  public init(
    id: String, physics: PhysicsProfile, state: State, stepCount: Int, isBroken: Bool,
    generator: NumPyGenerator, memory: some Encodable
  ) {
    self.init(
      id: id, physics: physics, state: state, stepCount: stepCount, isBroken: isBroken,
      generator: generator)
    self.memory = Self.text(of: memory, id)
  }

  /// What else the environment carried.
  ///
  /// - Throws: `EnvironmentError.unreadableMemory` unless it was a value of that type.
  public func memory<Memory: Decodable>(as type: Memory.Type) throws(EnvironmentError) -> Memory {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let memory, let value = try? decoder.decode(type, from: Data(memory.utf8)) else {
      throw .unreadableMemory(id: id, type: "\(type)")
    }
    return value
  }

  private static func text(of memory: some Encodable, _ id: String) -> String {
    do { return try memory.jsonText(nonFiniteAsText: true) } catch {
      preconditionFailure("the memory of \(id) cannot be written as JSON: \(error)")
    }
  }
}

// MARK: Wrappers

extension EnvironmentSnapshot {
  fileprivate struct Layers<Memory> {
    var inner: String?
    var outer: Memory
  }

  /// The snapshot of an environment that wraps another one, from that one's.
  ///
  /// - Parameters:
  ///   - id: that of the wrapper.
  ///   - memory: what the wrapper carries itself.
  public func wrapped(id: String, memory: some Encodable) -> EnvironmentSnapshot {
    var snapshot = self
    snapshot.id = id
    snapshot.memory = Self.text(of: Layers(inner: self.memory, outer: memory), id)
    return snapshot
  }

  /// The inverse of `wrapped`: the snapshot of the inner environment, which has that id, and what
  /// the wrapper carries itself.
  ///
  /// - Throws: `EnvironmentError.unreadableMemory` unless it was a value of that type.
  public func unwrapped<Memory: Decodable>(
    id: String, memoryAs type: Memory.Type
  ) throws(EnvironmentError) -> (inner: EnvironmentSnapshot, memory: Memory) {
    let layers = try memory(as: Layers<Memory>.self)
    var inner = self
    inner.id = id
    inner.memory = layers.inner
    return (inner, layers.outer)
  }
}

extension EnvironmentSnapshot.Layers: Encodable where Memory: Encodable {}
extension EnvironmentSnapshot.Layers: Decodable where Memory: Decodable {}

extension Environment {
  /// Throws unless a snapshot is of this id and physics, has the lengths of its model, and counts
  /// steps that an episode can have.
  ///
  /// - Parameters:
  ///   - snapshot: to be restored.
  ///   - memory: the lengths of the lists in its memory, as found and as expected.
  /// - Throws: `EnvironmentError.foreignSnapshot`, `EnvironmentError.impossibleStep`,
  ///   `EnvironmentError.unfitSnapshot`.
  public func requireFit(
    _ snapshot: EnvironmentSnapshot, memory: [(found: Int, expected: Int)] = []
  ) throws(EnvironmentError) {
    guard snapshot.id == spec.id && snapshot.physics == spec.physics else {
      throw .foreignSnapshot(
        found: "\(snapshot.id) with \(snapshot.physics.name) physics",
        expected: "\(spec.id) with \(spec.physics.name) physics")
    }
    if !EnvironmentError.stepBounds.contains(snapshot.stepCount) {
      throw .impossibleStep(snapshot.stepCount, id: spec.id)
    }
    let (state, model) = (snapshot.state, simulation.model)
    let found =
      [state.position.count, state.velocity.count, state.warmStart.count] + memory.map(\.found)
    let expected =
      [model.positionCount, model.velocityCount, model.velocityCount] + memory.map(\.expected)
    if found != expected { throw .unfitSnapshot(id: spec.id, found: found, expected: expected) }
  }
}
