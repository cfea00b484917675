/// A module of this name stands beside the package's own.
public struct Training {
  public init() {}
  public var epochs: Int { 3 }
}
