/// A module of this name beside the package's own.
public struct Training {
  /// A training of three epochs.
  public init() {}
  /// How many epochs.
  public var epochs: Int { 3 }
}
