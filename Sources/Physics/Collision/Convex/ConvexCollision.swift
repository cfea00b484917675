/// Two convex shapes of which at least one has no formula of its own (MuJoCo 4.0.0 `mjc_Convex`):
/// the distance of what is left when radii and margin are taken away, or, where that overlaps, the
/// depth by a growing polytope.
@inline(never)
func collideConvex(
  _ pair: Int, _ margin: Double, _ first: ConvexShape, _ second: ConvexShape,
  _ scratch: ConvexScratch, _ buffer: inout ContactBuffer
) {
  let limits = scratch.limits
  var contactLimit = 1
  if limits.findsSeveralContacts {
    if first.hasFaces && second.hasFaces {
      contactLimit = 4
    } else if first.hasFaces && second.kind == .capsule
      || second.hasFaces && first.kind == .capsule
    {
      contactLimit = 2
    }
  }

  func addContact(_ onFirst: Vector3, _ onSecond: Vector3, _ distance: Double) {
    buffer.append(
      Contact(
        pair: pair, distance: margin + distance, position: 0.5 * (onFirst + onSecond),
        normal: (onFirst - onSecond).normalized(or: Vector3(1, 0, 0))))
  }

  func addContacts(
    _ a: FaceContacts.Feature, _ b: FaceContacts.Feature, _ onFirst: Vector3, _ onSecond: Vector3,
    _ distance: Double
  ) {
    if contactLimit > 1 {
      let faces = FaceContacts(
        first: first, second: second, polygons: scratch.polygons, limit: contactLimit)
      let start = buffer.count
      var least = Double.infinity
      let isFound = faces.find(a, b, onFirst: onFirst, onSecond: onSecond) {
        least = min(least, $2)
        addContact($0, $1, $2)
      }
      if isFound {
        // all of them, if one is within the margin
        if !(least < 0) { buffer.count = start }
        return
      }
    }
    if distance < 0 { addContact(onFirst, onSecond, distance) }
  }

  if first.isRound || second.isRound || first.inflation > 0 || second.inflation > 0 {
    var (a, b) = (first.shrunk, second.shrunk)
    let search = ConvexDistance(&a, &b, cutoff: first.radius + second.radius, limits)
    if search.distance > limits.tolerance {
      let distance = search.distance - (first.radius + second.radius)
      if !(distance < 0) { return }
      let outward = (search.onSecond - search.onFirst).normalized(or: Vector3(1, 0, 0))
      let onFirst = search.onFirst + first.radius * outward
      let onSecond = search.onSecond + -second.radius * outward
      if search.count == 0 {
        addContact(onFirst, onSecond, distance)
        return
      }
      // a simplex with fewer vertices repeats the first
      let (p, q, r) = (
        search[0], search[search.count > 1 ? 1 : 0], search[search.count > 2 ? 2 : 0]
      )
      addContacts(
        FaceContacts.Feature((p.firstFeature, p.onFirst), q.firstFeature, r.firstFeature),
        FaceContacts.Feature((p.secondFeature, p.onSecond), q.secondFeature, r.secondFeature),
        onFirst, onSecond, distance)
      return
    }
  }

  var (a, b) = (first, second)
  let search = ConvexDistance(&a, &b, cutoff: 0, limits)
  if !(search.distance <= limits.tolerance) || search.count < 2 || search.isSeparated { return }
  var polytope = ExpandingPolytope(scratch, a, b)
  let simplex = ExpandingPolytope.Simplex(vertices: search.simplex, count: search.count)
  guard polytope.begin(simplex), let nearest = polytope.expand() else { return }

  let face = scratch.faces[nearest]
  let (p, q, r) = (
    scratch.vertices[face.corners.0], scratch.vertices[face.corners.1],
    scratch.vertices[face.corners.2]
  )
  let shares = ProjectedAreas(p.point, q.point, r.point, face.foot).coordinates
  addContacts(
    FaceContacts.Feature((p.firstFeature, p.onFirst), q.firstFeature, r.firstFeature),
    FaceContacts.Feature((p.secondFeature, p.onSecond), q.secondFeature, r.secondFeature),
    shares.x * p.onFirst + shares.y * q.onFirst + shares.z * r.onFirst,
    shares.x * p.onSecond + shares.y * q.onSecond + shares.z * r.onSecond,
    -face.squaredDistance.squareRoot())
}
