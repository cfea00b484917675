/// Ground as a grid of heights (MuJoCo `hfield_*`): two triangles to each square of the grid, each the top of
/// a prism that stands on the base.
public struct HeightField: Equatable, Sendable {
  /// The name that geoms refer to.
  public let name: String
  /// Points along y and along x.
  public let rowCount, columnCount: Int
  /// Half the extents along x and y, m (MuJoCo `hfield_size`, the first two).
  public let halfWidth, halfDepth: Double
  /// Height above the origin of a point of elevation 1, m (the third).
  public let height: Double
  /// Depth of the base below the origin, m (the fourth).
  public let base: Double
  /// From 0 to 1, of the lowest row along y first, each from the lowest x on (MuJoCo `hfield_data`).
  public let elevations: [Float]

  /// - Parameter heights: of any unit; the lowest becomes elevation 0, the highest 1.
  init(
    _ name: String, rowCount: Int, columnCount: Int, size: [Double], heights: [Float]
  ) {
    self.name = name
    (self.rowCount, self.columnCount) = (rowCount, columnCount)
    (halfWidth, halfDepth, height, base) = (size[0], size[1], size[2], size[3])
    let lowest = heights.min() ?? 0
    let range = (heights.max() ?? 0) - lowest
    elevations = heights.map { Double(range) > 1e-14 ? ($0 - lowest) / range : $0 - lowest }
  }

  /// Points that it may have; MuJoCo has no such limit.
  static let sizeLimit = 4_000_000

  /// Half the sizes of a box of about its extent (MuJoCo `geom_size`).
  var halfSize: Vector3 { Vector3(halfWidth, halfDepth, 0.25 * height + 0.5 * base) }

  /// Of the sphere about the origin that contains it, m.
  var boundingRadius: Double {
    let vertical = max(height * height, base * base)
    return (halfWidth * halfWidth + halfDepth * halfDepth + vertical).squareRoot()
  }
}

/// A height field as bare pointers.
struct HeightFieldPointers {
  let rowCount, columnCount: Int
  let halfWidth, halfDepth, height, base: Double
  let elevations: UnsafePointer<Float>

  init(_ field: HeightField, arena: Arena) {
    (rowCount, columnCount) = (field.rowCount, field.columnCount)
    (halfWidth, halfDepth) = (field.halfWidth, field.halfDepth)
    (height, base) = (field.height, field.base)
    elevations = arena.copy(field.elevations)
  }
}
