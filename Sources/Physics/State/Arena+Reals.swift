extension Arena {
  func reals(_ count: Int) -> UnsafeMutablePointer<Real> { array(count, repeating: Real.zero) }
}
