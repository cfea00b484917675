public func act() -> String { "an Agent of our own" }
