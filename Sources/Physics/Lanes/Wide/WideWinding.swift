import IDQLPhysics

/// As of `IDQLPhysics.Winding`, in each lane.
struct Winding {
  var length: Real
  var first, second: Vector3
}

/// Lane by lane, by the scalar function.
func windAround(
  _ wrap: UnsafePointer<PathWrap>, center: Vector3, axes: Matrix3, _ start: Vector3,
  _ stop: Vector3, side: Vector3
) -> Winding {
  var result = Winding(length: .zero, first: .zero, second: .zero)
  for lane in 0..<laneCount {
    let found = IDQLPhysics.windAround(
      wrap, center: center[lane], axes: axes[lane], start[lane], stop[lane], side: side[lane])
    result.length[lane] = found.length
    result.first[lane] = found.first
    result.second[lane] = found.second
  }
  return result
}
