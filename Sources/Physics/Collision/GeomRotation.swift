extension ModelPointers {
  /// All three axes of a geom in the world frame (MuJoCo `geom_xmat`).
  func rotation(of geom: Int, _ frames: UnsafePointer<BodyFrame>) -> Matrix3 {
    let rotation = frames[geoms[geom].body].rotation
    let orientation = geoms[geom].orientation
    return orientation.w == 1 ? rotation : rotation * orientation.matrix
  }
}
