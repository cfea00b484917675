/// Candidate geom pairs that a model may have.
private let candidateLimit = 2_000_000

/// All geom pairs that can touch, by body pair, then explicit `<pair>`s, then by geom.
///
/// Two geoms are a pair if the contact type of one meets the affinity of the other, unless their
/// bodies move as one, or are parent and child (but the world is no such parent), or are excluded.
/// Planes never meet. The order within a body pair is MuJoCo's since 3.0; it moves results by
/// rounding only.
func makeContactPairs(
  _ document: MJCFDocument, _ bodies: [Body], _ geoms: [Geom], _ names: ModelNames,
  _ profile: PhysicsProfile
) throws(MJCFError) -> [ContactPair] {
  let lines = document.bodies.flatMap { $0.geoms.map(\.line) }
  var explicit: [BodyPair: [(geoms: (Int, Int), pair: ContactPair)]] = [:]
  for source in document.pairs {
    let (key, ids) = try resolve(source, geoms, names)
    if geoms[ids.0].shape == .plane && geoms[ids.1].shape == .plane { continue }
    let pair = try makePair(source, ids, geoms, profile)
    try requireCollidable(pair, geoms, names, at: source.line)
    explicit[key, default: []].append((ids, pair))
  }
  var excluded: Set<BodyPair> = []
  for source in document.exclusions {
    let a = try ModelNames.index(
      of: source.first, among: names.bodies, kind: "body", at: source.line)
    let b = try ModelNames.index(
      of: source.second, among: names.bodies, kind: "body", at: source.line)
    excluded.insert(BodyPair(a, b))
  }

  var ownGeoms = [[Int]](repeating: [], count: bodies.count)
  for (index, geom) in geoms.enumerated() where geom.contactType != 0 || geom.contactAffinity != 0 {
    ownGeoms[geom.body].append(index)
  }
  let colliding = bodies.indices.filter { !ownGeoms[$0].isEmpty }

  var keyed: [(key: BodyPair, pairs: [ContactPair])] = []
  var candidateCount = 0
  for (position, a) in colliding.enumerated() {
    for b in colliding[(position + 1)...] {
      let key = BodyPair(a, b)
      if !mayTouch(a, b, bodies) || excluded.contains(key) { continue }
      candidateCount += ownGeoms[a].count * ownGeoms[b].count
      if candidateCount > candidateLimit {
        throw .tooLarge(
          what: "candidate pairs of geoms", limit: candidateLimit, at: document.bodies[b].line)
      }
      let listed = explicit[key] ?? []
      var found: [ContactPair] = []
      for i in ownGeoms[a] {
        for j in ownGeoms[b] where filtersMatch(geoms[i], geoms[j]) {
          if geoms[i].shape == .plane && geoms[j].shape == .plane { continue }
          if listed.contains(where: { $0.geoms == (i, j) || $0.geoms == (j, i) }) { continue }
          let pair = makePair(i, j, geoms, profile)
          try requireCollidable(pair, geoms, names, at: lines[max(i, j)])
          found.append(pair)
        }
      }
      found.sort { ($0.first, $0.second) < ($1.first, $1.second) }
      if !found.isEmpty { keyed.append((key, found)) }
    }
  }

  // explicit pairs act whatever the filters say, before the others of their bodies
  for (key, listed) in explicit {
    if let index = keyed.firstIndex(where: { $0.key == key }) {
      keyed[index].pairs = listed.map(\.pair) + keyed[index].pairs
    } else {
      keyed.append((key, listed.map(\.pair)))
    }
  }
  return keyed.sorted { $0.key < $1.key }.flatMap(\.pairs)
}

/// Two bodies, the lower index first.
private struct BodyPair: Hashable, Comparable {
  let first, second: Int

  init(_ a: Int, _ b: Int) { (first, second) = (min(a, b), max(a, b)) }

  static func < (a: Self, b: Self) -> Bool { (a.first, a.second) < (b.first, b.second) }
}

private func mayTouch(_ a: Int, _ b: Int, _ bodies: [Body]) -> Bool {
  let (weldA, weldB) = (bodies[a].weld, bodies[b].weld)
  if weldA == weldB { return false }
  if weldA == 0 || weldB == 0 { return true }
  let parentA = bodies[bodies[weldA].parent].weld
  let parentB = bodies[bodies[weldB].parent].weld
  return weldA != parentB && weldB != parentA
}

private func filtersMatch(_ a: Geom, _ b: Geom) -> Bool {
  a.contactType & b.contactAffinity != 0 || b.contactType & a.contactAffinity != 0
}

/// Contact parameters of two geoms: those of the higher priority, else mixed from both
/// (MuJoCo `mj_contactParam`).
private func makePair(
  _ i: Int, _ j: Int, _ geoms: [Geom], _ profile: PhysicsProfile
) -> ContactPair {
  let (first, second) = geoms[i].shape.rawValue <= geoms[j].shape.rawValue ? (i, j) : (j, i)
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
    friction: withFloor([friction.x, friction.x, friction.y, friction.z, friction.z]),
    softness: softness)
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
  // stiffness and damping, given as negative numbers, are not mixed: the stiffer wins
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

/// Coefficients below 1e-5 are raised to it (MuJoCo `mjMINMU`).
private func withFloor(_ mu: [Double]) -> (Double, Double, Double, Double, Double) {
  let m = mu.map { max(1e-5, $0) }
  return (m[0], m[1], m[2], m[3], m[4])
}

// MARK: Explicit pairs

private func resolve(
  _ source: MJCFPair, _ geoms: [Geom], _ names: ModelNames
) throws(MJCFError) -> (BodyPair, (Int, Int)) {
  let i = try ModelNames.index(
    of: source.first, among: names.geoms, kind: "geom", at: source.line)
  let j = try ModelNames.index(
    of: source.second, among: names.geoms, kind: "geom", at: source.line)
  let key = BodyPair(geoms[i].body, geoms[j].body)
  return (key, geoms[i].body <= geoms[j].body ? (i, j) : (j, i))
}

private func makePair(
  _ source: MJCFPair, _ ids: (Int, Int), _ geoms: [Geom], _ profile: PhysicsProfile
) throws(MJCFError) -> ContactPair {
  if ![1, 3, 4, 6].contains(source.dimension) {
    throw .invalid(
      problem: "'condim' of <pair> is \(source.dimension)", remedy: "It is 1, 3, 4 or 6.",
      at: source.line)
  }
  let swaps = geoms[ids.0].shape.rawValue > geoms[ids.1].shape.rawValue
  return ContactPair(
    first: swaps ? ids.1 : ids.0, second: swaps ? ids.0 : ids.1, dimension: source.dimension,
    margin: profile.sumsContactMargins ? source.margin + source.gap : source.margin,
    gap: source.gap, friction: withFloor(source.friction), softness: source.softness)
}

private func requireCollidable(
  _ pair: ContactPair, _ geoms: [Geom], _ names: ModelNames, at line: SourceLine
) throws(MJCFError) {
  let shapes = (geoms[pair.first].shape, geoms[pair.second].shape)
  if CollisionKind(shapes.0, shapes.1) != nil { return }
  func called(_ index: Int) -> String {
    names.geoms[index].isEmpty ? "geom \(index)" : "'\(shortened(names.geoms[index]))'"
  }
  throw .unsupported(
    feature:
      "contact of \(shapes.0) \(called(pair.first)) and \(shapes.1) \(called(pair.second))",
    advice: "Use spheres, capsules or boxes, or part them by contype and conaffinity.", at: line)
}
