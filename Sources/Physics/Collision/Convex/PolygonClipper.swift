/// Clips polygons by the sides of a face (MuJoCo 4.0.0 `polygonClip`).
struct PolygonClipper {
  let polygons: PolygonScratch
  let base: UnsafeMutablePointer<Vector3>
  let baseCount: Int
  /// Of the face.
  let normal: Vector3
  /// Along which the distance to the other surface is measured.
  let direction: Vector3

  /// Calls `body` with the points on the face and on the other shape, and the signed distance, for
  /// each corner of what is common to both.
  ///
  /// - Parameters:
  ///   - margin: how far off the face corners count.
  ///   - limit: the most contacts, up to 4; of more corners those of a large quadrilateral.
  /// - Returns: whether anything is common to both.
  func clip(
    _ other: UnsafeMutablePointer<Vector3>, _ otherCount: Int, margin: Double, limit: Int,
    _ body: (Vector3, Vector3, Double) -> Void
  ) -> Bool {
    if baseCount < 3 { return false }
    for index in 0..<baseCount {
      let (start, end) = (base[index], base[(index + 1) % baseCount])
      let raised = start + normal
      polygons.edgeNormals[index] = (end - start).cross(raised - start)
        .normalized(or: Vector3(1, 0, 0))
    }
    var (polygon, rest) = (polygons.clipped, polygons.other)
    polygon.update(from: other, count: otherCount)
    var count = otherCount
    for side in 0..<baseCount {
      count = cut(polygon, count, by: side, into: rest)
      (polygon, rest) = (rest, polygon)
    }
    count = dropFar(polygon, count, margin)
    if count == 0 { return false }

    func add(_ index: Int) {
      let corner = polygon[index]
      let onFace = corner - (corner - base[0]).dot(normal) * normal
      let distance = (onFace - corner).dot(direction)
      body(onFace, onFace - distance * direction, distance)
    }
    if count > 4 {
      let corners = largeQuadrilateral(polygon, count)
      add(corners.0)
      add(corners.1)
      add(corners.2)
      add(corners.3)
    } else if otherCount == 2 && count > 2 {
      let ends = mostDistant(polygon, count)
      add(ends.0)
      add(ends.1)
    } else {
      for index in 0..<min(count, limit) { add(index) }
    }
    return true
  }

  /// The part of a polygon on the inner side of a side of the face.
  private func cut(
    _ polygon: UnsafeMutablePointer<Vector3>, _ count: Int, by side: Int,
    into result: UnsafeMutablePointer<Vector3>
  ) -> Int {
    let (origin, inward) = (base[side], polygons.edgeNormals[side])
    var found = 0
    func append(_ point: Vector3) {
      if found == polygons.clippedCapacity { return }
      result[found] = point
      found += 1
    }
    for index in 0..<count {
      let start = polygon[index]
      let end = polygon[index + 1 < count ? index + 1 : 0]
      let startHeight = (start - origin).dot(inward)
      let endHeight = (end - origin).dot(inward)
      let (startsInside, endsInside) = (startHeight > -1e-15, endHeight > -1e-15)
      if startsInside != endsInside {
        let fall = startHeight - endHeight
        let share = startHeight / fall
        if fall != 0 && share >= 0 && share <= 1 { append(share * (end - start) + start) }
      }
      if endsInside { append(end) }
    }
    return found
  }

  private func dropFar(
    _ polygon: UnsafeMutablePointer<Vector3>, _ count: Int, _ margin: Double
  ) -> Int {
    var kept = 0
    for index in 0..<count where (polygon[index] - base[0]).dot(normal) <= margin {
      polygon[kept] = polygon[index]
      kept += 1
    }
    return kept
  }

  private func mostDistant(
    _ polygon: UnsafeMutablePointer<Vector3>, _ count: Int
  ) -> (Int, Int) {
    var ends = (0, 1)
    var largest = 0.0
    for i in 0..<count {
      for j in i + 1..<count {
        let squares = (polygon[j] - polygon[i]).squaredLength
        if squares > largest { (largest, ends) = (squares, (i, j)) }
      }
    }
    return ends
  }

  /// Four corners of a convex polygon; each moves on as long as the area grows.
  private func largeQuadrilateral(
    _ polygon: UnsafeMutablePointer<Vector3>, _ count: Int
  ) -> (Int, Int, Int, Int) {
    func next(_ index: Int) -> Int { index + 1 < count ? index + 1 : 0 }
    func area(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
      0.5 * (polygon[a] - polygon[c]).cross(polygon[b] - polygon[d]).length
    }
    var (b, c, d) = (1, 2, 3)
    var result = (0, 1, 2, 3)
    var largest = area(0, b, c, d)
    /// Whether a quadrilateral is larger than all before.
    func improve(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Bool {
      let area = area(a, b, c, d)
      // not where it is no number
      if !(area > largest) { return false }
      largest = area
      result = (a, b, c, d)
      return true
    }
    for a in 0..<count {
      while improve(a, b, c, next(d)) {
        d = next(d)
        while improve(a, b, next(c), d) { c = next(c) }
        while improve(a, next(b), c, d) { b = next(b) }
      }
      if b == a {
        b = next(b)
        if c == b {
          c = next(c)
          if d == c { d = next(d) }
        }
      }
    }
    return result
  }
}
