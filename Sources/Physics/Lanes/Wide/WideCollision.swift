import IDQLPhysics

/// The pairs that may touch in any lane.
struct PairRuns {
  private let scalar: IDQLPhysics.PairRuns
  private let offsets: UnsafeMutablePointer<Int32>

  init(_ scalar: IDQLPhysics.PairRuns, arena: Arena) {
    self.scalar = scalar
    offsets = arena.array(scalar.longestRun, repeating: 0)
  }

  var count: Int { scalar.count }

  /// As of `IDQLPhysics.PairRuns`; of a run with a grid, the candidates of all lanes, ascending.
  @inline(__always)
  func candidates(
    of index: Int, _ geomFrames: UnsafePointer<GeomFrame>
  ) -> (firstPair: Int, offsets: UnsafePointer<Int32>, count: Int) {
    let geom = scalar.geomInGrid(index)
    if geom < 0 { return scalar.allCandidates(of: index) }
    return candidates(of: index, around: geomFrames[geom].center)
  }

  private func candidates(
    of index: Int, around center: Vector3
  ) -> (firstPair: Int, offsets: UnsafePointer<Int32>, count: Int) {
    var result = scalar.candidates(of: index, at: center[0])
    for lane in 1..<laneCount {
      let other = scalar.candidates(of: index, at: center[lane])
      // most lanes are in the same cell, or away from all walls; the list of a cell without walls begins
      // where that of the next one does
      if other.count == 0 { continue }
      if other.offsets == result.offsets && other.count == result.count { continue }
      result.count = merge(result.offsets, result.count, other.offsets, other.count)
      result.offsets = UnsafePointer(offsets)
    }
    return result
  }

  /// Sorted insertion of one ascending list into another.
  private func merge(
    _ a: UnsafePointer<Int32>, _ countA: Int, _ b: UnsafePointer<Int32>, _ countB: Int
  ) -> Int {
    if a != UnsafePointer(offsets) { offsets.update(from: a, count: countA) }
    var count = countA
    for k in 0..<countB {
      var entry = count
      while entry > 0, offsets[entry - 1] > b[k] { entry -= 1 }
      if entry > 0, offsets[entry - 1] == b[k] { continue }
      for i in stride(from: count, to: entry, by: -1) { offsets[i] = offsets[i - 1] }
      offsets[entry] = b[k]
      count += 1
    }
    return count
  }
}

/// Shapes whose collision branches too much for lanes: one lane after the other, by the scalar
/// functions. The k-th contacts of all lanes share an entry of the buffer.
func collideByKind(
  _ m: ModelPointers, _ kind: CollisionKind, _ pair: Int, _ rules: CollisionRules,
  _ frames: UnsafePointer<BodyFrame>, _ a: UnsafePointer<GeomFrame>,
  _ b: UnsafePointer<GeomFrame>, where isNear: Mask, _ buffer: inout ContactBuffer
) {
  withUnsafeTemporaryAllocation(of: IDQLPhysics.Contact.self, capacity: kind.contactLimit) {
    found in
    guard let first = found.baseAddress else { return }
    var most = 0
    for lane in 0..<laneCount where isNear[lane] {
      var single = IDQLPhysics.ContactBuffer(contacts: first)
      IDQLPhysics.collideApart(
        m, kind, pair, rules, a.pointee[lane], m.rotation(of: m.pairs[pair].first, frames)[lane],
        b.pointee[lane], m.rotation(of: m.pairs[pair].second, frames)[lane], &single)
      for k in 0..<single.count {
        if k == most {
          buffer.contacts[buffer.count + k] = .none
          buffer.contacts[buffer.count + k].pair = pair
          most += 1
        }
        buffer.contacts[buffer.count + k].set(lane, first[k])
      }
    }
    buffer.count += most
  }
}

extension GeomFrame {
  subscript(lane: Int) -> IDQLPhysics.GeomFrame {
    IDQLPhysics.GeomFrame(center: center[lane], axis: axis[lane])
  }
}
