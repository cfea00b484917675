extension Vector3 {
  public var components: [Double] { [x, y, z] }

  /// Component 0, 1 or 2. For code that chooses an axis at run time.
  @inlinable public subscript(axis: Int) -> Double {
    get { axis == 0 ? x : axis == 1 ? y : z }
    set { if axis == 0 { x = newValue } else if axis == 1 { y = newValue } else { z = newValue } }
  }
}
