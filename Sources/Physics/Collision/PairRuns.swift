/// The model's pairs in their order, divided into runs, so that a geom among many fixed boxes is
/// tested against nearby ones only.
///
/// A run of one moving geom with many boxes that never move has a grid over the plane: each cell
/// lists the boxes that the geom can touch while its centre is in the cell. The others would give
/// no contact, so contacts and their order are those of testing every pair, to the bit, and the
/// cost of a step does not grow with the number of walls.
package struct PairRuns {
  struct Run {
    /// Pairs `firstPair ..< firstPair + count`.
    var firstPair: Int
    var count: Int
    /// The moving geom, and the grid for the position of its centre; -1 to test all pairs of the
    /// run.
    var geom: Int
    var grid: Int
  }

  private let runs: UnsafePointer<Run>
  package let count: Int
  private let grids: UnsafePointer<WallGrid>
  /// 0, 1, 2, ...
  private let everyPair: UnsafePointer<Int32>

  /// - Parameters:
  ///   - frames, geomFrames: of fixed bodies and geoms.
  ///   - usesGrids: false to test every pair, which gives the same contacts.
  package init(
    _ model: Model, frames: UnsafePointer<BodyFrame>, geomFrames: UnsafePointer<GeomFrame>,
    usesGrids: Bool = true, arena: Arena
  ) {
    var runs = Self.cut(model)
    var walls: [[Int]] = []
    var reaches: [Double] = []
    for r in runs.indices where usesGrids && runs[r].geom >= 0 && runs[r].count >= 8 {
      let pairs = model.pairs[runs[r].firstPair..<(runs[r].firstPair + runs[r].count)]
      let boxes = pairs.map(\.second)
      let margin = pairs.reduce(0) { max($0, $1.margin) }
      let reach = model.geoms[runs[r].geom].boundingRadius + margin
      // geoms with the same boxes share a grid, made for the widest geom
      if let known = walls.firstIndex(of: boxes) {
        runs[r].grid = known
        reaches[known] = max(reaches[known], reach)
      } else {
        runs[r].grid = walls.count
        walls.append(boxes)
        reaches.append(reach)
      }
    }
    let placed = model.withSharedFrames
    let grids = zip(walls, reaches).map { boxes, reach in
      WallGrid(boxes, reach: reach, placed, frames, geomFrames, arena: arena)
    }
    self.runs = arena.copy(runs)
    count = runs.count
    self.grids = arena.copy(grids)
    everyPair = arena.copy((0..<Int32(runs.map(\.count).max() ?? 0)).map { $0 })
  }

  /// Runs of one moving geom with fixed boxes, and of everything between.
  private static func cut(_ model: Model) -> [Run] {
    var runs: [Run] = []
    for (index, pair) in model.pairs.enumerated() {
      let isWall =
        model.geoms[pair.second].shape == .box
        && model.bodies[model.geoms[pair.second].body].weld == 0
      let geom = isWall ? pair.first : -1
      if let last = runs.last, last.geom == geom {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(firstPair: index, count: 1, geom: geom, grid: -1))
      }
    }
    return runs
  }

  /// The pairs of a run that may touch: `firstPair` + each of `count` numbers, ascending.
  @inline(__always)
  func candidates(
    of index: Int, _ geomFrames: UnsafePointer<GeomFrame>
  ) -> (firstPair: Int, offsets: UnsafePointer<Int32>, count: Int) {
    let geom = geomInGrid(index)
    return geom < 0 ? allCandidates(of: index) : candidates(of: index, at: geomFrames[geom].center)
  }

  /// The geom whose position decides which pairs of a run may touch, -1 for all of them.
  @inline(__always)
  package func geomInGrid(_ index: Int) -> Int { runs[index].grid < 0 ? -1 : runs[index].geom }

  @inline(__always)
  package func allCandidates(
    of index: Int
  ) -> (firstPair: Int, offsets: UnsafePointer<Int32>, count: Int) {
    (runs[index].firstPair, everyPair, runs[index].count)
  }

  @inline(__always)
  package func candidates(
    of index: Int, at center: Vector3
  ) -> (firstPair: Int, offsets: UnsafePointer<Int32>, count: Int) {
    let (offsets, count) = grids[runs[index].grid].walls(near: center)
    return (runs[index].firstPair, offsets, count)
  }

  package var longestRun: Int { (0..<count).map { runs[$0].count }.max() ?? 0 }
}

/// A grid over the horizontal plane with the fixed boxes that can be touched from each cell.
struct WallGrid {
  private let originX, originY: Double
  private let inverseEdge: Double
  private let columns, rows: Int
  /// Length columns · rows + 1: where each cell's list begins.
  private let starts: UnsafePointer<Int32>
  /// Positions in the list of boxes, ascending in each cell.
  private let entries: UnsafePointer<Int32>

  /// - Parameters:
  ///   - boxes: geoms that never move.
  ///   - reach: distance from the centre of the moving geom beyond which it touches nothing, m.
  init(
    _ boxes: [Int], reach: Double, _ model: Model, _ frames: UnsafePointer<BodyFrame>,
    _ geomFrames: UnsafePointer<GeomFrame>, arena: Arena
  ) {
    // half extents along x and y, and a margin for rounding of the position
    let areas = boxes.map { box in
      let geom = model.geoms[box]
      let rotation = frames[geom.body].rotation * geom.orientation.matrix
      let sides = (0..<3).map { axis in
        var side = Vector3.zero
        side[axis] = geom.size[axis]
        return rotation * side
      }
      let center = geomFrames[box].center
      let spare = reach + 1e-9 * (1 + abs(center.x) + abs(center.y))
      let halfX = sides.reduce(spare) { $0 + abs($1.x) }
      let halfY = sides.reduce(spare) { $0 + abs($1.y) }
      return (
        left: center.x - halfX, right: center.x + halfX, bottom: center.y - halfY,
        top: center.y + halfY
      )
    }
    originX = areas.map(\.left).min() ?? 0
    originY = areas.map(\.bottom).min() ?? 0
    let width = (areas.map(\.right).max() ?? 0) - originX
    let height = (areas.map(\.top).max() ?? 0) - originY

    // cells as wide as the moving geom, but not too many of them
    let edge = max(2 * reach, max(width, height) / 128)
    inverseEdge = 1 / edge
    columns = Int(width / edge) + 1
    rows = Int(height / edge) + 1
    var starts: [Int32] = [0]
    var entries: [Int32] = []
    for row in 0..<rows {
      for column in 0..<columns {
        // rounding may put a point into the cell next to its own
        let left = originX + (Double(column) - 1e-9) * edge
        let bottom = originY + (Double(row) - 1e-9) * edge
        let (right, top) = (left + (1 + 2e-9) * edge, bottom + (1 + 2e-9) * edge)
        for (index, area) in areas.enumerated()
        where area.left <= right && left <= area.right && area.bottom <= top && bottom <= area.top {
          entries.append(Int32(index))
        }
        starts.append(Int32(entries.count))
      }
    }
    self.starts = arena.copy(starts)
    self.entries = arena.copy(entries)
  }

  @inline(__always)
  func walls(near point: Vector3) -> (UnsafePointer<Int32>, Int) {
    let x = (point.x - originX) * inverseEdge
    let y = (point.y - originY) * inverseEdge
    // false for a NaN, too
    guard x >= 0, y >= 0, x < Double(columns), y < Double(rows) else { return (entries, 0) }
    let cell = Int(y) * columns + Int(x)
    let start = Int(starts[cell])
    return (entries + start, Int(starts[cell + 1]) - start)
  }
}
