/// A module of this name beside the package's own.
public func act() -> String { "an Agent of our own" }
