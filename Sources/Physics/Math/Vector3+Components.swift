extension Vector3 {
  /// x, y, z.
  public var components: [Double] { [x, y, z] }

  /// Component 0, 1 or 2, for code that chooses an axis at run time.
  @inlinable package subscript(axis: Int) -> Double {
    get { axis == 0 ? x : axis == 1 ? y : z }
    set { if axis == 0 { x = newValue } else if axis == 1 { y = newValue } else { z = newValue } }
  }
}
