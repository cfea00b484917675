import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRandom
import Synchronization

/// What a handle may stand for.
enum HeldObject {
  case vector(HeldVector)
  case policy(any Policy, PolicyRecord?)
  case noise(HeldNoise)
  case simulation(Simulation)

  var kind: String {
    switch self {
    case .vector: "environments"
    case .policy: "policy"
    case .noise: "noise"
    case .simulation: "simulation"
    }
  }
}

/// Streams of noise that advance.
final class HeldNoise {
  var streams: [NumPyGenerator]
  init(_ streams: [NumPyGenerator]) { self.streams = streams }
}

/// An object that one call at a time uses.
final class Holder: @unchecked Sendable {
  let object: HeldObject
  private let isBusy = Atomic(false)

  init(_ object: HeldObject) { self.object = object }

  /// Runs `body` while no other thread runs one.
  func use<Result>(_ body: () throws -> Result) throws -> Result {
    guard !isBusy.exchange(true, ordering: .acquiring) else { throw CallError.busy(object.kind) }
    defer { isBusy.store(false, ordering: .releasing) }
    return try body()
  }
}

/// Every object that a caller has a handle of.
enum Handles {
  private struct Table {
    var last: Int64 = 0
    var holders: [Int64: Holder] = [:]
  }
  private static let table = Mutex(Table())

  static func add(_ object: HeldObject) -> Int64 {
    let holder = Holder(object)
    return table.withLock {
      $0.last += 1
      $0.holders[$0.last] = holder
      return $0.last
    }
  }

  static func holder(_ handle: Int64) throws -> Holder {
    guard let holder = table.withLock({ $0.holders[handle] }) else {
      throw CallError.unknownHandle("handle \(handle) is closed, or was never given out.")
    }
    return holder
  }

  static func close(_ handle: Int64) throws {
    // freed outside of the lock: it may take time
    let holder = table.withLock { $0.holders.removeValue(forKey: handle) }
    guard holder != nil else {
      throw CallError.unknownHandle("handle \(handle) is closed, or was never given out.")
    }
  }

  /// Runs `body` with the environments that a handle stands for; likewise the following.
  static func vector<Result>(_ handle: Int64, _ body: (HeldVector) throws -> Result) throws
    -> Result
  {
    let holder = try holder(handle)
    guard case .vector(let vector) = holder.object else {
      throw other(handle, holder, "environments")
    }
    return try holder.use { try body(vector) }
  }

  static func simulation<Result>(_ handle: Int64, _ body: (Simulation) throws -> Result) throws
    -> Result
  {
    let holder = try holder(handle)
    guard case .simulation(let simulation) = holder.object else {
      throw other(handle, holder, "a simulation")
    }
    return try holder.use { try body(simulation) }
  }

  static func noise<Result>(_ handle: Int64, _ body: (HeldNoise) throws -> Result) throws -> Result
  {
    let holder = try holder(handle)
    guard case .noise(let noise) = holder.object else { throw other(handle, holder, "noise") }
    return try holder.use { try body(noise) }
  }

  /// A policy never changes, so that any number of calls may use it.
  static func policy(_ handle: Int64) throws -> (any Policy, PolicyRecord?) {
    let holder = try holder(handle)
    guard case .policy(let policy, let record) = holder.object else {
      throw other(handle, holder, "a policy")
    }
    return (policy, record)
  }

  private static func other(_ handle: Int64, _ holder: Holder, _ wanted: String) -> CallError {
    .unknownHandle("handle \(handle) stands for \(holder.object.kind), where \(wanted) is needed.")
  }
}
