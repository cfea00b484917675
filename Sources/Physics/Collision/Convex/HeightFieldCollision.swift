/// A height field and a convex shape: each prism of the part of the grid under the shape gives a contact
/// where the two overlap (MuJoCo 4.0.0 `mjc_ConvexHField`).
///
/// Everything is in the frame of the height field until its contacts are placed.
@inline(never)
func collideHeightField(
  _ pair: Int, _ margin: Double, _ field: HeightFieldPointers, center: Vector3,
  rotation: Matrix3, _ other: ConvexShape, _ scratch: ConvexScratch,
  _ buffer: inout ContactBuffer
) {
  var shape = other.seen(from: center, rotation)
  shape.inflation = margin
  let box = ShapeExtent(&shape)
  let isNear =
    box.lower.x <= field.halfWidth && box.upper.x >= -field.halfWidth
    && box.lower.y <= field.halfDepth && box.upper.y >= -field.halfDepth
    && box.lower.z <= field.height && box.upper.z >= -field.base
  if !isNear { return }
  shape.inflation = 0.5 * margin

  let columns = gridRange(box.lower.x, box.upper.x, field.halfWidth, field.columnCount)
  let rows = gridRange(box.lower.y, box.upper.y, field.halfDepth, field.rowCount)
  let start = buffer.count
  let prism = Prism(field, scratch.prism)
  search: for row in rows {
    prism.begin(row, columns.lowerBound)
    for column in columns {
      for side in 0..<2 {
        prism.advance(row + 1 - side, column + 1)
        if prism.top < box.lower.z { continue }
        let ground = ConvexShape(prism: scratch.prism, inflation: 0.5 * margin)
        collideConvex(pair, margin, ground, shape, scratch, &buffer)
        if buffer.count - start == CollisionKind.heightField.contactLimit { break search }
      }
    }
  }
  for index in start..<buffer.count {
    let contact = buffer.contacts[index]
    buffer.contacts[index] = Contact(
      pair: pair, distance: contact.distance, position: rotation * contact.position + center,
      normal: rotation * contact.normal)
  }
}

/// The squares of a grid that an interval touches, of those between its points.
private func gridRange(
  _ lower: Double, _ upper: Double, _ half: Double, _ pointCount: Int
) -> Range<Int> {
  let squares = Double(pointCount - 1)
  let first = max(0, ((lower + half) / (2 * half) * squares).rounded(.down))
  let last = min(squares, ((upper + half) / (2 * half) * squares).rounded(.up))
  return first < last ? Int(first)..<Int(last) : 0..<0
}

/// The box around a shape along the axes.
private struct ShapeExtent {
  private(set) var lower = Vector3.zero
  private(set) var upper = Vector3.zero

  init(_ shape: inout ConvexShape) {
    for axis in 0..<3 {
      var direction = Vector3.zero
      direction[axis] = 1
      upper[axis] = shape.support(direction)[axis]
      lower[axis] = shape.support(-direction)[axis]
    }
  }
}

/// The prism under three neighbouring points of a grid: its lower corners, then its upper ones.
private struct Prism {
  private let field: HeightFieldPointers
  private let corners: UnsafeMutablePointer<Vector3>
  private let stepX, stepY: Double

  init(_ field: HeightFieldPointers, _ corners: UnsafeMutablePointer<Vector3>) {
    (self.field, self.corners) = (field, corners)
    stepX = 2 * field.halfWidth / Double(field.columnCount - 1)
    stepY = 2 * field.halfDepth / Double(field.rowCount - 1)
  }

  /// The points of a column in two rows; the third of the prism is still to come.
  func begin(_ row: Int, _ column: Int) {
    advance(row + 1, column)
    advance(row, column)
  }

  /// Takes in a point, and drops the first.
  func advance(_ row: Int, _ column: Int) {
    for end in [0, 3] {
      corners[end] = corners[end + 1]
      corners[end + 1] = corners[end + 2]
    }
    let x = stepX * Double(column) - field.halfWidth
    let y = stepY * Double(row) - field.halfDepth
    corners[2] = Vector3(x, y, -field.base)
    let elevation = Double(field.elevations[row * field.columnCount + column])
    corners[5] = Vector3(x, y, elevation * field.height)
  }

  var top: Double { max(corners[3].z, corners[4].z, corners[5].z) }
}
