/// The most candidate geom pairs of a model.
let candidatePairLimit = 2_000_000

/// Values of `condim`.
let contactDimensions = [1, 3, 4, 6]

extension Model {
  /// All geom pairs that can touch, by body pair, then explicit pairs, then by geom.
  ///
  /// Two geoms are a pair if the contact type of one and the affinity of the other have a bit in
  /// common, unless their bodies are rigidly connected, or are parent and child (the world does not
  /// count as parent), or are excluded. Planes and height fields are never a pair. The order within a body pair
  /// is MuJoCo's since 3.0; it changes results by rounding only.
  func makeContactPairs() throws(DerivationFault) -> [ContactPair] {
    if options.disabled.contains(.contacts) { return [] }
    var explicit: [IndexPair: [ContactPair]] = [:]
    for (index, source) in explicitPairs.enumerated() {
      if geoms[source.first].shape.isGround && geoms[source.second].shape.isGround { continue }
      let pair = ContactPair(source, profile)
      try requireCollidable(pair, explicitPair: index)
      explicit[bodies(of: pair), default: []].append(pair)
    }
    let excluded = Set(exclusions)

    var ownGeoms = [[Int]](repeating: [], count: bodies.count)
    for (index, geom) in geoms.enumerated()
    where geom.contactType != 0 || geom.contactAffinity != 0 {
      ownGeoms[geom.body].append(index)
    }
    let colliding = bodies.indices.filter { !ownGeoms[$0].isEmpty }

    var keyed: [(key: IndexPair, pairs: [ContactPair])] = []
    var candidateCount = 0
    for (position, a) in colliding.enumerated() {
      for b in colliding[(position + 1)...] {
        let key = IndexPair(a, b)
        if !mayTouch(a, b) || excluded.contains(key) { continue }
        candidateCount += ownGeoms[a].count * ownGeoms[b].count
        if candidateCount > candidatePairLimit { throw .tooManyCandidatePairs(body: b) }
        let listed = Set((explicit[key] ?? []).map { IndexPair($0.first, $0.second) })
        var found: [ContactPair] = []
        for i in ownGeoms[a] {
          for j in ownGeoms[b] where filtersMatch(geoms[i], geoms[j]) {
            if geoms[i].shape.isGround && geoms[j].shape.isGround { continue }
            if listed.contains(IndexPair(i, j)) { continue }
            let pair = makePair(i, j)
            try requireCollidable(pair, explicitPair: nil)
            found.append(pair)
          }
        }
        found.sort { ($0.first, $0.second) < ($1.first, $1.second) }
        if !found.isEmpty { keyed.append((key, found)) }
      }
    }

    // explicit pairs ignore the contact bits and precede the other pairs of their bodies
    for (key, listed) in explicit {
      if let index = keyed.firstIndex(where: { $0.key == key }) {
        keyed[index].pairs = listed + keyed[index].pairs
      } else {
        keyed.append((key, listed))
      }
    }
    return keyed.sorted { $0.key < $1.key }.flatMap(\.pairs)
  }

  /// Nil for shapes that cannot be collided.
  func collisionKind(_ pair: ContactPair) -> CollisionKind? {
    CollisionKind(geoms[pair.first].shape, geoms[pair.second].shape)
  }

  private func bodies(of pair: ContactPair) -> IndexPair {
    IndexPair(geoms[pair.first].body, geoms[pair.second].body)
  }

  private func mayTouch(_ a: Int, _ b: Int) -> Bool {
    let (weldA, weldB) = (bodies[a].weld, bodies[b].weld)
    if weldA == weldB { return false }
    if weldA == 0 || weldB == 0 || options.disabled.contains(.parentFilter) { return true }
    let parentA = bodies[bodies[weldA].parent].weld
    let parentB = bodies[bodies[weldB].parent].weld
    return weldA != parentB && weldB != parentA
  }

  private func requireCollidable(
    _ pair: ContactPair, explicitPair: Int?
  ) throws(DerivationFault) {
    guard let kind = collisionKind(pair) else {
      throw .uncollidable(pair.first, pair.second, explicitPair: explicitPair)
    }
    if kind == .boxBox, !profile.collidesBoxes {
      throw .pairOfAnotherRelease(pair.first, pair.second, since: MuJoCoRelease(3, 12, 0))
    }
    if !kind.isConvex && kind != .planeMesh { return }
    if !profile.collidesConvexShapes {
      throw .pairOfAnotherRelease(pair.first, pair.second, since: MuJoCoRelease(4, 0, 0))
    }
    if kind.isConvex, options.disabled.contains(.nativeConvexCollisions) {
      throw .pairForAnotherLibrary(pair.first, pair.second)
    }
  }

  /// Contact parameters of two geoms: those of the higher priority, else mixed from both
  /// (MuJoCo `mj_contactParam`).
  private func makePair(_ i: Int, _ j: Int) -> ContactPair {
    let (first, second) = geoms.inOrderOfShape(i, j)
    let (a, b) = (geoms[first], geoms[second])
    let sums = profile.sumsContactMargins
    let gap = sums ? a.gap + b.gap : max(a.gap, b.gap)
    let margin = sums ? a.margin + b.margin + gap : max(a.margin, b.margin)

    let dimension: Int
    let friction: Vector3
    let softness: ConstraintSoftness
    if a.priority != b.priority {
      let winner = a.priority > b.priority ? a : b
      (dimension, friction, softness) = (winner.contactDimension, winner.friction, winner.softness)
    } else {
      dimension = max(a.contactDimension, b.contactDimension)
      friction = Vector3(
        max(a.friction.x, b.friction.x), max(a.friction.y, b.friction.y),
        max(a.friction.z, b.friction.z))
      softness = mixed(a, b)
    }
    return ContactPair(
      first: first, second: second, dimension: dimension, margin: margin, gap: gap,
      friction: withFloor((friction.x, friction.x, friction.y, friction.z, friction.z)),
      softness: softness)
  }
}

extension Geom.Shape {
  /// Whether it touches nothing of its kind.
  fileprivate var isGround: Bool { self == .plane || self == .heightField }
}

extension ModelElements<Geom> {
  /// Two indices, that of the lower shape number first.
  func inOrderOfShape(_ i: Int, _ j: Int) -> (Int, Int) {
    self[i].shape.rawValue <= self[j].shape.rawValue ? (i, j) : (j, i)
  }
}

/// Two indices, the lower one first.
struct IndexPair: Hashable, Comparable, Sendable {
  let first, second: Int

  init(_ a: Int, _ b: Int) { (first, second) = (min(a, b), max(a, b)) }

  static func < (a: Self, b: Self) -> Bool { (a.first, a.second) < (b.first, b.second) }
}

private func filtersMatch(_ a: Geom, _ b: Geom) -> Bool {
  a.contactType & b.contactAffinity != 0 || b.contactType & a.contactAffinity != 0
}

private func mixed(_ a: Geom, _ b: Geom) -> ConstraintSoftness {
  let counts = (a.softnessMix >= 1e-15, b.softnessMix >= 1e-15)
  let share =
    switch counts {
    case (true, true): a.softnessMix / (a.softnessMix + b.softnessMix)
    case (false, false): 0.5
    case (false, true): 0.0
    case (true, false): 1.0
    }
  let (s, t) = (a.softness, b.softness)
  func mix(_ x: Double, _ y: Double) -> Double { share * x + (1 - share) * y }
  // stiffness and damping, given as negative numbers, are not mixed: the greater one is used
  let isStandard = s.timeConstant > 0 && t.timeConstant > 0
  return ConstraintSoftness(
    timeConstant: isStandard
      ? mix(s.timeConstant, t.timeConstant) : min(s.timeConstant, t.timeConstant),
    dampingRatio: isStandard
      ? mix(s.dampingRatio, t.dampingRatio) : min(s.dampingRatio, t.dampingRatio),
    surfaceImpedance: mix(s.surfaceImpedance, t.surfaceImpedance),
    deepImpedance: mix(s.deepImpedance, t.deepImpedance), width: mix(s.width, t.width),
    midpoint: mix(s.midpoint, t.midpoint), power: mix(s.power, t.power))
}

extension ContactPair {
  fileprivate init(_ source: ExplicitPair, _ profile: PhysicsProfile) {
    self.init(
      first: source.first, second: source.second, dimension: source.dimension,
      margin: profile.sumsContactMargins ? source.margin + source.gap : source.margin,
      gap: source.gap, friction: withFloor(source.friction), softness: source.softness)
  }
}

/// Coefficients below 1e-5 are raised to it (MuJoCo `mjMINMU`).
private func withFloor(
  _ mu: (Double, Double, Double, Double, Double)
) -> (Double, Double, Double, Double, Double) {
  func floor(_ x: Double) -> Double { max(1e-5, x) }
  return (floor(mu.0), floor(mu.1), floor(mu.2), floor(mu.3), floor(mu.4))
}
