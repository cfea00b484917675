import Testing

/// Records a failure unless `body` throws an error with exactly this description.
public func expectMessage(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing thrown, expected: \(message)", sourceLocation: sourceLocation)
  } catch {
    let found = String(describing: error)
    if found != message {
      Issue.record("found:    \(found)\nexpected: \(message)", sourceLocation: sourceLocation)
    }
  }
}

/// Records a failure unless `body` throws an error whose description contains this text.
public func expectMessage(
  containing text: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing thrown, expected: …\(text)…", sourceLocation: sourceLocation)
  } catch {
    let found = String(describing: error)
    if !found.contains(text) {
      Issue.record("found:    \(found)\nexpected: …\(text)…", sourceLocation: sourceLocation)
    }
  }
}
